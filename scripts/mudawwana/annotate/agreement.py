"""One reading for each word of a sentence, and one label for each arc, decided together.

A conditional random field over the parser's tree (https://aclanthology.org/N12-1063/ has one for morphology): a word's
reading is scored by what tagger and lemmatizer think of it and by the words beside it, an arc with its label by what
its two words are: whether they agree, which Case the label takes, whether a passive has a subject of its own. On a
tree, the best readings and every probability are exact (https://doi.org/10.1109/18.910572).

The weights are learnt by `mudawwana.training.agreement`; `reading_weights.tsv` has them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mudawwana.annotate.choices import Choice, FeatureChoice
from mudawwana.annotate.readings import Reading, get_log_prob, list_readings, parse_features
from mudawwana.arabic.lexicon import find_readings
from mudawwana.arabic.script import TYPES, drop_marks
from mudawwana.base.records import Word

SCORED = ("Aspect", "Case", "Definite", "Gender", "Mood", "Number", "Person", "Voice")
"""Features of which the tagger's opinion counts."""
_CLOSED = frozenset({"ADP", "AUX", "CCONJ", "PART", "SCONJ"})
_AGREEING = frozenset(
    {"amod", "nsubj", "nsubj:pass", "det", "acl", "acl:relcl", "appos", "conj", "cop", "xcomp", "advcl:pred"}
)
LABELS = 3
"""So many of the parser's labels of an arc are weighed."""
READINGS = 8
_LEAST = 6.0
"""Readings and labels that score so much below the best one are left out."""
Features = tuple[tuple[str, float], ...]


class Kind(NamedTuple):
    """What an arc sees of a word's reading."""

    upos: str
    lemma: str
    """Of closed classes; "" else."""
    case: str
    definite: str
    gender: str
    number: str
    person: str
    voice: str
    mood: str


@lru_cache(TYPES)
def get_kind(reading: Reading) -> Kind:
    features = parse_features(reading.feats)
    names = ("Case", "Definite", "Gender", "Number", "Person", "Voice", "Mood")
    return Kind(
        reading.upos, reading.lemma if reading.upos in _CLOSED else "", *(features.get(one, "") for one in names)
    )


@lru_cache(1 << 16)
def describe_arc(head: Kind, label: str, side: str, word: Kind) -> tuple[str, ...]:
    """The names of an arc's features; `side` is L or R of the head, with "1" behind it for its neighbour."""
    tags = f"{label} {head.upos} {word.upos}"
    found = [
        f"a {tags} {side}",
        f"c {label} {word.upos} {word.case} {side[0]}",
        f"v {tags} {head.voice} {word.case}",
        f"d {tags} {head.definite} {word.case} {side}",
        f"h {label} {head.upos} {head.case} {word.upos} {word.lemma}",
        f"m {label} {head.upos} {head.mood} {word.lemma}",
        f"p {label} {head.person} {word.upos} {head.voice}",
        f"e {label} {word.upos} {word.definite} {side[0]}",
    ]
    if label in _AGREEING:
        found += [
            f"g {tags} {side[0]} {_compare(head.gender, word.gender)} {word.number} {head.number}",
            f"n {tags} {side[0]} {_compare(head.number, word.number)} {head.person}",
            f"k {tags} {_compare(head.case, word.case)}",
            f"f {tags} {head.definite} {word.definite}",
        ]
    return tuple(found)


def _compare(one: str, other: str) -> str:
    return "?" if not one or not other else "=" if one == other else f"{one}/{other}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence with what is to be decided."""

    words: Sequence[Word]
    readings: list[list[Reading]]
    unary: list[list[Features]]
    heads: list[int]
    """0-based; -1 above the root."""
    labels: list[list[tuple[str, float]]]
    """Of the arc above each word, with the parser's log-probability."""
    sides: list[str]


def pose_problem(words: Sequence[Word], tokens: Sequence[tuple[str, int]]) -> Problem:
    """`words` as the models gave them, `tokens` as `list_readings` takes them."""
    readings = list_readings(words, tokens)
    context = [_describe_neighbour(word) for word in words]
    unary = [
        [_describe_reading(words, context, place, reading, len(ones)) for reading in ones]
        for place, ones in enumerate(readings)
    ]
    heads = [int(word.head) - 1 for word in words]
    sides = [_get_side(place, head) for place, head in enumerate(heads)]
    return Problem(words, readings, unary, heads, [_list_labels(word.deprel) for word in words], sides)


def _get_side(place: int, head: int) -> str:
    return ("L" if place < head else "R") + ("1" if abs(place - head) == 1 else "")


def _list_labels(label: str) -> list[tuple[str, float]]:
    if not isinstance(label, Choice) or label == "root":
        return [(str(label), 0.0)]
    scores = label.scores
    order = (-scores.log_probs).argsort(kind="stable")[:LABELS]
    kept = [(scores.labels[place], float(scores.log_probs[place])) for place in order]
    return [one for one in kept if one[1] > kept[0][1] - _LEAST and one[0] != "root"] or kept[:1]


def _describe_neighbour(word: Word) -> str:
    form = drop_marks(word.form)
    if word.upos in _CLOSED:
        return form
    return f"{word.upos}-ال" if form.startswith("ال") else str(word.upos)


def _describe_reading(
    words: Sequence[Word], context: Sequence[str], place: int, reading: Reading, count: int
) -> Features:
    word = words[place]
    upos, lemma, feats, source = reading
    features = parse_features(feats)
    before = context[place - 1] if place else "^"
    behind = context[place + 1] if place + 1 < len(words) else "$"
    case, definite, mood = features.get("Case", ""), features.get("Definite", ""), features.get("Mood", "")
    star = "" if upos == word.upos else "*"
    found = [
        ("upos", get_log_prob(word.upos, upos)),
        (f"source {source} {upos} {count > 1}", 1.0),
        (f"lemma {upos} {lemma == word.lemma}", 1.0),
        (f"lexicon {find_readings(word.form).get(upos) == lemma}", 1.0),
        (f"before {before} {upos} {case}{mood}", 1.0),
        (f"behind {behind} {upos} {definite} {case}", 1.0),
        (f"bias {upos} {case} {definite}", 1.0),
        (
            f"bias {upos} {features.get('Person', '')} {features.get('Voice', '')} {mood} {features.get('Number', '')}",
            1.0,
        ),
    ]
    if isinstance(word.feats, FeatureChoice):
        found += [(f"{name}{star}", word.feats.get_log_prob(name, features.get(name, ""))) for name in SCORED]
    return tuple(found)


class Decision(NamedTuple):
    """What was decided of a word."""

    reading: Reading
    label: str
    prob: float
    """Of the reading's features, summed over lemmas (0-1)."""


def decide(problem: Problem, weigh: Callable[[str], float]) -> list[Decision]:
    """The best reading of each word and the best label of its arc, for the sentence as a whole."""
    scored = score(problem, weigh)
    best = scored.find_best()
    beliefs = scored.compute_beliefs()
    decisions = []
    for place, (row, label) in enumerate(best):
        readings = scored.readings[place]
        same = [
            number
            for number, one in enumerate(readings)
            if one[0] == readings[row][0] and one[2] == readings[row][2]
        ]
        prob = float(beliefs[place][same].sum())
        decisions.append(Decision(readings[row], scored.labels[place][label][0], prob))
    return decisions


@dataclass(frozen=True, slots=True)
class Scored:
    """A problem with its scores; what cannot win is left out."""

    readings: list[list[Reading]]
    rows: list[list[int]]
    """The readings' places in the problem."""
    unary: list[np.ndarray]
    labels: list[list[tuple[str, float]]]
    arcs: list[np.ndarray]
    """For each word head's readings x labels x own readings; of the root: 1 x 1 x own readings."""
    heads: list[int]
    order: list[int]
    """The words, each before its head."""

    def find_best(self) -> list[tuple[int, int]]:
        """For each word the place of its reading and of its arc's label."""
        up = [row.copy() for row in self.unary]
        chosen: list[np.ndarray] = [np.empty(0)] * len(up)
        for place in self.order:
            scores = self.arcs[place] + up[place]
            flat = scores.reshape(len(scores), -1)
            chosen[place] = flat.argmax(1)
            if self.heads[place] >= 0:
                up[self.heads[place]] += flat.max(1)
        best = [(0, 0)] * len(up)
        for place in reversed(self.order):
            above = best[self.heads[place]][0] if self.heads[place] >= 0 else 0
            label, row = divmod(int(chosen[place][above]), len(up[place]))
            best[place] = row, label
        return best

    def compute_messages(self) -> tuple[list[np.ndarray], list[np.ndarray], float]:
        """Log scores of all below each word by its reading, the message to its head, and of all together."""
        up = [row.copy() for row in self.unary]
        messages: list[np.ndarray] = [np.empty(0)] * len(up)
        total = 0.0
        for place in self.order:
            messages[place] = _log_sum(self.arcs[place] + up[place], (1, 2))
            if self.heads[place] >= 0:
                up[self.heads[place]] += messages[place]
            else:
                total += float(messages[place][0])
        return up, messages, total

    def compute_beliefs(self) -> list[np.ndarray]:
        """The probability of each reading."""
        return [arc.sum((0, 1)) for arc in self.compute_arc_beliefs()]

    def compute_arc_beliefs(self) -> list[np.ndarray]:
        """The probability of each head's reading, label and own reading together, shaped as `arcs`."""
        up, messages, _ = self.compute_messages()
        outside: list[np.ndarray] = [np.zeros(len(row)) for row in up]
        beliefs: list[np.ndarray] = [np.empty(0)] * len(up)
        for place in reversed(self.order):
            head = self.heads[place]
            above = outside[head] + up[head] - messages[place] if head >= 0 else np.zeros(1)
            joint = self.arcs[place] + up[place] + above[:, None, None]
            peak = joint.max()
            joint = np.exp(joint - peak)
            beliefs[place] = joint / joint.sum()
            outside[place] = _log_sum(self.arcs[place] + above[:, None, None], (0, 1))
        return beliefs


def _log_sum(values: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    peak = values.max()
    with np.errstate(divide="ignore"):
        summed: np.ndarray = np.log(np.exp(values - peak).sum(axes)) + peak
    return summed


def score(problem: Problem, weigh: Callable[[str], float], keep: Sequence[set[int]] | None = None) -> Scored:
    """The problem with its scores; of the readings the best, and those in `keep`."""
    rows, unary = [], []
    for place, ones in enumerate(problem.unary):
        scores = np.array([sum(weigh(name) * value for name, value in features) for features in ones])
        order = [int(row) for row in (-scores).argsort(kind="stable")]
        kept = [row for row in order[:READINGS] if scores[row] > scores[order[0]] - _LEAST]
        kept += [row for row in sorted(keep[place] if keep else ()) if row not in kept]
        rows.append(kept)
        unary.append(scores[kept])
    readings = [[problem.readings[place][row] for row in kept] for place, kept in enumerate(rows)]
    kinds = [[get_kind(reading) for reading in ones] for ones in readings]
    arcs = [_score_arc(problem, kinds, place, weigh) for place in range(len(rows))]
    return Scored(readings, rows, unary, problem.labels, arcs, problem.heads, _sort_upwards(problem.heads))


def _score_arc(problem: Problem, kinds: list[list[Kind]], place: int, weigh: Callable[[str], float]) -> np.ndarray:
    head = problem.heads[place]
    above = kinds[head] if head >= 0 else [ROOT]
    side, trust = problem.sides[place], weigh("label")
    return np.array(
        [
            [
                [trust * prob + _sum_arc(weigh, describe_arc(one, label, side, kind)) for kind in kinds[place]]
                for label, prob in problem.labels[place]
            ]
            for one in above
        ]
    )


ROOT = Kind("ROOT", *[""] * 8)


def _sum_arc(weigh: Callable[[str], float], names: tuple[str, ...]) -> float:
    return math.fsum(map(weigh, names))


def _sort_upwards(heads: Sequence[int]) -> list[int]:
    """The places, each before its head."""
    order: list[int] = []
    children: dict[int, list[int]] = {}
    for place, head in enumerate(heads):
        children.setdefault(head, []).append(place)
    stack = [-1]
    while stack:
        found = children.get(stack.pop(), [])
        order += found
        stack += found
    return order[::-1]
