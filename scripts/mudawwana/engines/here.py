"""Annotate a corpus in this process, shard by shard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mudawwana.annotate import annotate_documents
from mudawwana.conllu_io import write_conllu
from mudawwana.documents import split_paragraphs
from mudawwana.layout import CorpusLayout
from mudawwana.models import Models
from mudawwana.records import Document
from mudawwana.settings import Settings

SHARD_WORDS = 20_000
"""About so many space-separated words go to Stanza in one call: enough to fill its batches, little memory."""


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What one shard came to."""

    paths: tuple[Path, ...]
    """The annotation files, one a document."""
    raw_words: int
    """Space-separated words of the raw text: what progress counts."""


def annotate_corpus(
    layout: CorpusLayout, settings: Settings, documents: Iterable[Document], models: Models
) -> Iterator[ShardResult]:
    """Writes `annotations/auto/<stem>.conllu` for each document; a result a shard, as soon as it is on disk.

    Shards depend on the documents alone, so that the same corpus gives the same bytes.
    """
    for shard in iter_shards(documents):
        inputs = [(document, split_paragraphs(document, settings)) for document in shard]
        paths: list[Path] = []
        for document, sentences in annotate_documents(inputs, models):
            path = layout.get_annotation_path("auto", document.path)
            write_conllu(path, sentences)
            paths.append(path)
        yield ShardResult(tuple(paths), sum(count_raw_words(document) for document in shard))


def iter_shards(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """The documents in order, in groups of about `SHARD_WORDS`."""
    shard: list[Document] = []
    size = 0
    for document in documents:
        shard.append(document)
        size += count_raw_words(document)
        if size >= SHARD_WORDS:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def count_raw_words(document: Document) -> int:
    """Its space-separated words."""
    return len(document.text.split())
