"""Words of Modern Standard Arabic with their lemmas, written for the project; the lemmatizer learns from them.

A small treebank shows few of Arabic's common words, and no letter tells an unseen word's vowels. `lexicon.tsv` has
the frequent forms of the raw text that the treebank lacks, without clitics and article: a form a line, then its
readings, the most frequent first, each a tag and a lemma as `annotations/GUIDELINES.md` spells it. An AI language
model wrote it from its knowledge of Arabic, form by form; no native speaker has reviewed it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mudawwana.errors import ModelError
from mudawwana.records import Sentence, Word
from mudawwana.ud_arabic import TAGS

LEXICON_PATH = Path(__file__).parent / "lexicon.tsv"
_ARTICLE = "ال"
_WITH_ARTICLE = frozenset({"ADJ", "NOUN", "PROPN"})
_COMMON = frozenset({"ADJ", "NOUN"})
_FATHA_BEFORE_ALEF = re.compile("\u064e(?=ا)")
_LEMMA = re.compile("[\u0621-\u063a\u0641-\u0651\u0670]+")


class Entry(NamedTuple):
    """One reading of a form."""

    form: str
    upos: str
    lemma: str


def read_lexicon(path: Path = LEXICON_PATH) -> list[Entry]:
    """The readings in the file's order.

    Raises ModelError with the line where one is no `TAG lemma`.
    """
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        form, *readings = line.split("\t")
        for reading in readings:
            upos, _, lemma = reading.partition(" ")
            if upos not in TAGS or not _LEMMA.fullmatch(lemma):
                raise ModelError(
                    f"{path}:{number}: {reading!r} is no reading of {form!r}; expected a tag of UD, a space and a "
                    "lemma of Arabic letters and vowel signs, such as 'NOUN كِتَاب'."
                )
            entries.append(Entry(form, upos, unicodedata.normalize("NFC", lemma)))
    return entries


def make_lexicon_sentences(
    entries: Iterable[Entry], *, attested: Collection[tuple[str, str]]
) -> Iterator[Sentence]:
    """One-word sentences of the forms, nominals also with the article; heads and features mean nothing.

    `attested` are the forms with the tags that the treebank has: there its lemma stands.
    """
    seen = set(attested)
    for form, upos, lemma in entries:
        for spelling in (form, _ARTICLE + form) if upos in _WITH_ARTICLE else (form,):
            if (spelling, upos) not in seen:
                seen.add((spelling, upos))
                word = Word(1, spelling, lemma, upos, "_", "_", "0", "root", "_", "_")
                yield Sentence(("# generated", f"# text = {spelling}"), (word,), ())


def make_name_sentences(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """One-word sentences of the nouns and adjectives as proper nouns, where the lemma is then spelt otherwise.

    In UD_Arabic-PUD the words of a name have the lemmas of common words, but no vowel sign before a long alef:
    وِزارَة in "Ministry of Defence", وِزَارَة "ministry" (so 32 words of names in 827 sentences, none with it).
    """
    words = [word for sentence in sentences for word in sentence.words]
    seen = {word.form for word in words if word.upos == "PROPN"}
    for word in words:
        lemma = _FATHA_BEFORE_ALEF.sub("", word.lemma)
        if word.upos in _COMMON and lemma != word.lemma and word.form not in seen:
            seen.add(word.form)
            name = Word(1, word.form, lemma, "PROPN", "_", "_", "0", "root", "_", "_")
            yield Sentence(("# generated", f"# text = {word.form}"), (name,), ())
