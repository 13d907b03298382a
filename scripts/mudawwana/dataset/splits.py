"""Which documents are for training, validation and test: by a hash of their ids, near-duplicates together.

A document's side does not depend on the others, so it stays from one release to the next; but near-duplicates of
a document that comes before them follow it. A document is on the same side in the automatic layer and in the gold
one: nothing that one trains on, of any layer, is in what one tests on.
"""

import hashlib
from collections.abc import Iterable, Mapping

from mudawwana.base.layout import AUTO, GOLD, Layer
from mudawwana.base.records import Document
from mudawwana.dataset.near_duplicates import NearDuplicates, split_folded

SPLIT_WORDS = 100_000
SPLIT_DOCUMENTS = 100
"""A corpus that has less of one of these (words by white space) is `train` alone, unless corpus.toml has
`splits`. UD asks for 10,000 words of test data (https://universaldependencies.org/release_checklist.html), a
tenth of this; and a hash gives a tenth only of many documents."""

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}

_DOCUMENT_SHINGLE_WORDS = 5


class SplitPlan:
    """Sees all documents, then says which split each is in."""

    def __init__(self, raw_words: int, splits: str = "") -> None:
        """`splits` is the setting of corpus.toml, which splits a corpus of any size."""
        self._shares = parse_shares(splits)
        self._least = 1 if splits else SPLIT_DOCUMENTS
        self._is_big = bool(splits) or raw_words >= SPLIT_WORDS
        self._near = NearDuplicates(_DOCUMENT_SHINGLE_WORDS)
        self._numbers: dict[str, int] = {}
        self._parents: dict[str, str] = {}

    def watch(self, documents: Iterable[Document]) -> Iterable[Document]:
        """Passes the documents on, in the corpus's order."""
        for document in documents:
            if self._is_big:
                self._add(document)
            yield document

    def get_split(self, doc_id: str, layer: Layer) -> str:
        """The split that holds a layer of a document.

        `train`, `validation` or `test` for the automatic layer, and these with `gold_` before them for the gold
        one; in a small corpus `train` and `gold`.
        """
        if len(self._parents) < self._least:
            return "train" if layer == AUTO else GOLD
        side = choose_side(self._get_leader(doc_id), self._shares)
        return side if layer == AUTO else f"{GOLD}_{side}"

    def _add(self, document: Document) -> None:
        self._numbers[document.id] = len(self._numbers)
        self._parents[document.id] = document.id
        words = split_folded(document.text)
        if not words:
            return
        signature = self._near.sign(words)
        found = list(self._near.find(signature))
        leaders = {self._get_leader(key) for _, key in found}
        # Of many that are the same the index needs one: each that comes would be compared with all of them.
        if all(similarity < 1 for similarity, _ in found):
            self._near.add(document.id, signature)
        if leaders:
            # Groups that this document joins become one.
            first = min(leaders, key=self._numbers.__getitem__)
            self._parents |= dict.fromkeys({*leaders, document.id}, first)

    def _get_leader(self, doc_id: str) -> str:
        """The first document of the group of near-duplicates."""
        while self._parents[doc_id] != doc_id:
            doc_id = self._parents[doc_id]
        return doc_id


def parse_shares(splits: str) -> dict[str, float]:
    """The share of each side by the setting `splits`, or by default.

    >>> parse_shares("70/10/20")
    {'train': 0.7, 'validation': 0.1, 'test': 0.2}
    """
    if not splits:
        return SHARES
    return dict(zip(SHARES, (int(percent) / 100 for percent in splits.split("/")), strict=True))


def choose_side(doc_id: str, shares: Mapping[str, float] = SHARES) -> str:
    """`train`, `validation` or `test`, evenly by the shares over all ids; none is on a side of no share.

    >>> choose_side("000_15940584731ed4aa")
    'train'
    """
    place = int.from_bytes(hashlib.sha256(doc_id.encode()).digest()[:8]) / 2**64
    last = ""
    for side, share in shares.items():
        place -= share
        # What is lost in rounding goes to the last side that has a share.
        last = side if share else last
        if place < 0:
            return side
    return last
