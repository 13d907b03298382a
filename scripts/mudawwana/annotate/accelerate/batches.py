"""All sentences of a call in batches of words, longest sentences first, whatever documents they are from.

Stanza's loaders pad, sort and pack sentence by sentence in Python. Here a batch is an array of places among all
words of the call, of sentences that are nearly of one length.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

Type = TypeVar("Type", bound=Hashable)

BATCH_WORDS = 3_000
"""About a hundred sentences: what a layer makes of them stays in the processor's cache."""
_FILLED = 0.85
"""No sentence of a batch is shorter than this share of the longest, unless the batch were very small."""
_SENTENCES = 12
"""From so many sentences on the products are large enough for their full speed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences of about the same length, as a rectangle, position x sentence; rows count through it."""

    sentences: np.ndarray
    """Their places among the sentences of the call, 0-based."""
    lengths: np.ndarray
    """In words, in that order, falling."""
    words: np.ndarray
    """For each row the place of its word among the words of the call; behind a sentence's end its last word."""
    rows: np.ndarray
    """The rows that are words."""
    backwards: torch.Tensor
    """For each row the one that it changes places with where each sentence is turned round."""

    @property
    def shape(self) -> tuple[int, int]:
        """Positions and sentences."""
        return len(self.words) // len(self.sentences), len(self.sentences)


def iter_batches(lengths: Sequence[int], budget: int = BATCH_WORDS) -> Iterator[Batch]:
    """The sentences in batches of about `budget` words at most; a longer sentence is alone. None is empty."""
    sizes = np.asarray(lengths, dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(-sizes, kind="stable")
    first = 0
    while first < len(order):
        longest = int(sizes[order[first]])
        count = max(1, budget // longest)
        filled = np.searchsorted(-sizes[order[first:]], -_FILLED * longest, side="right")
        count = min(count, max(int(filled), _SENTENCES))
        yield _build_batch(order[first : first + count], sizes, starts)
        first += count


def _build_batch(sentences: np.ndarray, sizes: np.ndarray, starts: np.ndarray) -> Batch:
    lengths = sizes[sentences]
    positions = np.arange(lengths[0])[:, None]
    columns = np.arange(len(sentences))
    is_word = positions < lengths
    words = starts[sentences] + np.minimum(positions, lengths - 1)
    backwards = np.where(is_word, lengths - 1 - positions, positions) * len(sentences) + columns
    rows = np.flatnonzero(is_word)
    return Batch(sentences, lengths, words.ravel(), rows, torch.from_numpy(backwards.ravel()))


def number_types(items: Iterable[Type]) -> tuple[list[Type], np.ndarray]:
    """The different items in the order of their first appearance, and for each item which one it is."""
    numbers: dict[Type, int] = {}
    places = [numbers.setdefault(item, len(numbers)) for item in items]
    return list(numbers), np.asarray(places, dtype=np.int64)
