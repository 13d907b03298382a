"""The Parquet files of a data set: by config and split, written a row group at a time and cut into shards."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mudawwana.annotate.tiers import Calibration
from mudawwana.base.layout import DataSetLayout
from mudawwana.base.records import Sentence
from mudawwana.dataset.columns import Place, SentenceBatch
from mudawwana.dataset.schema import CONFIGS

# The Hub's viewer reads whole row groups, up to 286 MiB, and cuts off long cells for its first page
# (https://huggingface.co/datasets/danielz01/xView2/discussions/2). Files are cut where `datasets` cuts its own.
ROW_GROUP_WORDS = 50_000
"""Of `sentences` and `tokens`: about 30 MB in memory."""
ROW_GROUP_CHARS = 5_000_000
"""Of `documents`, where a row is a text: about 10 MB; a longer document is a row group of its own."""
SHARD_BYTES = 500_000_000
"""Arrow's size of one file's rows."""


class _TableWriter:
    """One split of one config; how many files it takes is known, and named, at the end."""

    def __init__(self, folder: Path, config: str, split: str) -> None:
        self._folder, self._split = DataSetLayout(folder).data_dir / config, split
        self._schema = CONFIGS[config].arrow_schema
        self._folder.mkdir(parents=True, exist_ok=True)
        self._shards: list[Path] = []
        self._open_shard()

    def write(self, table: pa.Table) -> None:
        """Appends a row group."""
        if self._bytes and self._bytes + table.nbytes > SHARD_BYTES:
            self._writer.close()
            self._open_shard()
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._bytes += table.nbytes

    def close(self) -> None:
        """Gives the files the names that `load_dataset` and the Hub expect."""
        self._writer.close()
        for number, shard in enumerate(self._shards):
            name = f"{self._split}-{number:05}-of-{len(self._shards):05}.parquet"
            shard.rename(self._folder / name)

    def _open_shard(self) -> None:
        path = self._folder / f"{self._split}.{len(self._shards)}"
        # Chunks that content defines let the Hub store only what changed between two releases.
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="zstd", use_content_defined_chunking=True, write_page_index=True
        )
        self._shards.append(path)
        self._bytes = 0


class DatasetWriter:
    """All Parquet files of a data set that grows in a folder; `close` makes them whole."""

    def __init__(self, folder: Path, calibrations: Sequence[Calibration] = ()) -> None:
        self._folder = folder
        self._calibrations = calibrations
        self._writers: dict[tuple[str, str], _TableWriter] = {}
        self._batches: dict[str, SentenceBatch] = {}
        self._documents: dict[str, list[dict[str, Any]]] = {}
        self._document_chars: dict[str, int] = {}

    def add_sentence(
        self, split: str, sentence: Sentence, place: Place, *, ud_level: int, incidents: Sequence[str]
    ) -> None:
        """Appends the sentence to `sentences` and its words to `tokens`.

        Raises BuildError as `SentenceBatch.build_tables` does, some sentences later.
        """
        batch = self._batches.setdefault(split, SentenceBatch(self._calibrations))
        batch.add(sentence, place, ud_level=ud_level, incidents=incidents)
        if batch.word_count >= ROW_GROUP_WORDS:
            self._write_sentences(split)

    def add_document(self, split: str, row: dict[str, Any]) -> None:
        """Appends the row to `documents`."""
        self._documents.setdefault(split, []).append(row)
        self._document_chars[split] = self._document_chars.get(split, 0) + len(row["text"])
        if self._document_chars[split] >= ROW_GROUP_CHARS:
            self._write_documents(split)

    def close(self) -> None:
        """Writes what is left."""
        for split in list(self._batches):
            self._write_sentences(split)
        for split in list(self._documents):
            self._write_documents(split)
        for writer in self._writers.values():
            writer.close()

    def _write_sentences(self, split: str) -> None:
        tables = self._batches.pop(split).build_tables()
        for config, table in zip(("sentences", "tokens"), tables, strict=True):
            self._get_writer(config, split).write(table)

    def _write_documents(self, split: str) -> None:
        rows = self._documents.pop(split)
        self._document_chars[split] = 0
        table = pa.Table.from_pylist(rows, schema=CONFIGS["documents"].arrow_schema)
        self._get_writer("documents", split).write(table)

    def _get_writer(self, config: str, split: str) -> _TableWriter:
        key = config, split
        if key not in self._writers:
            self._writers[key] = _TableWriter(self._folder, config, split)
        return self._writers[key]
