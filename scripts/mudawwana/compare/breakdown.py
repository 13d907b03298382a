"""Which labels an annotation takes for which, and how often it is right on which words of the gold annotation."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from mudawwana.base.records import Word
from mudawwana.compare.alignment import ROOT, Block, PlacedWord

Pair = tuple[PlacedWord | None, PlacedWord | None]

_LENGTHS = (10, 20, 30, 40, 60)
_DISTANCES = (1, 2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label, over the words that either side gives it."""

    label: str
    gold: int
    system: int
    correct: int
    precision: float
    """In percent, as the next two; 0 where there is nothing to divide by."""
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Words with one label in gold and another in the system; "" where a side has none, or no such word."""

    gold: str
    system: str
    count: int


@dataclass(frozen=True, slots=True)
class LabelTable:
    """What became of each label."""

    labels: Sequence[LabelScore]
    """The most frequent of the gold annotation first."""
    confusions: Sequence[Confusion]
    """The most frequent first."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Percent of a group's gold words; one that the system does not have is wrong."""

    group: str
    words: int
    upos: float
    uas: float
    las: float
    """The relation without its subtype, as the CoNLL 2018 scorer counts."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The tables of an evaluation."""

    upos: LabelTable
    feats: LabelTable
    """Labels such as "Case=Gen"; "" is a word without the feature."""
    deprels: LabelTable
    """With subtypes."""
    by_length: Sequence[Accuracy]
    """By the number of words of the gold sentence."""
    by_distance: Sequence[Accuracy]
    """By the number of words from a gold word to its head, itself not counted."""
    by_relation: Sequence[Accuracy]
    """By the gold relation, the most frequent first."""


@dataclass
class BreakdownCounts:
    """Counts over blocks, from which `build` makes the tables."""

    labels: dict[str, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {name: Counter() for name in _LABELS}
    )
    groups: dict[str, dict[str, list[int]]] = field(default_factory=lambda: {name: {} for name in _GROUPS})
    """By kind and group: words, and those with the right UPOS, head, head and relation."""

    def add(self, block: Block) -> None:
        for pair in block.pairs:
            for name, iter_labels in _LABELS.items():
                self.labels[name].update(iter_labels(pair))
            if pair[0] is None:
                continue
            hits = (1, *_count_hits(pair[0], pair[1]))
            for kind, find_group in _GROUPS.items():
                row = self.groups[kind].setdefault(find_group(pair[0]), [0] * len(hits))
                row[:] = [old + new for old, new in zip(row, hits, strict=True)]

    def build(self) -> Breakdown:
        upos, feats, deprels = (_build_table(self.labels[name]) for name in ("upos", "feats", "deprels"))
        accuracies = {
            kind: [_build_accuracy(group, row) for group, row in rows.items()]
            for kind, rows in self.groups.items()
        }
        by_relation = sorted(accuracies["relation"], key=lambda row: (-row.words, row.group))
        by_length, by_distance = (
            sorted(accuracies[kind], key=lambda row: names.index(row.group))
            for kind, names in (("length", _name_bins(_LENGTHS)), ("distance", ["root", *_name_bins(_DISTANCES)]))
        )
        return Breakdown(upos, feats, deprels, by_length, by_distance, by_relation)


def split_feats(feats: str) -> dict[str, str]:
    """The features of a FEATS column by name.

    >>> split_feats("Case=Gen|Number=Sing")
    {'Case': 'Gen', 'Number': 'Sing'}
    """
    pairs = (feat.partition("=") for feat in feats.split("|") if feat != "_")
    return {name: value for name, _, value in pairs}


def get_universal(deprel: str) -> str:
    """The relation without its subtype."""
    return deprel.partition(":")[0]


def _iter_feats(pair: Pair) -> Iterator[tuple[str, str]]:
    gold, system = (split_feats(one.word.feats) if one else {} for one in pair)
    for name in {**gold, **system}:
        yield tuple(f"{name}={feats[name]}" if name in feats else "" for feats in (gold, system))  # type: ignore[misc]


def _iter_column(column: Callable[[Word], str]) -> Callable[[Pair], Iterator[tuple[str, str]]]:
    def iter_labels(pair: Pair) -> Iterator[tuple[str, str]]:
        gold, system = pair
        yield column(gold.word) if gold else "", column(system.word) if system else ""

    return iter_labels


_LABELS: dict[str, Callable[[Pair], Iterator[tuple[str, str]]]] = {
    "upos": _iter_column(lambda word: word.upos),
    "feats": _iter_feats,
    "deprels": _iter_column(lambda word: word.deprel),
}


def _find_distance(gold: PlacedWord) -> str:
    if gold.head == ROOT or not gold.word.head.isdecimal():
        return "root"
    return _find_bin(abs(int(gold.word.head) - gold.word.id), _DISTANCES)


_GROUPS: dict[str, Callable[[PlacedWord], str]] = {
    "length": lambda gold: _find_bin(len(gold.sentence.words), _LENGTHS),
    "distance": _find_distance,
    "relation": lambda gold: gold.word.deprel,
}


def _count_hits(gold: PlacedWord, system: PlacedWord | None) -> tuple[int, int, int]:
    if system is None:
        return 0, 0, 0
    has_head = gold.head == system.head
    has_relation = get_universal(gold.word.deprel) == get_universal(system.word.deprel)
    return int(gold.word.upos == system.word.upos), int(has_head), int(has_head and has_relation)


def _find_bin(number: int, bounds: Sequence[int]) -> str:
    place = next((place for place, bound in enumerate(bounds) if number <= bound), len(bounds))
    return _name_bins(bounds)[place]


def _name_bins(bounds: Sequence[int]) -> list[str]:
    lows = [1, *(bound + 1 for bound in bounds)]
    names = [str(high) if low == high else f"{low}-{high}" for low, high in zip(lows, bounds, strict=False)]
    return [*names, f"{lows[-1]} or more"]


def _build_table(counts: Counter[tuple[str, str]]) -> LabelTable:
    golds: Counter[str] = Counter()
    systems: Counter[str] = Counter()
    for (gold, system), count in counts.items():
        golds[gold] += count
        systems[system] += count
    labels = sorted({*golds, *systems} - {""}, key=lambda label: (-golds[label], label))
    confusions = [Confusion(gold, system, count) for (gold, system), count in counts.items() if gold != system]
    return LabelTable(
        [_build_label(label, golds[label], systems[label], counts[label, label]) for label in labels],
        sorted(confusions, key=lambda one: (-one.count, one.gold, one.system)),
    )


def _build_label(label: str, gold: int, system: int, correct: int) -> LabelScore:
    precision, recall = (100 * correct / whole if whole else 0.0 for whole in (system, gold))
    return LabelScore(label, gold, system, correct, precision, recall, 200 * correct / (gold + system))


def _build_accuracy(group: str, row: Sequence[int]) -> Accuracy:
    words, *hits = row
    return Accuracy(group, words, *(100 * hit / words for hit in hits))
