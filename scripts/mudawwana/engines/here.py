"""Annotate a corpus in this process, shard by shard."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from mudawwana.annotate import annotate_documents
from mudawwana.conllu_io import write_conllu
from mudawwana.documents import split_paragraphs
from mudawwana.layout import CorpusLayout
from mudawwana.models import Models
from mudawwana.records import Document, Paragraph, Sentence
from mudawwana.settings import Settings

SHARD_WORDS = 20_000
"""About so many space-separated words go to Stanza in one call: enough to fill its batches, little memory."""

Shard = list[tuple[Document, Sequence[Paragraph]]]


def annotate_corpus(
    layout: CorpusLayout,
    settings: Settings,
    documents: Iterable[Document],
    models: Models,
    *,
    advance: Callable[[int], object] = int,
) -> Iterator[Path]:
    """Writes `annotations/auto/<stem>.conllu` for each seed file; yields its path as soon as it is on disk.

    Memory holds one shard; a file grows beside the old one and takes its place when it is whole. Shards depend on
    the documents alone, so that the same corpus gives the same bytes. `advance` is told the space-separated words
    of each shard that is done.

    Raises OutputError where a file cannot be written.
    """
    annotated = _annotate_shards(iter_shards(documents, settings), models, advance)
    for path, parts in groupby(annotated, key=lambda part: layout.get_annotation_path("auto", part[0].path)):
        write_conllu(path, (sentence for _, sentences in parts for sentence in sentences))
        yield path


def _annotate_shards(
    shards: Iterable[Shard], models: Models, advance: Callable[[int], object]
) -> Iterator[tuple[Document, list[Sentence]]]:
    for shard in shards:
        yield from annotate_documents(shard, models)
        advance(sum(_count_words(paragraph) for _, paragraphs in shard for paragraph in paragraphs))


def iter_shards(documents: Iterable[Document], settings: Settings) -> Iterator[Shard]:
    """The documents in order with their paragraphs, about `SHARD_WORDS` together.

    A document that is longer comes in several shards, cut between paragraphs.
    """
    shard: Shard = []
    size = 0
    for document in documents:
        part: list[Paragraph] = []
        for paragraph in split_paragraphs(document, settings):
            part.append(paragraph)
            size += _count_words(paragraph)
            if size >= SHARD_WORDS:
                yield [*shard, (document, part)]
                shard, part, size = [], [], 0
        if part:
            shard.append((document, part))
    if shard:
        yield shard


def _count_words(paragraph: Paragraph) -> int:
    return len(paragraph.text.split())
