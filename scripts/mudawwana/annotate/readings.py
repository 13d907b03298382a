"""What a word of a sentence can be: its analyses, and what the tagger and the lemmatizer say of it.

A reading is a tag, a lemma and features that belong together. Those of the analyser come first; a word that it does
not know, and any word as a name, is read as the models have it, in each Case where letters do not tell.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mudawwana.annotate.choices import Choice, FeatureChoice
from mudawwana.arabic.analyser import Segmentation, analyse_token
from mudawwana.arabic.script import TYPES, drop_marks
from mudawwana.arabic.tagset import FEATURES
from mudawwana.base.records import Word

_LEAST_PROB = -4.0
"""A tag below this log-probability is no reading, unless the analyser has it alone."""
_CASES = ("Nom", "Acc", "Gen")
_NOT_OURS = frozenset({"VerbForm", "Tense", "NumForm"})
"""Features of the analyser that follow from the sentence or from the tag."""
_DECLINED = frozenset({"NOUN", "ADJ", "DET", "PRON", "NUM"})
_TAGGED = frozenset({"NUM", "PROPN", "X", "SYM", "PUNCT"})
"""Tags whose features the tagger knows best."""


class Reading(NamedTuple):
    """One way to read a word."""

    upos: str
    lemma: str
    feats: str
    source: str
    """"table", "folded" (another spelling), "model"."""

    def get(self, name: str) -> str:
        """A feature's value, "" for none."""
        return parse_features(self.feats).get(name, "")


@lru_cache(TYPES)
def parse_features(feats: str) -> dict[str, str]:
    return {} if feats == "_" else dict(item.split("=", 1) for item in feats.split("|"))


def write_features(features: dict[str, str]) -> str:
    return "|".join(f"{name}={features[name]}" for name in sorted(features, key=str.lower)) or "_"


def list_readings(words: Sequence[Word], tokens: Iterable[tuple[str, int]]) -> list[list[Reading]]:
    """The readings of each word; `tokens` are the raw form, with its vowel signs, and the number of words of each."""
    found: list[list[Reading]] = []
    for form, count in tokens:
        inside = words[len(found) : len(found) + count]
        analysed = _analyse(form, tuple(drop_marks(word.form) for word in inside))
        found += [list(_iter_readings(word, readings)) for word, readings in zip(inside, analysed, strict=True)]
    return found


@lru_cache(TYPES)
def _analyse(form: str, forms: tuple[str, ...]) -> tuple[tuple[Reading, ...], ...]:
    """The analyser's readings of each word of a token that is cut into these words."""
    segmentations = [words for words in analyse_token(form) if tuple(word.form for word in words) == forms]
    return tuple(tuple(_read_column(segmentations, place)) for place in range(len(forms)))


def _read_column(segmentations: Sequence[Segmentation], place: int) -> Iterator[Reading]:
    seen = set()
    for words in segmentations:
        word = words[place]
        features = {name: value for name, value in parse_features(word.feats).items() if name not in _NOT_OURS}
        for feats in _decline(word.upos, features):
            reading = Reading(word.upos, word.lemma, feats, "folded" if word.folded else "table")
            if reading not in seen:
                seen.add(reading)
                yield reading


def _decline(upos: str, features: dict[str, str]) -> Iterator[str]:
    """The features as they are, or in each Case where the tag has one and the form does not say it."""
    if upos in {"DET", "PRON"} and "Case" not in features and features.get("PronType") not in {None, "Int"}:
        yield from (write_features(features | {"Case": case}) for case in _CASES)
    else:
        yield write_features(features)


def _iter_readings(word: Word, analysed: Sequence[Reading]) -> Iterator[Reading]:
    known = {reading.upos for reading in analysed}
    for reading in analysed:
        if reading.upos not in _TAGGED:
            yield reading
        elif reading.upos != "PROPN":
            yield reading._replace(feats=_keep(reading.upos, word.feats))
    for upos in _list_tags(word, known):
        if upos in {"NOUN", "ADJ"} and upos not in known:
            features = parse_features(_keep(upos, word.feats))
            yield from (
                Reading(upos, word.lemma, write_features(features | {"Case": case}), "model") for case in _CASES
            )
        else:
            yield Reading(upos, word.lemma, _keep(upos, word.feats), "model")


def _list_tags(word: Word, known: set[str]) -> list[str]:
    """The tags of the models' own readings: PROPN, what the analyser does not have, and always the first choice."""
    if not isinstance(word.upos, Choice):
        return [word.upos]
    scores = word.upos.scores
    tags = [upos for upos, score in zip(scores.labels, scores.log_probs, strict=True) if score > _LEAST_PROB]
    return [
        upos for upos in {str(word.upos): None, **dict.fromkeys(tags)} if upos == word.upos or upos not in known
    ]


@lru_cache(TYPES)
def _keep(upos: str, feats: str) -> str:
    return write_features({k: v for k, v in parse_features(str(feats)).items() if (upos, k, v) in FEATURES})


def get_log_prob(label: str, value: str) -> float:
    """What the tagger gave to a tag; see `FeatureChoice.get_log_prob` for features."""
    if not isinstance(label, Choice):
        return 0.0
    scores = label.scores
    return float(scores.log_probs[scores.labels.index(value)]) if value in scores.labels else -10.0


__all__ = ["FeatureChoice", "Reading", "get_log_prob", "list_readings", "parse_features", "write_features"]
