"""What models' confidence is worth: measured on held-out gold sentences, for `tiers`.

Isotonic regression of "UPOS, features, head and relation are right" on the confidence: B. Zadrozny and C. Elkan,
Transforming Classifier Scores into Accurate Multiclass Probability Estimates, KDD 2002. What is reported of it
comes from cross-validation: each sentence is judged by a fit to the others. Expected calibration error: C. Guo et
al., On Calibration of Modern Neural Networks, ICML 2017; here over groups of equal size.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mudawwana.annotate.tiers import LEAST_ACCURACY, Calibration, TierFacts, read_probabilities
from mudawwana.base.errors import ModelError
from mudawwana.base.files import write_text_atomically
from mudawwana.compare.alignment import Block, PlacedWord, align_annotations
from mudawwana.compare.pairing import iter_document_pairs
from mudawwana.compare.resampling import compute_intervals

FOLDS = 5
METHOD = "isotonic regression (Zadrozny and Elkan 2002)"
_COLUMNS = ("upos", "feats", "lemma", "head", "deprel")
_JUDGED = ("upos", "feats", "head", "deprel")
_GROUPS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedWords:
    """The words of an annotation, judged by gold; one a row."""

    sentences: NDArray[np.int64]
    """The number of the word's sentence (of its block), from 0."""
    confidences: Floats
    hits: NDArray[np.bool_]
    """Right or not, by column; a word that the gold does not have is wrong in all."""

    @property
    def are_right(self) -> NDArray[np.bool_]:
        """In UPOS, features, head and relation."""
        places = [_COLUMNS.index(column) for column in _JUDGED]
        return np.asarray(self.hits[:, places].all(axis=1), dtype=np.bool_)


def judge_words(gold_path: Path, system_path: Path) -> JudgedWords:
    """The words of an annotation with confidence in MISC, against gold for the same text.

    Raises ModelError where there are fewer sentences than folds, or words without confidence.
    """
    rows: list[tuple[int, float, tuple[bool, ...]]] = []
    number = 0
    for pair in iter_document_pairs(gold_path, system_path):
        golds, systems = pair.get_both(gold_path, system_path)
        for block in align_annotations(golds, systems, source=str(gold_path), by_offsets=False):
            rows += [(number, *row) for row in _judge_block(block)]
            number += 1
    if number < FOLDS:
        raise ModelError(f"{gold_path}: {number} sentences; a calibration needs {FOLDS} at least.")
    sentences, confidences, hits = zip(*rows, strict=True)
    return JudgedWords(np.array(sentences), np.array(confidences), np.array(hits))


def calibrate(words: JudgedWords, *, fingerprint: str, data: str) -> Calibration:
    """What the confidence of the models with this fingerprint is worth, by their words on held-out `data`."""
    folds = words.sentences % FOLDS
    expected, tiers = np.zeros(len(folds)), np.zeros(len(folds), dtype=np.int64)
    for fold in range(FOLDS):
        fit = fit_isotonic(words.confidences[folds != fold], words.are_right[folds != fold])
        expected[folds == fold] = _look_up(fit, words.confidences[folds == fold])
    for place, least in enumerate(LEAST_ACCURACY.values()):
        tiers[expected < least] = place + 1
    confidences, accuracies = fit_isotonic(words.confidences, words.are_right)
    starts = {
        name: min((float(c) for c, a in zip(confidences, accuracies, strict=True) if a >= least), default=None)
        for name, least in LEAST_ACCURACY.items()
    } | {"C": 0.0}
    groups = np.array_split(np.argsort(words.confidences, kind="stable"), _GROUPS)
    return Calibration(
        fingerprint=fingerprint,
        data=data,
        sentences=int(words.sentences.max()) + 1,
        words=len(words.confidences),
        method=METHOD,
        confidences=confidences.tolist(),
        accuracies=[round(value, 6) for value in accuracies.tolist()],
        tiers={name: _describe(words, tiers == place, starts[name]) for place, name in enumerate(LEAST_ACCURACY)},
        reliability=[_describe_group(words, expected, group) for group in groups if len(group)],
        calibration_error={
            "confidence": _compute_error(words, words.confidences, groups),
            "expected": _compute_error(words, expected, groups),
        },
    )


def write_calibration(path: Path, calibration: Calibration) -> None:
    write_text_atomically(path, [json.dumps(asdict(calibration), indent=1) + "\n"])


def fit_isotonic(confidences: Floats, are_right: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """(confidences, accuracies), both ascending: the steps of the best fit that never falls."""
    from scipy.optimize import isotonic_regression

    levels, places = np.unique(confidences, return_inverse=True)
    weights = np.bincount(places)
    fitted = isotonic_regression(np.bincount(places, are_right) / weights, weights=weights).x
    is_step = np.append(True, np.diff(fitted) > 1e-9)
    return levels[is_step], fitted[is_step]


def _judge_block(block: Block) -> Iterable[tuple[float, tuple[bool, ...]]]:
    for gold, system in block.pairs:
        if system is None:
            continue
        probabilities = read_probabilities(system.word.misc)
        if probabilities is None:
            raise ModelError(
                f"{system.sentence.sent_id}, word {system.word.id}: no UposProb, HeadProb and DeprelProb "
                "in MISC; annotate with models that were not loaded as `stock`."
            )
        yield math.prod(probabilities), _judge(gold, system)


def _judge(gold: PlacedWord | None, system: PlacedWord) -> tuple[bool, ...]:
    if gold is None:
        return (False,) * len(_COLUMNS)
    return tuple(
        gold.head == system.head
        if column == "head"
        else getattr(gold.word, column) == getattr(system.word, column)
        for column in _COLUMNS
    )


def _look_up(fit: tuple[Floats, Floats], confidences: Floats) -> Floats:
    places = np.searchsorted(fit[0], confidences, side="right") - 1
    return fit[1][np.maximum(places, 0)]


def _describe(words: JudgedWords, is_member: NDArray[np.bool_], start: float | None) -> TierFacts:
    count = int(is_member.sum())
    if not count:
        return TierFacts(start, 0, 0.0, 0.0, 0.0, dict.fromkeys(_COLUMNS, 0.0))
    units = int(words.sentences.max()) + 1
    members = np.bincount(words.sentences[is_member], minlength=units)
    right = np.bincount(words.sentences[is_member & words.are_right], minlength=units)

    def compute_accuracy(draws: NDArray[np.int64]) -> Floats:
        return np.array([100 * (draws @ right) / max(int(draws @ members), 1)])

    [(low, high)] = compute_intervals(compute_accuracy, units)
    accuracy = float(100 * right.sum() / count)
    shares = 100 * words.hits[is_member].mean(axis=0)
    columns = {column: round(float(share), 2) for column, share in zip(_COLUMNS, shares, strict=True)}
    return TierFacts(start, count, round(accuracy, 2), round(low, 2), round(high, 2), columns)


def _describe_group(words: JudgedWords, expected: Floats, group: NDArray[np.int64]) -> dict[str, float]:
    means = {
        "confidence": words.confidences[group].mean(),
        "expected": expected[group].mean(),
        "accuracy": words.are_right[group].mean(),
    }
    return {"words": len(group), **{name: round(float(mean), 4) for name, mean in means.items()}}


def _compute_error(words: JudgedWords, promised: Floats, groups: Iterable[NDArray[np.int64]]) -> float:
    """The mean distance between what was promised and what was right, each group by its size."""
    gaps = [abs(float(promised[group].sum() - words.are_right[group].sum())) for group in groups]
    return round(sum(gaps) / len(promised), 4)
