"""A treebank in equal parts by document, so that each part can be told by models that have not seen it."""

import hashlib
from collections.abc import Iterable

from mudawwana.records import Sentence

FOLDS = 5


def split_fold(sentences: Iterable[Sentence], fold: int) -> tuple[list[Sentence], list[Sentence]]:
    """(the others, those of the fold): by the SHA-256 of the document's id, salted unlike the dev split's."""
    parts: tuple[list[Sentence], list[Sentence]] = ([], [])
    doc_id = ""
    for sentence in sentences:
        doc_id = sentence.get_comment("newdoc id") or doc_id
        digest = hashlib.sha256(f"fold {doc_id}".encode()).hexdigest()
        parts[int(digest, 16) % FOLDS == fold].append(sentence)
    return parts
