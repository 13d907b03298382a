"""The raw text of gold annotations, annotated anew by models: what is scored against them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models
from mudawwana.base.conllu_io import read_annotated_documents
from mudawwana.base.records import Document, Paragraph, Sentence

_BATCH_WORDS = 20_000
"""So many words of whole documents go to the models at a time, as a shard of a corpus has."""


def annotate_raw_text(gold_path: Path, models: Models) -> Iterator[Sentence]:
    """The sentences that the models find in the raw text of a gold file, in its order.

    Documents keep their ids; offsets count in the text that `read_raw_documents` puts together.
    """
    for batch in _iter_batches(read_raw_documents(gold_path)):
        for _, sentences in annotate_documents(batch, models):
            yield from sentences


def read_raw_documents(gold_path: Path) -> Iterator[tuple[Document, list[Paragraph]]]:
    """The documents of a gold file as raw text; nothing gives away where sentences end.

    Paragraphs are those of `# newpar`; where there are none, a document is one.
    """
    for document_id, sentences in read_annotated_documents(gold_path):
        paragraphs: list[Paragraph] = []
        start = 0
        for _, group in groupby(_number_paragraphs(sentences), key=lambda pair: pair[0]):
            text = "".join(_spell(sentence) for _, sentence in group).strip()
            paragraphs.append(Paragraph(f"{document_id}-p{len(paragraphs) + 1}", start, text))
            start += len(text) + 1
        raw = "\n".join(paragraph.text for paragraph in paragraphs)
        yield Document(document_id, raw, sha256="", path=f"{document_id}.txt"), paragraphs


def _number_paragraphs(sentences: Iterable[Sentence]) -> Iterator[tuple[int, Sentence]]:
    number = 0
    for sentence in sentences:
        number += sentence.get_comment("newpar id") is not None or sentence.get_comment("newpar") is not None
        yield number, sentence


def _spell(sentence: Sentence) -> str:
    return "".join(token.form + " " * token.space_after for token in sentence.tokens)


def _iter_batches(
    documents: Iterable[tuple[Document, list[Paragraph]]],
) -> Iterator[Sequence[tuple[Document, list[Paragraph]]]]:
    batch: list[tuple[Document, list[Paragraph]]] = []
    words = 0
    for document, paragraphs in documents:
        batch.append((document, paragraphs))
        words += len(document.text.split())
        if words >= _BATCH_WORDS:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch
