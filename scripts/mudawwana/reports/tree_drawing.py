"""Where everything of a dependency tree stands when it is drawn from right to left, as Arabic is read.

Words side by side, arcs above them from head to dependent; all numbers are pixels from the top left corner.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

_LEVEL = 24
_MARGIN = 12
_BELOW = 58  # form, tag and number under the arcs


class DrawnWord(Protocol):
    """What a drawing needs of a word; ids are 1, 2, 3 ... in order."""

    @property
    def form(self) -> str: ...
    @property
    def upos(self) -> str: ...
    @property
    def head(self) -> str: ...
    @property
    def deprel(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Arc:
    """A relation: a line from the head up, across, and down to the dependent's arrowhead."""

    path: str
    """As the attribute `d` of an SVG path."""
    label: str
    x: int
    y: int
    """Where the label's middle stands."""
    dependent: int
    """0-based place of the dependent."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A tree, placed."""

    width: int
    height: int
    base: int
    """Where the arcs end and the words begin."""
    xs: tuple[int, ...]
    """The middle of each word."""
    arcs: tuple[Arc, ...]
    """None for a word whose head is not in the sentence."""


def draw_tree(words: Sequence[DrawnWord]) -> Drawing:
    """The drawing of a sentence, whether or not its heads make a tree."""
    ends = list(accumulate(_measure(word) for word in words))
    width = (ends[-1] if ends else 0) + 2 * _MARGIN
    xs = tuple(width - _MARGIN - (end + start) // 2 for start, end in zip([0, *ends], ends, strict=False))
    heads = [_find_head(word, len(words)) for word in words]
    levels = _stack([(min(head, place), max(head, place)) for place, head in enumerate(heads) if head is not None])
    top = max(levels.values(), default=0) + 1
    base = _MARGIN + (top + 1) * _LEVEL
    arcs: list[Arc] = []
    for place, (word, head) in enumerate(zip(words, heads, strict=True)):
        level = top if head is None else levels[min(head, place), max(head, place)]
        y = base - level * _LEVEL
        arrow = f"V{base}m-3-6l3 6 3-6"
        if head is not None:
            # An arc leaves its head beside the middle, where the head's own arc ends.
            start = xs[head] + (6 if place < head else -6)
            arcs.append(
                Arc(f"M{start} {base}V{y}H{xs[place]}{arrow}", word.deprel, (start + xs[place]) // 2, y, place)
            )
        elif word.head == "0":
            arcs.append(Arc(f"M{xs[place]} {y}{arrow}", word.deprel, xs[place], y, place))
    return Drawing(width, base + _BELOW, base, xs, tuple(arcs))


def _measure(word: DrawnWord) -> int:
    """About as wide as its widest line; marks stand above letters and take no room."""
    letters = sum(not unicodedata.combining(character) for character in word.form)
    return max(10 * letters, 8 * len(word.upos), 7 * len(word.deprel)) + 16


def _find_head(word: DrawnWord, count: int) -> int | None:
    """The 0-based place of its head; None for the root, and where there is no such word."""
    is_number = word.head.isascii() and word.head.isdecimal()
    return int(word.head) - 1 if is_number and 1 <= int(word.head) <= count else None


def _stack(spans: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """For each arc, as the places of its ends, a level from 1: above all shorter ones that it would cross."""
    levels: dict[tuple[int, int], int] = {}
    for low, high in sorted(set(spans), key=lambda span: (span[1] - span[0], span)):
        below = (level for (start, end), level in levels.items() if start < high and low < end)
        levels[low, high] = 1 + max(below, default=0)
    return levels
