"""All sentences of a call in batches of words, longest sentences first, whatever documents they are from.

Stanza's loaders pad, sort and pack sentence by sentence in Python. Here a batch is an array of places among all
words of the call, in the packed order of torch's LSTMs (all first words, then all second words ...): no padding.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch.nn.utils.rnn import PackedSequence

Type = TypeVar("Type", bound=Hashable)

BATCH_WORDS = 3_000
"""About a hundred sentences: the LSTM's products are large enough, and what they hold stays in the cache."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences of about the same length, the longest first."""

    sentences: np.ndarray
    """Their places among the sentences of the call, 0-based."""
    lengths: np.ndarray
    """In words, in that order."""
    words: np.ndarray
    """The places of their words among the words of the call, in packed order."""
    sizes: torch.Tensor
    """How many sentences have a first word, a second word, ..."""
    grid: np.ndarray
    """Sentence x position: the word's row in packed order; behind a sentence's end 0."""

    def pack(self, rows: torch.Tensor) -> PackedSequence:
        """The words' rows, in packed order, as torch's LSTMs take them."""
        return PackedSequence(rows, self.sizes)


def iter_batches(lengths: Sequence[int], budget: int = BATCH_WORDS) -> Iterator[Batch]:
    """The sentences in batches of at most `budget` words; a longer sentence is alone. None is empty."""
    sizes = np.asarray(lengths, dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(-sizes, kind="stable")
    first = 0
    while first < len(order):
        # The longest sentence counts for all: rectangles of scores are padded to it.
        count = max(1, budget // int(sizes[order[first]]))
        yield _build_batch(order[first : first + count], sizes, starts)
        first += count


def _build_batch(sentences: np.ndarray, sizes: np.ndarray, starts: np.ndarray) -> Batch:
    lengths = sizes[sentences]
    positions = np.arange(lengths[0])
    is_there = positions[:, None] < lengths[None, :]
    words = (starts[sentences][None, :] + positions[:, None])[is_there]
    grid = np.zeros(is_there.shape, dtype=np.int64)
    grid[is_there] = np.arange(len(words))
    return Batch(sentences, lengths, words, torch.from_numpy(is_there.sum(1)), np.ascontiguousarray(grid.T))


def number_types(items: Iterable[Type]) -> tuple[list[Type], np.ndarray]:
    """The different items in the order of their first appearance, and for each item which one it is."""
    numbers: dict[Type, int] = {}
    places = [numbers.setdefault(item, len(numbers)) for item in items]
    return list(numbers), np.asarray(places, dtype=np.int64)
