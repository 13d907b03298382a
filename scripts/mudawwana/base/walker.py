"""An annotation file, read beside the documents of its seed file: neither side is ever held in memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mudawwana.base.conllu_io import read_annotated_documents, read_document_ids
from mudawwana.base.records import Sentence


class AnnotationWalker:
    """Goes through annotated documents, once, as far as the documents that it is asked for."""

    def __init__(self, annotated: Iterable[tuple[str, list[Sentence]]], ids: Iterable[str]) -> None:
        """`annotated` as `read_annotated_documents` gives them; `ids` are all of theirs."""
        self._annotated = iter(annotated)
        self._ahead = set(ids)

    @classmethod
    def open(cls, path: Path) -> "AnnotationWalker":
        """The walker of an annotation file; raises ConlluError, now or later, as `read_conllu` does."""
        return cls(read_annotated_documents(path), read_document_ids(path))

    def walk_to(self, document_id: str) -> Iterator[tuple[str, list[Sentence]]]:
        """The annotated documents, in their order, up to the one with this id, which comes last.

        None, and the walker stays where it is, if there is no such document, or it lies behind.
        """
        if document_id not in self._ahead:
            return
        for found, sentences in self._annotated:
            self._ahead.discard(found)
            yield found, sentences
            if found == document_id:
                return

    def walk_on(self) -> Iterator[tuple[str, list[Sentence]]]:
        """All that are left."""
        self._ahead.clear()
        yield from self._annotated
