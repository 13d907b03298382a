"""Learns the weights of `annotate/agreement.py` from sentences that their tagger and parser have not seen.

Maximum likelihood by Adagrad (https://jmlr.org/papers/v12/duchi11a.html): what the treebank says of a word leaves some
of its readings, and of its arc one label where the parser's head is right; all others are summed over. The gradient
of a feature is how often it is expected with what the treebank says, less how often without.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from mudawwana.annotate.agreement import ROOT, Problem, Scored, describe_arc, get_kind, pose_problem, score
from mudawwana.annotate.readings import Reading, parse_features
from mudawwana.base.files import write_text_atomically
from mudawwana.base.records import Word

_RATE = 0.1
_PRIOR = 1e-6
_OUT = -1e4
"""Added to the score of what the treebank rules out."""
_LEAST_BELIEF = 1e-4


class Example(NamedTuple):
    """A sentence as the models see it, and what the treebank leaves of it."""

    problem: Problem
    readings: list[set[int]]
    """Of each word the places of the readings that may be right; all where none is."""
    labels: list[str]
    """Of each word the label of its arc, "" where the parser's head is wrong or the label is not among its own."""


def make_example(words: Sequence[Word], tokens: Sequence[tuple[str, int]], gold: Sequence[Word]) -> Example:
    """`words` and `tokens` as `pose_problem` takes them; `gold` are the same words in the treebank."""
    problem = pose_problem(words, tokens)
    readings = [_find_right(ones, right) for ones, right in zip(problem.readings, gold, strict=True)]
    labels = [
        right.deprel if int(right.head) - 1 == head and any(label == right.deprel for label, _ in options) else ""
        for right, head, options in zip(gold, problem.heads, problem.labels, strict=True)
    ]
    return Example(problem, readings, labels)


def _find_right(readings: Sequence[Reading], gold: Word) -> set[int]:
    """The readings with the gold tag and lemma (else the tag alone) that differ in the fewest features."""
    same = [place for place, one in enumerate(readings) if one.upos == gold.upos]
    same = [place for place in same if readings[place].lemma == gold.lemma] or same
    if not same:
        return set(range(len(readings)))
    wanted = parse_features(gold.feats)
    wrong = {place: _count_differences(parse_features(readings[place].feats), wanted) for place in same}
    least = min(wrong.values())
    return {place for place, count in wrong.items() if count == least}


def _count_differences(found: Mapping[str, str], wanted: Mapping[str, str]) -> int:
    """Features of which both have a value, and another."""
    return sum(found[name] != value for name, value in wanted.items() if name in found)


def fit_weights(examples: Sequence[Example], *, epochs: int = 8, seed: int = 1) -> dict[str, float]:
    """The weights by the features' names; those that stayed at zero are left out."""
    weights: dict[str, float] = defaultdict(float, {"upos": 1.0, "label": 1.0})
    sums: dict[str, float] = defaultdict(lambda: 1e-8)
    order = list(examples)
    random = Random(seed)  # noqa: S311 - no secret, but a repeatable choice
    for _ in range(epochs):
        random.shuffle(order)
        for example in order:
            for name, slope in compute_gradient(example, lambda name: weights.get(name, 0.0)).items():
                slope -= _PRIOR * weights[name]
                sums[name] += slope * slope
                weights[name] += _RATE * slope / sums[name] ** 0.5
    return {name: weight for name, weight in weights.items() if abs(weight) > 0.005}


def compute_gradient(example: Example, weigh: Callable[[str], float]) -> dict[str, float]:
    """Of the log-likelihood, by the features' names."""
    scored = score(example.problem, weigh, example.readings)
    free = scored.compute_arc_beliefs()
    bound = _bind(scored, example).compute_arc_beliefs()
    gradient: dict[str, float] = defaultdict(float)
    for place, (with_gold, without) in enumerate(zip(bound, free, strict=True)):
        for name, value in _iter_slopes(example.problem, scored, place, with_gold - without):
            gradient[name] += value
    return gradient


def _bind(scored: Scored, example: Example) -> Scored:
    """The same where the treebank has its word."""
    unary = [
        row + np.array([0.0 if number in allowed else _OUT for number in rows])
        for row, rows, allowed in zip(scored.unary, scored.rows, example.readings, strict=True)
    ]
    arcs = [
        arc + np.array([0.0 if label in {"", name} else _OUT for name, _ in options])[None, :, None]
        for arc, options, label in zip(scored.arcs, scored.labels, example.labels, strict=True)
    ]
    return replace(scored, unary=unary, arcs=arcs)


def _iter_slopes(problem: Problem, scored: Scored, place: int, slopes: np.ndarray) -> Iterator[tuple[str, float]]:
    head = scored.heads[place]
    above = [get_kind(reading) for reading in scored.readings[head]] if head >= 0 else [ROOT]
    own = [get_kind(reading) for reading in scored.readings[place]]
    for row, slope in zip(scored.rows[place], slopes.sum((0, 1)), strict=True):
        if abs(slope) > _LEAST_BELIEF:
            yield from ((name, value * slope) for name, value in problem.unary[place][row])
    for one, label, kind in zip(
        *(axis.tolist() for axis in np.nonzero(np.abs(slopes) > _LEAST_BELIEF)), strict=True
    ):
        slope, (relation, prob) = float(slopes[one, label, kind]), scored.labels[place][label]
        yield "label", slope * prob
        for name in describe_arc(above[one], relation, problem.sides[place], own[kind]):
            yield name, slope


def write_weights(weights: Mapping[str, float], path: Path) -> None:
    """A name and its weight a line, in the order of the names."""
    write_text_atomically(path, (f"{name}\t{weight:.3f}\n" for name, weight in sorted(weights.items())))
