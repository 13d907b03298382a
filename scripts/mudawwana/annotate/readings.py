"""What a word of a sentence can be: its analyses, and what the tagger says of it.

A reading is a tag and features that belong together, with the lemmas that have them. Those of the analyser come
first; a word that it does not know, and any word as a name, is read as the models have it, in each Case and state
where letters do not tell.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np

from mudawwana.annotate.choices import Choice
from mudawwana.arabic.analyser import Segmentation, analyse_token
from mudawwana.arabic.script import TYPES, drop_marks
from mudawwana.arabic.tagset import FEATURES
from mudawwana.base.records import Word

SCORED = ("Aspect", "Case", "Definite", "Gender", "Mood", "Number", "Person", "Voice")
"""Features that are decided with the reading; others stay the tagger's, or follow from these."""
CLOSED = frozenset({"ADP", "AUX", "CCONJ", "PART", "SCONJ"})
_LEAST_PROB = -4.0
"""A tag below this log-probability is no reading, unless the analyser has it."""
_ALONE = math.log1p(-math.exp(_LEAST_PROB))
"""Above this log-probability no other tag has the least."""
_CASES = ("Nom", "Acc", "Gen")
_NOT_OURS = frozenset({"VerbForm", "Tense", "NumForm", "NumType"})
"""Features of the analyser that follow from the sentence or from the tag."""
_BARE = frozenset({"ADP", "ADV", "CCONJ", "INTJ", "PART", "SCONJ"})
"""Tags without any of the `SCORED`."""
_TAGGED = frozenset({"NUM", "PROPN", "X", "SYM", "PUNCT"})
"""Tags whose features the tagger knows best."""


class Reading(NamedTuple):
    """One way to read a word."""

    upos: str
    feats: str
    lemmas: tuple[str, ...]
    """Of a closed class one; of a model's reading what the lemmatizer said."""
    source: str
    """"table", "folded" (another spelling), "model"."""


class Question(NamedTuple):
    """All that the readings of a word depend on."""

    token: str
    """As the writer has it, with vowel signs."""
    forms: tuple[str, ...]
    """Of the token's words, without vowel signs."""
    place: int
    """Of the word among them, 0-based."""
    tags: tuple[str, ...]
    """That the tagger thinks possible, the best first."""
    lemma: str
    feats: str


def ask_readings(words: Sequence[Word], tokens: Iterable[tuple[str, int]]) -> list[Question]:
    """A question for each word; `tokens` are the raw form and the number of words of each."""
    questions: list[Question] = []
    for token, count in tokens:
        inside = words[len(questions) : len(questions) + count]
        forms = tuple([drop_marks(word.form) for word in inside])
        questions += [
            Question(token, forms, place, _list_tags(word.upos), word.lemma, str(word.feats))
            for place, word in enumerate(inside)
        ]
    return questions


def list_readings(question: Question) -> list[Reading]:
    """The analyser's readings, then the models'; there is always one."""
    analysed = _analyse(question.token, question.forms)[question.place]
    return list(dict.fromkeys(_iter_readings(question, analysed)))


def parse_features(feats: str) -> dict[str, str]:
    """
    >>> parse_features("Case=Gen|Number=Sing")
    {'Case': 'Gen', 'Number': 'Sing'}
    """
    return {} if feats == "_" else dict(item.split("=", 1) for item in feats.split("|"))


def write_features(features: Mapping[str, str]) -> str:
    """The FEATS column of those that have a value.

    >>> write_features({"Number": "Sing", "Case": ""}), write_features({})
    ('Number=Sing', '_')
    """
    return (
        "|".join(f"{name}={features[name]}" for name in sorted(features, key=str.lower) if features[name]) or "_"
    )


def _list_tags(upos: str) -> tuple[str, ...]:
    if not isinstance(upos, Choice):
        return (upos,)
    scores = upos.scores
    if scores.log_probs.max() > _ALONE:
        return (str(upos),)
    possible = np.flatnonzero(scores.log_probs > _LEAST_PROB)
    return (str(upos), *(label for place in possible if (label := scores.labels[place]) != upos))


@lru_cache(TYPES)
def _analyse(token: str, forms: tuple[str, ...]) -> tuple[tuple[Reading, ...], ...]:
    """The analyser's readings of each word of a token that is cut into these words."""
    segmentations = [words for words in analyse_token(token) if tuple(word.form for word in words) == forms]
    return tuple(tuple(_read_column(segmentations, place)) for place in range(len(forms)))


@lru_cache(TYPES)
def list_exact_tags(token: str, forms: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """For each word of the token the tags of the analyser's readings as it is written; a name may be any."""
    return tuple(
        frozenset(reading.upos for reading in readings if reading.source == "table" and reading.upos != "PROPN")
        for readings in _analyse(token, forms)
    )


def _read_column(segmentations: Sequence[Segmentation], place: int) -> Iterator[Reading]:
    lemmas: dict[tuple[str, str, str], dict[str, str]] = {}
    for words in segmentations:
        word = words[place]
        features = {name: value for name, value in parse_features(word.feats).items() if name not in _NOT_OURS}
        for feats in _decline(word.upos, features):
            key = (word.upos, feats, word.lemma if word.upos in CLOSED else "")
            lemmas.setdefault(key, {}).setdefault(word.lemma, "folded" if word.folded else "table")
    for (upos, feats, _), found in lemmas.items():
        yield Reading(upos, feats, tuple(found), "table" if "table" in found.values() else "folded")


def _decline(upos: str, features: dict[str, str]) -> Iterator[str]:
    """The features as they are, or in each Case where the tag has one and the form does not say it."""
    if upos in {"DET", "PRON"} and "Case" not in features and features.get("PronType") not in {None, "Int"}:
        yield from (write_features(features | {"Case": case}) for case in _CASES)
    else:
        yield write_features(features)


def _iter_readings(question: Question, analysed: Sequence[Reading]) -> Iterator[Reading]:
    exact = {reading.upos for reading in analysed if reading.source == "table"} - {"PROPN"}
    for reading in analysed:
        if reading.upos not in _TAGGED:
            yield reading
        elif reading.upos != "PROPN":
            yield reading._replace(feats=_keep(reading.upos, question.feats))
    # Vowel signs that the writer has written rule out what the analyser does not have; a name may be any word.
    is_signed = bool(exact) and question.token != drop_marks(question.token)
    for upos in question.tags:
        if upos not in exact and (not is_signed or upos == "PROPN"):
            yield from _iter_own(question, upos)


def _iter_own(question: Question, upos: str) -> Iterator[Reading]:
    features = parse_features(_keep(upos, question.feats))
    if upos in _BARE:
        features = {name: value for name, value in features.items() if name not in SCORED}
    if upos not in {"NOUN", "ADJ"}:
        yield Reading(upos, write_features(features), (question.lemma,), "model")
        return
    states = ("Ind", "Cons") if features.get("Definite") in {"Ind", "Cons"} else (features.get("Definite", ""),)
    for case, state in product(_CASES, states):
        yield Reading(
            upos, write_features(features | {"Case": case, "Definite": state}), (question.lemma,), "model"
        )


@lru_cache(TYPES)
def _keep(upos: str, feats: str) -> str:
    return write_features({k: v for k, v in parse_features(feats).items() if (upos, k, v) in FEATURES})
