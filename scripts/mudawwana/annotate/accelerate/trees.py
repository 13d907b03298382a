"""The best tree with one root, as Stanza's decoder finds it, in a fraction of its time.

Stanza's Chu-Liu/Edmonds makes every arc from the root so dear that no word's best head is the root, and then
contracts cycle after cycle, each found by a search in Python. Most sentences need none of that: where the best
heads are a tree with one root, no tree is better. Elsewhere the root's arcs get just so dear that one is left.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from stanza.models.common.chuliu_edmonds import expand_contracted_tree, prepare_scores, process_cycle


def decode_trees(scores: np.ndarray, lengths: Sequence[int]) -> list[np.ndarray]:
    """For each sentence what `decode_tree` gives; `scores` is sentence x dependent x head.

    Roots count in `lengths`. As heads, a word itself and what is behind its sentence's end are minus infinity.
    """
    sizes = np.asarray(lengths)
    places = np.arange(scores.shape[1])
    is_word = (places > 0) & (places < sizes[:, None])
    heads = np.where(is_word, scores.argmax(2), 0)
    reached = heads
    for _ in range(len(places).bit_length()):
        reached = np.take_along_axis(reached, reached, 1)
    is_tree = ~reached.any(1) & (((heads == 0) & is_word).sum(1) == 1)
    return [
        heads[i, :size] if is_tree[i] else decode_tree(scores[i, :size, :size]) for i, size in enumerate(sizes)
    ]


def decode_tree(scores: np.ndarray) -> np.ndarray:
    """The head of each word in the tree with one root and the highest sum; the root is word 0, its own head.

    `scores` is dependent x head, for n words and the root n + 1 square; it stays as it is. What the diagonal says
    is ignored.
    """
    scores = scores.astype(np.float64)
    prepare_scores(scores)
    for penalty in _iter_penalties(scores):
        charged = scores.copy()
        charged[1:, 0] -= penalty
        tree = _find_best_tree(charged)
        # The same for each tree with one root: if such a tree is the best of all now, it is the best of them.
        if np.count_nonzero(tree[1:] == 0) == 1:
            break
    return tree


def _iter_penalties(scores: np.ndarray) -> Iterator[float]:
    """What the root's arcs cost: nothing; what all but one word that chose the root will not pay; everything."""
    yield 0.0
    others = scores[1:, 1:].max(1)
    gaps = np.sort(scores[1:, 0] - others)[::-1]
    yield max(0.0, (gaps[0] + gaps[1]) / 2)
    # More than any tree can lose elsewhere, as in Stanza's decoder.
    yield -scores[np.isfinite(scores)].min() * len(scores)


def _find_best_tree(scores: np.ndarray) -> np.ndarray:
    """The tree with the highest sum, however many roots it has: Chu-Liu/Edmonds, by Stanza's own contraction."""
    contractions = []
    tree: np.ndarray = scores.argmax(1)
    while (cycle := _find_cycle(tree)) is not None:
        scores, *contraction = process_cycle(tree, cycle, scores)
        contractions.append((tree, contraction))
        prepare_scores(scores)
        tree = scores.argmax(1)
    for contracted, contraction in reversed(contractions):
        tree = expand_contracted_tree(contracted, tree, *contraction)
    return tree


def _find_cycle(heads: np.ndarray) -> np.ndarray | None:
    """One of the cycles, as truth by word; None if all paths end in the root."""
    reached = heads
    for _ in range(len(heads).bit_length()):
        reached = reached[reached]
    rest = np.flatnonzero(reached)
    if not rest.size:
        return None
    # After more steps than there are words, each path that misses the root is on its cycle.
    cycle = np.zeros(len(heads), dtype=bool)
    word = reached[rest[0]]
    while not cycle[word]:
        cycle[word] = True
        word = heads[word]
    return cycle
