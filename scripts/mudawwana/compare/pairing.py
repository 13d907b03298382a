"""The documents of two annotations, side by side: of two files, or of two folders of files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mudawwana.base.conllu_io import read_annotated_documents, read_conllu, read_document_ids
from mudawwana.base.errors import ConlluError
from mudawwana.base.layout import list_conllu
from mudawwana.base.records import Sentence
from mudawwana.base.walker import AnnotationWalker


@dataclass(frozen=True, slots=True)
class DocumentPair:
    """A document as each of two annotations has it."""

    id: str
    """"" where the files name no documents."""
    first: list[Sentence] | None
    """None where the first annotation does not have it."""
    second: list[Sentence] | None

    def get_both(self, first_path: Path, second_path: Path) -> tuple[list[Sentence], list[Sentence]]:
        """Both annotations of the document.

        Raises ConlluError, which names the path that lacks it.
        """
        if self.first is not None and self.second is not None:
            return self.first, self.second
        path = first_path if self.first is None else second_path
        raise ConlluError(f"{path}: does not have the document {self.id!r}; annotate it, or leave it out of both.")


def list_annotation_files(path: Path) -> list[Path]:
    """The file itself, or the `*.conllu` directly in the folder, by name.

    Raises ConlluError where a folder has none.
    """
    if path.is_file():
        return [path]
    files = list_conllu(path)
    if not files:
        raise ConlluError(f"{path}: no *.conllu in it; give a CoNLL-U file, or a folder that has some.")
    return files


def iter_document_pairs(first_path: Path, second_path: Path) -> Iterator[DocumentPair]:
    """Each document of both, told by its `# newdoc id`, in the order of the first one's files.

    Where one of the two names no documents at all, everything is one document, `""`. Memory holds one document
    of each, and those that the second has in another order.

    Raises ConlluError where a file cannot be read, or a document is there twice.
    """
    first_ids, second_ids = (_read_ids(path) for path in (first_path, second_path))
    if "" in (*first_ids, *second_ids):
        yield DocumentPair("", *([*_iter_sentences(path)] for path in (first_path, second_path)))
        return
    walker = AnnotationWalker(_iter_documents(second_path), second_ids)
    waiting: dict[str, list[Sentence]] = {}
    for document_id, sentences in _iter_documents(first_path):
        for other_id, others in walker.walk_to(document_id):
            if other_id in first_ids:
                waiting[other_id] = others
            else:
                yield DocumentPair(other_id, None, others)
        yield DocumentPair(document_id, sentences, waiting.pop(document_id, None))
    for other_id, others in walker.walk_on():
        yield DocumentPair(other_id, None, others)


def _read_ids(path: Path) -> set[str]:
    ids: set[str] = set()
    for document_id in (one for file in list_annotation_files(path) for one in read_document_ids(file)):
        if document_id in ids:
            raise ConlluError(f"{path}: two documents {document_id!r}; give each its own `# newdoc id`.")
        ids.add(document_id)
    return ids


def _iter_documents(path: Path) -> Iterator[tuple[str, list[Sentence]]]:
    for file in list_annotation_files(path):
        yield from read_annotated_documents(file)


def _iter_sentences(path: Path) -> Iterator[Sentence]:
    for file in list_annotation_files(path):
        yield from read_conllu(file)
