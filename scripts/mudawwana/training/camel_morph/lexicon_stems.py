"""Stems of the project's lexicon, for words that Camel Morph lacks.

`lexicon.tsv` has lemmas with vowels and no inflection: the class of a stem follows from the lemma's ending, as
grammars of Arabic have it. Names without vowel signs stay without: every vowel fits them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mudawwana.arabic.analyser_files import fold
from mudawwana.arabic.lexicon import Entry
from mudawwana.training.camel_morph.spelling import from_arabic, write_fathas, write_sukuns

_ENDINGS = (
    ("a?Ap$", "", "FS||FD||FP", ("#aA-Ap-y",)),
    ("a?p$", "", "FS||FD||FP", ()),
    ("a?Y$", "", "MS||MD||FP", ("#aY-Ap-y",)),
    ("(?<=A)'$", "", "MS||MD||FP", ("#A'",)),
    ("(?<!~)iy$", "", "MS||MD||MP||FS||FD||FP", ("#iy",)),
    ("a?A$", "", "MS", ("#aA",)),
    ("a>$", "", "MS||MD||MP||FS||FD||FP", ("#a>",)),
)
"""What a lemma ends in, what is left of it, the forms it has and the conditions it sets."""
_TAGS = frozenset({"ADJ", "NOUN", "PROPN"})
_ALL_FORMS = "MS||MD||MP||FS||FD||FP"
_OTHER_ENDINGS = ("ون", "ين", "ات", "وا", "ا", "ىء", "يء")
"""Of sound plurals, and of spellings of others."""
_NO_VOWELS = re.compile("[^aiuoFNK~`]+")


class LexiconStem(NamedTuple):
    """A stem as `mudawwana.training.camel_morph.analyses` needs it."""

    upos: str
    lemma: str
    spelled: str
    conditions: frozenset[str]
    tests: str
    gender: str
    """m, f, "" where the suffix says it, "-" for a name whose gender nothing says."""


def iter_lexicon_stems(
    entries: Iterable[Entry], known: set[tuple[str, str]], bare: set[tuple[str, str]]
) -> Iterator[LexiconStem]:
    """A stem for each noun, adjective and name whose tag and lemma are not among `known`.

    A name without vowel signs is left out where `bare`, the tags and lemmas without signs, has it.
    """
    seen = set(known)
    for entry in entries:
        key = entry.upos, entry.lemma
        is_known = key in seen or (not _has_vowels(entry.lemma) and key in bare)
        is_citation = from_arabic(entry.lemma)[-1:] not in {"a", "i", "u", ""}
        if entry.upos in _TAGS and len(entry.lemma) > 2 and is_citation and not is_known:
            seen.add(key)
            yield _make_stem(entry)


def iter_lexicon_plurals(entries: Iterable[Entry], known: set[str]) -> Iterator[LexiconStem]:
    """A stem for each broken plural that is not among `known`, folded forms; all vowels fit it."""
    for entry in entries:
        is_broken = entry.code[1:] == "p" and not entry.form.endswith(_OTHER_ENDINGS)
        if entry.upos == "NOUN" and is_broken and fold(entry.form) not in known and len(entry.form) > 2:
            stem = _make_stem(entry._replace(lemma=entry.form))
            forms = stem.tests if stem.tests.startswith("FS") else "MS"
            yield stem._replace(lemma=entry.lemma, tests=forms.split("||")[0])


def _has_vowels(lemma: str) -> bool:
    return not _NO_VOWELS.fullmatch(from_arabic(lemma))


def _make_stem(entry: Entry) -> LexiconStem:
    latin = from_arabic(entry.lemma)
    full = write_sukuns(write_fathas(latin)) if _has_vowels(entry.lemma) else latin
    gender = {"ADJ": "", "PROPN": "-"}.get(entry.upos, entry.code[:1])
    for ending, left, forms, conditions in _ENDINGS:
        stem = re.sub(ending, left, full)
        if stem != full:
            return LexiconStem(entry.upos, entry.lemma, stem, *_fit(entry.upos, forms, conditions), gender)
    forms = {"ADJ": _ALL_FORMS, "PROPN": "MS"}.get(entry.upos, "MS||MD||FP")
    return LexiconStem(entry.upos, entry.lemma, full, *_fit(entry.upos, forms, ()), gender)


def _fit(upos: str, forms: str, conditions: tuple[str, ...]) -> tuple[frozenset[str], str]:
    """Conditions and forms; a name has no plural and no tanwin."""
    if upos != "PROPN":
        return frozenset(conditions), forms
    return frozenset((*conditions, *(() if "#aA" in conditions else ("#dip",)))), forms.split("||")[0]
