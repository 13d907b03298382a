"""A word's columns by the reading that was decided for it: what the reading says, and what follows from it.

Tag, lemma and features of a model are chosen one by one, and may not go together; those of a reading do. What no
reading tells (whether a participle counts as one, an ordinal, a name's features) stays as the tagger has it.
"""

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
_OFTEN_UNTOLD = frozenset({"Gender", "Number"})
"""The treebank leaves them out of words that do not inflect for them, such as أكثر "more"."""
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
    return upos, lemma, _find_features(reading, str(word.feats) if same else "_")


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
def _find_features(reading: Reading, said: str) -> str:
    """The reading's features with those of the tagger's (`said`) that no reading tells."""
    upos, found = reading.upos, parse_features(reading.feats)
    own = parse_features(said)
    if reading.source == "model":
        own = {}
    elif upos in _VERBS:
        own = {"Tense": own.get("Tense", "")}
    elif upos in _NOUNS:
        untold = _OFTEN_UNTOLD.difference(own) if own else ()
        found = {name: value for name, value in found.items() if name not in untold}
        own = {name: value for name, value in own.items() if name not in SCORED or "VerbForm" in own}
    elif upos in {"PRON", "DET"}:
        own = {}
    features = {name: value for name, value in {**own, **found}.items() if name not in _FOREIGN.get(upos, ())}
    if features.get("Voice") and upos not in _VERBS and "VerbForm" not in features:
        del features["Voice"]  # of the nominals participles alone have a voice
    if upos in _VERBS and "Aspect" in features:
        features["Tense"] = _find_tense(features)
    return write_features(features)


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
