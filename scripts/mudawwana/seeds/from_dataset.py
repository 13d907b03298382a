"""A Hugging Face data set -> a seed file, so that the corpus holds its own texts.

Its rows become `seeds/<name>.jsonl`, where the text and the id stand in the columns that corpus.toml names; all
other columns stay as they are and become metadata (one that has the id's name becomes `original_id`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mudawwana.base.errors import DocumentError
from mudawwana.base.files import hash_file, replace_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.formats import format_json_value, is_visible
from mudawwana.seeds.settings import Settings

_OTHER_ID = "original_id"


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """Which rows of which data set."""

    name: str
    """A folder, or a name on the Hub."""
    text_column: str
    id_column: str | None
    """None: the documents are numbered, `<name>-<row>`, rows from 1."""
    split: str
    config: str | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import."""

    path: Path
    rows: int
    """Written to `path`."""
    blank_rows: tuple[int, ...]
    """1-based numbers of rows that are left out, as they hold no text."""
    is_new: bool
    """False where `path` was there already."""


def import_dataset(layout: CorpusLayout, settings: Settings, source: DatasetSource) -> ImportReport:
    """Writes the rows of the data set to `seeds/<name>.jsonl`, one at a time in memory.

    The name has the config, and the split if that is not "train". A file that is there already stays if it is the
    same byte for byte.

    Raises DocumentError where the data set cannot be read, a row cannot be a document, or another file has the
    name.
    """
    name = _build_name(source)
    path = layout.seeds_dir / f"{name}.jsonl"
    row_count = 0
    blank_rows: list[int] = []
    with replace_atomically(path) as temporary:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            for number, row in enumerate(_iter_rows(source), start=1):
                if _is_blank(row, source, number):
                    blank_rows.append(number)
                    continue
                file.write(_serialize_row(row, f"{name}-{number}", source, settings) + "\n")
                row_count += 1
        is_new = not path.exists()
        if not is_new and hash_file(path) != hash_file(temporary):
            raise DocumentError(
                f"{path}: there already, and not the same as {source.name!r} gives now; remove or rename it first."
            )
    return ImportReport(path, row_count, tuple(blank_rows), is_new)


def _build_name(source: DatasetSource) -> str:
    """What the seed file is called.

    >>> _build_name(DatasetSource("user/news", "text", None, "test", "ar"))
    'news-ar-test'
    """
    parts = [
        Path(source.name).resolve().name,
        source.config or "",
        "" if source.split == "train" else source.split,
    ]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "-".join(part for part in parts if part)).strip(".-") or "dataset"


def _iter_rows(source: DatasetSource) -> Iterator[Mapping[str, Any]]:
    from datasets import load_dataset
    from datasets.exceptions import DatasetsError

    try:
        yield from load_dataset(source.name, source.config, split=source.split, streaming=True)
    # ConnectionError, FileNotFoundError and their like are OSErrors; ValueError: no such config or split;
    # RuntimeError: a data set that is a script, which `datasets` runs no longer.
    except (OSError, ValueError, RuntimeError, DatasetsError) as error:
        raise DocumentError(
            f"the data set {source.name!r} cannot be read ({type(error).__name__}: {error}); check its name, "
            "--config and --split, and without network access give a folder."
        ) from error


def _is_blank(row: Mapping[str, Any], source: DatasetSource, number: int) -> bool:
    for column in filter(None, (source.text_column, source.id_column)):
        if column not in row:
            raise DocumentError(
                f"the data set {source.name!r}, row {number}: no column {column!r}, found "
                f"{', '.join(map(repr, row))}; give the one meant as --text-column or --id-column."
            )
    text = row[source.text_column]
    return text is None or (isinstance(text, str) and not is_visible(text))


def _serialize_row(row: Mapping[str, Any], numbered_id: str, source: DatasetSource, settings: Settings) -> str:
    document_id = numbered_id if source.id_column is None else row[source.id_column]
    record = {settings.id_column: document_id, settings.text_column: row[source.text_column]}
    for column, value in row.items():
        if column in (source.text_column, source.id_column):
            continue
        key = _OTHER_ID if column == settings.id_column else column
        if key in record:
            raise DocumentError(
                f"the data set {source.name!r} has a column {key!r} besides the one meant; set text_column and "
                "id_column under [annotation] in corpus.toml to names that it does not have."
            )
        record[key] = value
    try:
        return json.dumps(record, ensure_ascii=False, default=format_json_value)
    except TypeError as error:
        raise DocumentError(
            f"the data set {source.name!r}, the document {document_id!r}: {error}, which is no text; remove that "
            "column."
        ) from error
