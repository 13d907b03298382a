"""The lexicon's words for the lemmatizer to learn, and the words of names."""

import re
from collections.abc import Collection, Iterable, Iterator

from mudawwana.lexicon import Entry
from mudawwana.records import Sentence, Word

_ARTICLE = "ال"
_WITH_ARTICLE = frozenset({"ADJ", "NOUN", "PROPN"})
_COMMON = frozenset({"ADJ", "NOUN"})
_FATHA_BEFORE_ALEF = re.compile("\u064e(?=ا)")


def make_lexicon_sentences(
    entries: Iterable[Entry], *, attested: Collection[tuple[str, str]]
) -> Iterator[Sentence]:
    """One-word sentences of the forms, nominals also with the article; heads and features mean nothing.

    `attested` are the forms with the tags that the treebank has: there its lemma stands.
    """
    seen = set(attested)
    for form, upos, lemma, _ in entries:
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
