"""A word's columns by the reading that was decided for it: what the reading says, and what follows from it.

Tag, lemma and features of a model are chosen one by one, and may not go together; those of a reading do. What no
reading tells (whether a participle counts as one, an ordinal, a name's features) stays as the tagger has it.
"""

import re
from functools import cache, lru_cache

from mudawwana.annotate.choices import choose_best
from mudawwana.annotate.readings import SCORED, Reading, parse_features, write_features
from mudawwana.arabic.lexicon import read_lexicon
from mudawwana.arabic.script import TYPES
from mudawwana.arabic.tagset import NOMINAL_FEATURES, VERBAL_FEATURES, XPOS_BY_UPOS
from mudawwana.base.records import Word

_VERBS = frozenset({"AUX", "VERB"})
_NOUNS = frozenset({"ADJ", "NOUN"})
_FOREIGN = {
    "ADJ": VERBAL_FEATURES,
    "AUX": NOMINAL_FEATURES,
    "NOUN": VERBAL_FEATURES,
    "PROPN": VERBAL_FEATURES,
    "VERB": NOMINAL_FEATURES,
}
"""Features that no word with the tag has."""
_READ = frozenset({"AUX", "VERB", "ADJ", "NOUN", "PRON", "DET"})
"""Tags whose features a reading tells; of others (Polarity, ExtPos) it says no more than the tagger knows."""
_PARTICIPLES = (
    (re.compile("مَ.*ُو[^ً-ْ]"), "Pass"),
    (re.compile("مُ.*َ[^ً-ْا]"), "Pass"),
    (re.compile("مُ.*ِ[^ً-ْ]|[^ً-ْ]َا[^ً-ْ]ِ[^ً-ْ]"), "Act"),
)
"""Lemmas without shadda."""
_XPOS_BY_TYPE = {
    ("PRON", "Prs"): frozenset({"PRP", "EX"}),
    ("PRON", "Dem"): frozenset({"PDEM"}),
    ("PRON", "Rel"): frozenset({"REL", "WP"}),
    ("PRON", "Int"): frozenset({"WP"}),
    ("DET", "Dem"): frozenset({"PDEM"}),
    ("DET", "Ind"): frozenset({"PDT", "WDT"}),
    ("DET", "Tot"): frozenset({"PDT"}),
}
"""XPOS by PronType."""


def apply_reading(word: Word, reading: Reading) -> tuple[str, str, str]:
    """UPOS, lemma and FEATS of the word read in this way; the tag keeps the tagger's scores."""
    same = reading.upos == word.upos
    upos = word.upos if same else choose_best(word.upos, reading.upos.__eq__) or reading.upos
    lemma = word.lemma if word.lemma == "_" else _find_lemma(reading, word.lemma, is_sure=same)
    return upos, lemma, _find_features(reading, str(word.feats) if same else "_", lemma)


@lru_cache(TYPES)
def _find_lemma(reading: Reading, lemma: str, *, is_sure: bool) -> str:
    """The lemmatizer's if the reading has it, else the reading's only one, or the only one that the lexicon has.

    The first of several counts where the lemmatizer had another tag in mind.
    """
    known = [one for one in reading.lemmas if one in _load_lemmas(reading.upos)]
    for lemmas in (reading.lemmas, known):
        if lemma in reading.lemmas or len(lemmas) == 1:
            return lemma if lemma in reading.lemmas else lemmas[0]
    return lemma if is_sure else (known or reading.lemmas)[0]


@cache
def _load_lemmas(upos: str) -> frozenset[str]:
    """The lemmas that the project's lexicon has with the tag."""
    return frozenset(entry.lemma for entry in read_lexicon() if entry.upos == upos)


@lru_cache(TYPES)
def _find_features(reading: Reading, said: str, lemma: str) -> str:
    """The reading's features with those of the tagger's (`said`) that no reading tells."""
    upos, found, own = reading.upos, parse_features(reading.feats), parse_features(said)
    if upos in _VERBS and "Aspect" in found:
        found["Tense"] = _find_tense(found | {"Tense": own.get("Tense", "")})
    elif upos in _NOUNS and reading.source != "model":
        found = _complete_noun(found, own)
    elif upos not in _READ and own:
        found = own
    if "VerbForm" in found and upos == "ADJ":
        found["Voice"] = _find_voice(lemma) or found.get("Voice", "")
    elif upos not in _VERBS:
        found.pop("Voice", None)  # of the nominals participles alone have a voice
    return write_features({name: value for name, value in found.items() if name not in _FOREIGN.get(upos, ())})


def _complete_noun(found: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    if (
        own and "Gender" not in own
    ):  # the treebank leaves it out of words that do not inflect for it, as أكثر "more"
        found = {name: value for name, value in found.items() if name not in {"Gender", "Number"}}
    return {name: value for name, value in own.items() if name not in SCORED or name == "Voice"} | found


def _find_voice(lemma: str) -> str:
    """Of a participle with this lemma: مَفعُول and مُفَعَّل are passive, فَاعِل and مُفَعِّل active; "" of others.

    >>> [_find_voice(lemma) for lemma in ("مَنشُور", "مُوَجَّه", "مُسَبِّب", "قَابِل", "كَبِير")]
    ['Pass', 'Pass', 'Act', 'Act', '']
    """
    for pattern, voice in _PARTICIPLES:
        if pattern.fullmatch(lemma.replace("\u0651", "")):
            return voice
    return ""


def _find_tense(features: dict[str, str]) -> str:
    """Of a verb by itself (GUIDELINES F5): an imperfect keeps a future, a jussive a past; others are present."""
    if features["Aspect"] == "Perf":
        return "Past"
    mood, tense = features.get("Mood", ""), features.get("Tense", "")
    if mood == "Imp":
        return ""
    return tense if tense == "Fut" or (tense == "Past" and mood == "Jus") else "Pres"


def find_xpos(word: Word) -> str:
    """The word's XPOS, or the tagger's best of those that go with its tag (annotations/GUIDELINES.md, Tags)."""
    allowed = _list_xpos(str(word.upos), str(word.feats)) or frozenset({word.xpos})
    if word.xpos in allowed or word.xpos == "_":
        return word.xpos
    return choose_best(word.xpos, allowed.__contains__) or sorted(allowed)[0]


@lru_cache(TYPES)
def _list_xpos(upos: str, feats: str) -> frozenset[str]:
    features = parse_features(feats)
    if upos == "AUX":  # قد, سـ, سوف have no features
        return frozenset({"VBC" if "Aspect" in features else "RP"})
    if upos == "ADJ" and "VerbForm" in features:
        return frozenset({"VBN"})
    return _XPOS_BY_TYPE.get((upos, features.get("PronType", "")), XPOS_BY_UPOS.get(upos, frozenset()))
