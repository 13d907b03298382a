"""The data set's Parquet -> the annotation files that it was made from, byte for byte."""

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from mudawwana.dataset.rows import serialize_row
from mudawwana.dataset.schema import SENTENCES
from mudawwana.errors import BuildError
from mudawwana.files import write_text_atomically
from mudawwana.layout import get_stem

LAYERS = ("auto", "gold")

_CORE = [*list(SENTENCES)[:14], "doc_id", "layer"]
_BATCH_ROWS = 1_000


def export_conllu(corpus_dir: Path, output_dir: Path) -> Iterator[Path]:
    """Writes `<output_dir>/<layer>/<stem>.conllu`; yields each path when it is on disk.

    Raises BuildError where `corpus_dir` holds no data set.
    """
    for layer in LAYERS:
        for stem, texts in groupby(iter_rebuilt(corpus_dir, layer), key=lambda pair: pair[0]):
            path = output_dir / layer / f"{stem}.conllu"
            write_text_atomically(path, (text for _, text in texts))
            yield path


def iter_rebuilt(corpus_dir: Path, layer: str) -> Iterator[tuple[str, str]]:
    """The layer's sentences in the annotation files' order: (the file's stem, the sentence as CoNLL-U)."""
    paths = sorted((corpus_dir / "data" / "sentences").glob("*.parquet"))
    if not paths:
        raise BuildError(f"{corpus_dir}: no data set; run `mudawwana build`.")
    documents = _read_documents(corpus_dir)
    places = {doc_id: place for place, (doc_id, _) in enumerate(documents)}
    stems = {doc_id: get_stem(path) for doc_id, path in documents}
    # A file holds a part of the documents, in their order.
    streams = [_iter_rows(path, layer) for path in paths]
    for row in merge(*streams, key=lambda row: places[row["doc_id"]]):
        yield stems[row["doc_id"]], serialize_row(row)


def _read_documents(corpus_dir: Path) -> list[tuple[str, str]]:
    """Id and seed file of each document, in their order."""
    rows: list[dict[str, Any]] = []
    for path in sorted((corpus_dir / "data" / "documents").glob("*.parquet")):
        rows += pq.read_table(path, columns=["id", "path"]).to_pylist()
    return [(row["id"], row["path"]) for row in rows]


def _iter_rows(path: Path, layer: str) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=_CORE):
            yield from (row for row in batch.to_pylist() if row["layer"] == layer)
