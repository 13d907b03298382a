"""A treebank in equal parts by document, so that each part can be told by models that have not seen it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from mudawwana.base.records import Sentence

FOLDS = 5


def number_folds(sentences: Iterable[Sentence]) -> Iterator[int]:
    """The fold of each sentence, 0-based, by the SHA-256 of its document's id, salted unlike the dev split's.

    The document of a sentence is the last `# newdoc id` at or before it.
    """
    doc_id = ""
    for sentence in sentences:
        doc_id = sentence.get_comment("newdoc id") or doc_id
        yield int(hashlib.sha256(f"fold {doc_id}".encode()).hexdigest(), 16) % FOLDS


def split_fold(sentences: Sequence[Sentence], fold: int) -> tuple[list[Sentence], list[Sentence]]:
    """(the others, those of the fold), each in order."""
    parts: tuple[list[Sentence], list[Sentence]] = ([], [])
    for sentence, number in zip(sentences, number_folds(sentences), strict=True):
        parts[number == fold].append(sentence)
    return parts
