"""One reading for each word of a sentence, and one label for each arc, decided together.

A conditional random field over the parser's tree (https://aclanthology.org/N12-1063/ has one for morphology): a
word's reading is scored by what tagger and lemmatizer think of it and by the words beside it, an arc with its
label by what its two words are: whether they agree, which Case the label takes, whether a passive has a subject of
its own. On a tree, the best readings and every probability are exact (https://doi.org/10.1109/18.910572).

The weights are learnt by `mudawwana.training.agreement`; `readings.tsv` beside the models has them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from mudawwana.annotate.choices import NEVER, Choice, FeatureChoice
from mudawwana.annotate.readings import (
    CLOSED,
    SCORED,
    Question,
    Reading,
    ask_readings,
    list_readings,
    parse_features,
)
from mudawwana.arabic.lexicon import find_readings
from mudawwana.arabic.script import TYPES
from mudawwana.base.records import Word

WEIGHTS = "readings.tsv"
_AGREEING = frozenset(
    {"amod", "nsubj", "nsubj:pass", "det", "acl", "acl:relcl", "appos", "conj", "cop", "xcomp", "advcl:pred"}
)
_LABELS = 3
"""So many of the parser's labels of an arc are weighed."""
_READINGS = 6
_LEAST = 6.0
"""Readings and labels that score so much below the best one are left out."""
_ALONE = -math.log1p(math.exp(-_LEAST))
"""Above this log-probability no other label is so near."""
_CACHED = 1 << 17
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


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


ROOT = Kind("ROOT", *[""] * 8)


@lru_cache(TYPES)
def get_kind(reading: Reading) -> Kind:
    """Readings that no arc tells apart have the same."""
    features = parse_features(reading.feats)
    names = ("Case", "Definite", "Gender", "Number", "Person", "Voice", "Mood")
    lemma = reading.lemmas[0] if reading.upos in CLOSED else ""
    return Kind(reading.upos, lemma, *(features.get(one, "") for one in names))


def describe_reading(reading: Reading, question: Question) -> list[str]:
    """The names of what counts for or against a reading, whatever stands beside it."""
    kind = get_kind(reading)
    upos = reading.upos
    known = find_readings(question.forms[question.place]).get(upos)
    return [
        f"source {reading.source} {upos} {len(question.forms) > 1}",
        f"lemma {upos} {question.lemma in reading.lemmas}",
        f"lexicon {known is not None} {known in reading.lemmas}",
        f"bias {upos} {kind.case} {kind.definite}",
        f"bias {upos} {kind.person} {kind.voice} {kind.mood} {kind.number}",
    ]


@lru_cache(1 << 15)
def describe_before(before: str, kind: Kind) -> str:
    """The name of a word with the word before it, as `_describe_neighbour` has that."""
    return f"before {before} {kind.upos} {kind.case}{kind.mood}"


@lru_cache(1 << 15)
def describe_behind(behind: str, kind: Kind) -> str:
    return f"behind {behind} {kind.upos} {kind.definite or kind.lemma} {kind.case}"


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


class Options(NamedTuple):
    """A word's readings with what of their scores is the same wherever the word stands."""

    readings: list[Reading]
    kinds: tuple[Kind, ...]
    scores: np.ndarray
    """float, one a reading."""
    upos: np.ndarray
    """The tags' places among the tagger's, -1 for none."""
    feats: np.ndarray
    """The places of the values of the `SCORED` features among the tagger's, a row a reading; -1 for none."""
    trust: np.ndarray
    """What the tagger's opinion of each counts for."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence with what is to be decided."""

    words: Sequence[Word]
    questions: list[Question]
    context: list[str]
    """What a neighbour sees of each word; "^" in front of the first, "$" behind the last."""
    heads: list[int]
    """0-based; -1 above the root."""
    labels: list[list[tuple[str, float]]]
    """Of the arc above each word, with the parser's log-probability."""
    sides: list[str]


def pose_problem(words: Sequence[Word], tokens: Iterable[tuple[str, int]]) -> Problem:
    """`words` as the models gave them, with their scores; `tokens` as `ask_readings` takes them."""
    questions = ask_readings(words, tokens)
    context = ["^", *map(_describe_neighbour, words, questions), "$"]
    heads = [int(word.head) - 1 for word in words]
    sides = [
        ("L" if place < head else "R") + ("1" if abs(place - head) == 1 else "")
        for place, head in enumerate(heads)
    ]
    return Problem(words, questions, context, heads, [_list_labels(word.deprel) for word in words], sides)


def _describe_neighbour(word: Word, question: Question) -> str:
    form = question.forms[question.place]
    if word.upos in CLOSED:
        return form
    if word.upos == "PRON" and question.place:
        return "PRON+"
    return f"{word.upos}-ال" if form.startswith("ال") else str(word.upos)


def _list_labels(label: str) -> list[tuple[str, float]]:
    if not isinstance(label, Choice) or label == "root":
        return [(str(label), 0.0)]
    scores = label.scores
    best = scores.log_probs.max()
    if best > _ALONE:
        return [(str(label), 0.0)]
    near = np.flatnonzero(scores.log_probs > best - _LEAST)
    found = sorted(((float(scores.log_probs[place]), scores.labels[place]) for place in near), reverse=True)
    return [(name, prob) for prob, name in found[:_LABELS] if name != "root"]


_NO_CHOICE = (np.zeros(1), np.full(1, -1), np.full((1, len(SCORED)), -1), np.zeros((1, 1 + len(SCORED))))


class Scorer:
    """The weights by their features' names, and what was computed of them already; for words of one tagger."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self.weights = weights
        self._options: dict[tuple[Question, str], Options] = {}
        self._neighbours: dict[tuple[str, tuple[Kind, ...]], np.ndarray] = {}
        self._arcs: dict[tuple[object, ...], np.ndarray] = {}
        self._arc_weights: dict[tuple[Kind, str, str, Kind], float] = {}

    def weigh(self, names: Iterable[str]) -> float:
        return sum([self.weights.get(name, 0.0) for name in names])

    def get_options(self, question: Question, word: Word) -> Options:
        key = question, str(word.upos)
        found = self._options.get(key)
        if found is None:
            found = _remember(self._options, key, self._make_options(question, word))
        return found

    def _make_options(self, question: Question, word: Word) -> Options:
        readings = list_readings(question)
        if len(readings) == 1:  # nothing is to be decided
            return Options(readings, (get_kind(readings[0]),), *_NO_CHOICE)
        tags = word.upos.scores.labels if isinstance(word.upos, Choice) else ()
        places = word.feats.places if isinstance(word.feats, FeatureChoice) else {}
        features = [parse_features(reading.feats) for reading in readings]
        names = [describe_trust(reading, word) for reading in readings]
        return Options(
            readings,
            tuple(map(get_kind, readings)),
            np.array([self.weigh(describe_reading(reading, question)) for reading in readings]),
            np.array([tags.index(one.upos) if one.upos in tags else -1 for one in readings]),
            np.array([[places.get(name, {}).get(one.get(name, ""), -1) for name in SCORED] for one in features]),
            np.array([[self.weights.get(name, 0.0) for name in ones] for ones in names]),
        )

    def score_readings(self, problem: Problem) -> tuple[list[Options], list[np.ndarray]]:
        """The options of each word, and the scores of its readings where it stands."""
        pairs = zip(problem.questions, problem.words, strict=True)
        options = [self.get_options(question, word) for question, word in pairs]
        neighbours = [self._score_neighbours(problem, place, one.kinds) for place, one in enumerate(options)]
        scores = np.concatenate([one.scores for one in options]) + np.concatenate(neighbours)
        trust = np.concatenate([one.trust for one in options])
        scores += (compute_log_probs(options, problem.words) * trust).sum(1)
        return options, np.split(scores, np.cumsum([len(one.readings) for one in options])[:-1])

    def _score_neighbours(self, problem: Problem, place: int, kinds: tuple[Kind, ...]) -> np.ndarray:
        before, behind = problem.context[place], problem.context[place + 2]
        key = f"{before} {behind}", kinds
        found = self._neighbours.get(key)
        if found is None:
            names = [(describe_before(before, kind), describe_behind(behind, kind)) for kind in kinds]
            found = _remember(self._neighbours, key, np.array([self.weigh(pair) for pair in names]))
        return found

    def score_arc(
        self, heads: tuple[Kind, ...], labels: Sequence[tuple[str, float]], side: str, kinds: tuple[Kind, ...]
    ) -> np.ndarray:
        """Head's readings x labels x own readings."""
        names = tuple([name for name, _ in labels])
        key = heads, names, side, kinds
        found = self._arcs.get(key)
        if found is None:
            table = [
                [[self._weigh_arc(head, name, side, kind) for kind in kinds] for name in names] for head in heads
            ]
            found = _remember(self._arcs, key, np.array(table))
        if len(labels) == 1:
            return found
        trust = self.weights.get("label", 0.0)
        scores: np.ndarray = found + np.array([trust * prob for _, prob in labels])[None, :, None]
        return scores

    def _weigh_arc(self, head: Kind, label: str, side: str, word: Kind) -> float:
        key = head, label, side, word
        found = self._arc_weights.get(key)
        if found is None:
            found = _remember(self._arc_weights, key, self.weigh(describe_arc(*key)))
        return found


def _remember(cache: dict[_Key, _Value], key: _Key, value: _Value) -> _Value:
    if len(cache) >= _CACHED:
        cache.clear()
    cache[key] = value
    return value


def describe_trust(reading: Reading, word: Word) -> list[str]:
    """The names of the weights of the tagger's log-probabilities: of the tag, and of each of the `SCORED`."""
    star = "" if reading.upos == word.upos else "*"
    return ["upos", *(f"{name}{star}" for name in SCORED)]


def compute_log_probs(options: Sequence[Options], words: Sequence[Word]) -> np.ndarray:
    """What the tagger said of the tag and the `SCORED` features of all readings of all words, a row a reading.

    0 where it said nothing: of the features of a word to which it gave none.
    """
    owners = np.repeat(np.arange(len(words)), [len(one.readings) for one in options])
    found = np.zeros((len(owners), 1 + len(SCORED)))
    tags = [word.upos.scores.log_probs for word in words if isinstance(word.upos, Choice)]
    if len(tags) == len(words):
        places = np.concatenate([one.upos for one in options])
        found[:, 0] = np.where(places < 0, NEVER, np.stack(tags)[owners, places])
    feats = [word.feats.log_probs if isinstance(word.feats, FeatureChoice) else None for word in words]
    said = next((row for row in feats if row is not None), None)
    if said is not None:
        rows = np.stack([np.zeros_like(said) if row is None else row for row in feats])
        is_said = np.array([row is not None for row in feats])[owners, None]
        places = np.concatenate([one.feats for one in options])
        found[:, 1:] = np.where(places < 0, NEVER, rows[owners[:, None], places]) * is_said
    return found


@dataclass(frozen=True, slots=True)
class Scored:
    """A problem with its scores; what cannot win is left out."""

    options: list[Options]
    rows: list[list[int]]
    """The readings' places in the options."""
    kinds: list[tuple[Kind, ...]]
    unary: list[np.ndarray]
    labels: list[list[tuple[str, float]]]
    arcs: list[np.ndarray | None]
    """For each word head's readings x labels x own readings; None where each is one."""
    heads: list[int]
    order: list[int]
    """The words, each before its head."""

    def find_best(self) -> list[tuple[int, int]]:
        """For each word the place of its reading and of its arc's label."""
        up = list(self.unary)
        chosen: list[np.ndarray | None] = [None] * len(up)
        for place in self.order:
            arc, head = self.arcs[place], self.heads[place]
            if arc is None:
                continue
            flat = (arc + up[place]).reshape(len(arc), -1)
            chosen[place] = flat.argmax(1)
            if head >= 0 and len(arc) > 1:
                up[head] = up[head] + flat.max(1)
        best = [(0, 0)] * len(up)
        for place in reversed(self.order):
            ones, head = chosen[place], self.heads[place]
            if ones is not None:
                above = best[head][0] if head >= 0 else 0
                label, row = divmod(int(ones[above]), len(up[place]))
                best[place] = row, label
        return best

    def compute_probs(self) -> list[np.ndarray | None]:
        """The probability of each reading of a word; None where there is no choice."""
        up = [np.exp(row - row.max()) for row in self.unary]
        tables: list[np.ndarray | None] = [None if arc is None else np.exp(arc - arc.max()) for arc in self.arcs]
        messages: list[np.ndarray | float] = [1.0] * len(up)
        for place in self.order:
            table, head = tables[place], self.heads[place]
            if table is None:
                continue
            tables[place] = table = table.sum(1)
            if head >= 0:
                message = table @ up[place]
                messages[place] = message = message / message.max()
                up[head] = up[head] * message
        probs: list[np.ndarray | None] = [None] * len(up)
        outside: list[np.ndarray | float] = [1.0] * len(up)
        for place in reversed(self.order):
            table, head = tables[place], self.heads[place]
            if table is None:
                continue
            above = outside[head] * up[head] / messages[place] if head >= 0 else np.ones(1)
            outside[place] = below = above @ table
            joint = below * up[place]
            probs[place] = joint / joint.sum()
        return probs

    def compute_beliefs(self) -> list[np.ndarray | None]:
        """The probability of each head's reading, label and own reading together, shaped as `arcs`."""
        up = list(self.unary)
        messages: list[np.ndarray | float] = [0.0] * len(up)
        for place in self.order:
            arc, head = self.arcs[place], self.heads[place]
            if arc is not None:
                messages[place] = message = _log_sum(arc + up[place], (1, 2))
                if head >= 0:
                    up[head] = up[head] + message
        outside: list[np.ndarray | float] = [0.0] * len(up)
        beliefs: list[np.ndarray | None] = [None] * len(up)
        for place in reversed(self.order):
            arc, head = self.arcs[place], self.heads[place]
            if arc is None:
                continue
            if head >= 0:
                arc = arc + (outside[head] + up[head] - messages[place])[:, None, None]
            joint = arc + up[place]
            joint = np.exp(joint - joint.max())
            beliefs[place] = joint / joint.sum()
            outside[place] = _log_sum(arc, (0, 1))
        return beliefs


def _log_sum(values: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    peak = values.max()
    summed: np.ndarray = np.log(np.exp(values - peak).sum(axes) + 1e-300) + peak
    return summed


def score(problem: Problem, scorer: Scorer, keep: Sequence[set[int]] | None = None) -> Scored:
    """The problem with its scores; of the readings the best, and those in `keep`."""
    options, scores = scorer.score_readings(problem)
    rows = [_choose_rows(ones, keep[place] if keep else set()) for place, ones in enumerate(scores)]
    kinds = [tuple([one.kinds[row] for row in kept]) for one, kept in zip(options, rows, strict=True)]
    unary = [ones[kept] for ones, kept in zip(scores, rows, strict=True)]
    arcs = []
    for place, head in enumerate(problem.heads):
        above = kinds[head] if head >= 0 else (ROOT,)
        is_certain = len(above) == len(kinds[place]) == len(problem.labels[place]) == 1
        arcs.append(
            None
            if is_certain
            else scorer.score_arc(above, problem.labels[place], problem.sides[place], kinds[place])
        )
    return Scored(options, rows, kinds, unary, problem.labels, arcs, problem.heads, _sort_upwards(problem.heads))


def _choose_rows(scores: np.ndarray, keep: set[int]) -> list[int]:
    if len(scores) == 1:
        return [0]
    near: list[int] = np.flatnonzero(scores > scores.max() - _LEAST).tolist()
    if len(near) > _READINGS:
        near = sorted(near, key=lambda row: -scores[row])[:_READINGS]
    return near + sorted(keep.difference(near)) if keep else near


def _sort_upwards(heads: Sequence[int]) -> list[int]:
    """The places, each before its head."""
    children: list[list[int]] = [[] for _ in range(len(heads) + 1)]
    for place, head in enumerate(heads):
        children[head].append(place)
    order: list[int] = []
    stack = [-1]
    while stack:
        found = children[stack.pop()]
        order += found
        stack += found
    return order[::-1]


class Decision(NamedTuple):
    """What was decided of a word."""

    reading: Reading
    label: str
    prob: float
    """Of the reading (0-1)."""


def decide(words: Sequence[Word], tokens: Iterable[tuple[str, int]], scorer: Scorer) -> list[Decision]:
    """The best reading of each word and the best label of its arc, for the sentence as a whole."""
    problem = pose_problem(words, tokens)
    scored = score(problem, scorer)
    probs = scored.compute_probs()
    return [
        Decision(
            scored.options[place].readings[scored.rows[place][row]],
            scored.labels[place][label][0],
            1.0 if ones is None else float(ones[row]),
        )
        for place, ((row, label), ones) in enumerate(zip(scored.find_best(), probs, strict=True))
    ]


def read_weights(path: Path) -> dict[str, float]:
    """What `write_weights` has written."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: float(weight) for name, _, weight in (line.rpartition("\t") for line in lines)}
