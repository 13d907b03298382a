"""Texts that are nearly the same, found by MinHash (datasketch): which shingles of words they share.

Spelling is folded and punctuation left out first, so that the same text from two hands is the same.
"""

import re
from collections.abc import Iterable
from zlib import crc32

from datasketch import MinHash, MinHashLSH

from mudawwana.arabic.spellings import fold_for_search

SIMILARITY = 0.6
"""From this share of common shingles on (Jaccard, as MinHash estimates it) two texts are near-duplicates."""

_PERMUTATIONS = 128
_BANDS = (32, 4)  # finds 99 % of the pairs at that similarity, and a fifth of those at half of it
_WORD = re.compile(r"\w+")


def split_folded(text: str) -> list[str]:
    """The words of the folded text, without punctuation.

    >>> split_folded("قالَ: «نعم»")  # "he said: yes"
    ['قال', 'نعم']
    """
    return _WORD.findall(fold_for_search(text))


class NearDuplicates:
    """An index of texts by key; memory holds some ten kilobytes a text, whatever its length."""

    def __init__(self, shingle_words: int) -> None:
        self._shingle_words = shingle_words
        self._empty = MinHash(_PERMUTATIONS, hashfunc=crc32)  # five times faster than the default, SHA-1
        # Of what the index finds too much, the similarity itself decides; what it misses is lost.
        self._index = MinHashLSH(num_perm=_PERMUTATIONS, params=_BANDS)
        self._signatures: dict[str, MinHash] = {}

    def sign(self, words: list[str]) -> MinHash:
        """What stands for a text, given by its words; the same words give the same at any time."""
        size = self._shingle_words
        shingles = {" ".join(words[i : i + size]) for i in range(max(1, len(words) - size + 1))}
        signature = self._empty.copy()
        signature.update_batch([shingle.encode() for shingle in shingles])
        return signature

    def add(self, key: str, signature: MinHash) -> None:
        self._signatures[key] = signature
        self._index.insert(key, signature)

    def find(self, signature: MinHash) -> Iterable[tuple[float, str]]:
        """The similarity (0-1) and key of each text in the index that is a near-duplicate."""
        for key in sorted(self._index.query(signature)):
            similarity = float(self._signatures[key].jaccard(signature))
            if similarity >= SIMILARITY:
                yield similarity, key
