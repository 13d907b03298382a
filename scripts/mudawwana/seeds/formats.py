"""One seed file -> its records: the documents in it, as they stand there.

`.txt` holds one document, `.jsonl`, `.csv` and `.parquet` hold one a record (a line, a row); all but `.parquet`
may be packed by gzip. In records a column has the text and another the id (`text_column` and `id_column` in
corpus.toml); every other column is metadata. In a `.txt` front matter is (front_matter.py).

Files are read record by record: memory holds one, of 256 MiB at most, and of Parquet a batch of rows.
"""

import codecs
import csv
import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import chain
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from mudawwana.arabic.script import normalise
from mudawwana.base.errors import DocumentError
from mudawwana.base.files import hash_file
from mudawwana.seeds.decoding import UTF8, check_signature, decode, find_damage, is_wide, open_seed
from mudawwana.seeds.front_matter import split_front_matter
from mudawwana.seeds.names import find_name_problem
from mudawwana.seeds.settings import Settings

SUFFIXES = (".txt", ".txt.gz", ".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".parquet")

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""What may stand between the cells of a .csv, in words."""

_RECORD_BYTES = 1 << 28
_BATCH_ROWS = 64

Row = Mapping[str, object]

# Its default, 131,072 characters, is less than a long article has.
csv.field_size_limit(_RECORD_BYTES)


@dataclass(frozen=True, slots=True)
class Record:
    """One document of a seed file, before documents.csv and corpus.toml have had their say."""

    place: str
    """The file, and the line (`path:7`) or row (`path: row 7`) where it holds several; 1-based."""
    id: str
    """ "" where the record says none."""
    text: str
    """With LF for every line end, without front matter."""
    sha256: str
    """Of the file's bytes where the file is the document, else of the text's UTF-8 bytes."""
    metadata: Mapping[str, str]


def get_suffix(path: Path) -> str:
    """The one of `SUFFIXES` that the name ends in, in capitals or not; "" if none."""
    return next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), "")


def holds_many(path: Path) -> bool:
    """Whether this kind of file holds a document a record."""
    return not get_suffix(path).startswith(".txt")


def read_records(path: Path, settings: Settings) -> Iterator[Record | DocumentError]:
    """The file's documents in their order, each as a record or as the error for which it is refused.

    Raises DocumentError where the file as a whole cannot be read, or not to its end.
    """
    if not holds_many(path):
        yield _read_text(path, settings)
        return
    read = {".jsonl": _iter_json_rows, ".csv": _iter_csv_rows, ".parquet": _iter_parquet_rows}
    rows = read[get_suffix(path).removesuffix(".gz")](path, settings)
    for place, row in rows:
        try:
            yield row if isinstance(row, DocumentError) else _build_record(place, row, settings)
        except DocumentError as error:
            yield error


def format_value(value: object) -> str:
    """A value as metadata: strings as they are, None as "", dates and decimals as written, all else as JSON.

    Raises TypeError where JSON has no such value, as of bytes.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, (datetime.date, datetime.time, Decimal)):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=format_json_value)


def format_json_value(value: object) -> str:
    """A value that JSON lacks, as the string that stands for it; for `json.dumps(default=...)`."""
    if isinstance(value, (datetime.date, datetime.time, Decimal)):
        return str(value)
    raise TypeError(f"found {type(value).__name__}")


def is_visible(text: str) -> bool:
    """Whether the models would see anything of it; stops at the first character that they do."""
    return any(map(_is_visible_character, text))


@cache
def _is_visible_character(character: str) -> bool:
    return bool(normalise(character).text.strip())


def _read_text(path: Path, settings: Settings) -> Record:
    with open_seed(path) as file:
        raw = file.read(_RECORD_BYTES + 1)
    if len(raw) > _RECORD_BYTES:
        raise DocumentError(
            f"{path}: more than {_RECORD_BYTES >> 20} MiB of text; split it into several documents."
        )
    check_signature(raw, settings.encoding, str(path))
    # The byte order mark belongs to the encoding, not to the text.
    text = unify_line_ends(decode(raw, settings.encoding, str(path)).removeprefix("\ufeff"))
    if damage := find_damage(text):
        line = text.count("\n", 0, int(damage.split()[1])) + 1
        raise DocumentError(f"{path}:{line}: {damage}, which no text holds; correct or remove it.")
    metadata, start = split_front_matter(path, text)
    text = text[start:]
    if not is_visible(text):
        raise DocumentError(
            f"{path}: byte 0: no text in it, only white space or nothing; fill or remove the file."
        )
    return Record(str(path), metadata.pop("id", ""), text, hash_file(path), metadata)


def _iter_json_rows(path: Path, settings: Settings) -> Iterator[tuple[str, Row | DocumentError]]:
    """The objects of a file of JSON Lines, which is UTF-8 by definition; blank lines hold none."""
    with open_seed(path) as file:
        for place, raw in _iter_lines(path, file, UTF8):
            if not raw.strip():
                continue
            try:
                row = json.loads(decode(raw, UTF8, place), object_pairs_hook=_build_object)
                found = type(row).__name__
            except DocumentError as error:
                yield place, error
            # RecursionError: brackets nested too deep; ValueError: no JSON, or a number of thousands of digits.
            except (ValueError, RecursionError) as error:
                yield (
                    place,
                    DocumentError(f"{place}: not JSON ({error}); one object a line, as JSON Lines have it."),
                )
            else:
                problem = DocumentError(f"{place}: found {found}, expected one JSON object a line, in braces.")
                yield place, row if isinstance(row, dict) else problem


def _build_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return row


def _iter_csv_rows(path: Path, settings: Settings) -> Iterator[tuple[str, Row | DocumentError]]:
    if is_wide(settings.encoding):
        raise DocumentError(f"{path}: CSV is not read in {settings.encoding.upper()}; save it as UTF-8.")
    with open_seed(path) as file:
        lines = (
            decode(raw, settings.encoding, place) for place, raw in _iter_lines(path, file, settings.encoding)
        )
        try:
            header = next(lines, "")
            delimiter = find_delimiter(header)
            rows = iter_csv_rows(chain([header], lines), delimiter)
            _, columns = next(rows, (1, []))
            _check_columns(path, columns, settings)
            for line, cells in rows:
                place = f"{path}:{line}"
                problem = f"{place}: {len(cells)} cells, expected {len(columns)} ({', '.join(columns)})"
                yield (
                    place,
                    dict(zip(columns, cells, strict=True))
                    if len(cells) == len(columns)
                    else DocumentError(f"{problem}; quote cells that hold {DELIMITERS[delimiter]}."),
                )
        except csv.Error as error:
            raise DocumentError(
                f"{path}: not CSV: {error}; look for a quotation mark without its twin."
            ) from error


def find_delimiter(header: str) -> str:
    r"""What stands between the cells of a table with this first line: what gives most of them, else a comma.

    Spreadsheets write semicolons where the comma is the decimal sign.

    >>> find_delimiter("id;text"), find_delimiter("id\ttext"), find_delimiter('"a;b",text')
    (';', '\t', ',')
    """
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def iter_csv_rows(lines: Iterable[str], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows but for empty lines, each with the 1-based line on which it begins.

    Raises csv.Error.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    for row in reader:
        if row:
            yield line, row
        line = reader.line_num + 1


def _iter_parquet_rows(path: Path, settings: Settings) -> Iterator[tuple[str, Row | DocumentError]]:
    number = 0
    with open_seed(path) as raw:
        try:
            # By default Arrow reads ahead, in threads, and memory grows with the file.
            with pq.ParquetFile(raw, pre_buffer=False) as file:
                _check_columns(path, file.schema_arrow.names, settings)
                for batch in file.iter_batches(_BATCH_ROWS, use_threads=False):
                    for row in batch.to_pylist():
                        number += 1
                        yield f"{path}: row {number}", row
        # UnicodeDecodeError: a column of strings that are no UTF-8
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            raise DocumentError(
                f"{path}: behind row {number}: not Parquet, or damaged ({error}); get the file whole again."
            ) from error


def _check_columns(path: Path, columns: Sequence[str], settings: Settings) -> None:
    """Of a file whose columns are the same in all its records."""
    _check_has_columns(str(path), columns, settings)
    for number, column in enumerate(columns):
        if column in columns[:number]:
            raise DocumentError(f"{path}: two columns {column!r}; rename one.")


def _check_has_columns(place: str, columns: Iterable[str], settings: Settings) -> None:
    columns = [*columns]
    for key, column in (("text_column", settings.text_column), ("id_column", settings.id_column)):
        if column not in columns:
            raise DocumentError(
                f"{place}: no column {column!r}, found {', '.join(map(repr, columns)) or 'none'}; name the one "
                f"meant as `{key}` under [annotation] in corpus.toml, or add it."
            )


def _iter_lines(path: Path, file: IO[bytes], encoding: str) -> Iterator[tuple[str, bytes]]:
    number = 0
    while raw := file.readline(_RECORD_BYTES + 1):
        number += 1
        place = f"{path}:{number}"
        if len(raw) > _RECORD_BYTES:
            raise DocumentError(f"{place}: longer than {_RECORD_BYTES >> 20} MiB; one record a line is expected.")
        if number == 1:
            check_signature(raw, encoding, str(path))
            raw = raw.removeprefix(codecs.BOM_UTF8)
        yield place, raw


def _build_record(place: str, row: Row, settings: Settings) -> Record:
    _check_has_columns(place, row, settings)
    record_id, text = row[settings.id_column], row[settings.text_column]
    # bool is an int of Python's
    if not isinstance(record_id, (str, int)) or isinstance(record_id, bool) or record_id == "":
        raise DocumentError(f"{place}: the id is {record_id!r}, expected a string or a whole number.")
    if not isinstance(text, str):
        raise DocumentError(
            f"{place}: the text is {text!r:.40}, expected a string; fill it, or remove the record."
        )
    metadata = dict(_iter_metadata(place, row, settings))
    for key, value in {settings.text_column: text, **metadata}.items():
        if damage := find_damage(value):
            raise DocumentError(f"{place}: {key!r}: {damage}, which no text holds; correct or remove it.")
    text = unify_line_ends(text)
    if not is_visible(text):
        raise DocumentError(f"{place}: no text in it, only white space or nothing; fill or remove the record.")
    return Record(place, str(record_id), text, hashlib.sha256(text.encode()).hexdigest(), metadata)


def _iter_metadata(place: str, row: Row, settings: Settings) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if key in (settings.text_column, settings.id_column):
            continue
        if problem := find_name_problem(key):
            raise DocumentError(f"{place}: {problem}")
        try:
            formatted = format_value(value)
        except (TypeError, RecursionError) as error:
            raise DocumentError(f"{place}: {key!r}: no text ({error}); leave the column out.") from error
        if formatted:
            yield key, formatted


def unify_line_ends(text: str) -> str:
    """The text with LF for every line end: what all offsets count in."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
