"""The lexicon's words for the lemmatizer to learn, and the words of names."""

import re
from collections.abc import Collection, Iterable, Iterator

from mudawwana.arabic.lexicon import Entry
from mudawwana.arabic.script import drop_marks
from mudawwana.base.records import Sentence
from mudawwana.training.edits import make_word_sentence

_ARTICLE = "ال"
_WITH_ARTICLE = frozenset({"ADJ", "NOUN", "PROPN"})
_COMMON = frozenset({"ADJ", "NOUN"})
_NAMES_VOWELS = re.compile("\u064f(?=و)|\u0650(?=ي)|(?<=^أ)[\u064e\u064f]|(?<=^إ)\u0650")
"""The vowel signs of foreign names: of long vowels and of the first hamza."""
_FATHA_BEFORE_ALEF = re.compile("\u064e(?=ا)")


def make_lexicon_sentences(
    entries: Iterable[Entry], *, attested: Collection[tuple[str, str]]
) -> Iterator[Sentence]:
    """One-word sentences of the forms, nominals also with the article; heads and features mean nothing.

    `attested` are the forms with the tags that the treebank has: there its lemma stands. Foreign names lose their
    vowel signs: the sequence model meets only unknown ones, and of names that Arabic Wikipedia has at most eight
    times UD_Arabic-PUD leaves 82 % without (in its training documents, by form).
    """
    for spelling, upos, lemma in _iter_spellings(entries, attested):
        yield make_word_sentence(spelling, upos, strip_foreign_name(lemma) if upos == "PROPN" else lemma)


def list_known_names(entries: Iterable[Entry], *, attested: Collection[tuple[str, str]]) -> dict[str, str]:
    """The lemmas, by form, of the foreign names that the lexicon vocalises: for the lemmatizer's dictionary."""
    names = (row for row in _iter_spellings(entries, attested) if row[1] == "PROPN")
    return {spelling: lemma for spelling, _, lemma in names if strip_foreign_name(lemma) != lemma}


def strip_foreign_name(lemma: str) -> str:
    """The name without vowel signs, if it has only those of a foreign name; else as it is.

    >>> [strip_foreign_name(name) for name in ("راندُولف", "سُلَيمان")]  # Randolph, Sulayman
    ['راندولف', 'سُلَيمان']
    """
    bare = drop_marks(lemma)
    return bare if _NAMES_VOWELS.sub("", lemma) == bare else lemma


def _iter_spellings(
    entries: Iterable[Entry], attested: Collection[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """(form, tag, lemma) of each form that the treebank lacks with that tag, the first reading alone."""
    seen = set(attested)
    for form, upos, lemma, _ in entries:
        for spelling in (form, _ARTICLE + form) if upos in _WITH_ARTICLE else (form,):
            if (spelling, upos) not in seen:
                seen.add((spelling, upos))
                yield spelling, upos, lemma


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
            yield make_word_sentence(word.form, "PROPN", lemma)
