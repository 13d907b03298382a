"""seeds/documents.csv: one row a seed file, by the column `file`, with what is known about it.

A row's `id` is the document's where the file holds one, and empty where it holds many; `sha256` is that of the
file's bytes when it was annotated last. Every other column is metadata of each document in the file.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from mudawwana.base.errors import SettingsError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.decoding import find_damage
from mudawwana.seeds.formats import DELIMITERS, find_delimiter, holds_many, iter_csv_rows
from mudawwana.seeds.names import FACTS, find_name_problem

COLUMNS = ("id", "file", *FACTS, "sha256")
"""The columns of documents.csv; others may follow and become metadata as they are."""


@dataclass(frozen=True, slots=True)
class Table:
    """documents.csv as it stands."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...] = ()
    """Each with the 1-based line on which it begins."""
    delimiter: str = ","
    """What stands between cells."""


def read_table(layout: CorpusLayout) -> Table:
    """documents.csv, or the table without rows that it starts as.

    Raises SettingsError that names every problem of the file, one a line.
    """
    path = layout.documents_path
    if not path.exists():
        return Table(COLUMNS)
    try:
        # A spreadsheet may have put a byte order mark first.
        text = path.read_bytes().decode("utf-8-sig")
        delimiter = find_delimiter(text.partition("\n")[0].rstrip("\r"))
        rows = list(iter_csv_rows(io.StringIO(text, newline=""), delimiter))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8.") from error
    except csv.Error as error:
        raise SettingsError(f"{path}: not CSV: {error}; look for a quotation mark without its twin.") from error
    columns = rows[0][1] if rows else []
    problems = list(_check_columns(columns)) or [
        f"{line}: {len(row)} cells, expected {len(columns)} ({', '.join(columns)}); quote cells that hold "
        f"{DELIMITERS[delimiter]}."
        for line, row in rows[1:]
        if len(row) != len(columns)
    ]
    cells = tuple((line, dict(zip(columns, row, strict=False))) for line, row in rows[1:])
    table = Table(tuple(columns), cells, delimiter)
    problems = problems or list(_check_rows(layout, table))
    if problems:
        raise SettingsError("\n".join(f"{path}:{problem}" for problem in problems))
    return table


def write_digests(layout: CorpusLayout, digests: Iterable[tuple[str, str, str]]) -> None:
    """Gives each seed file, as (file name, document id or "", sha256), its row; leaves all else as it is.

    documents.csv is written only where that changes something; LF line ends. Rows that are sorted by file stay so.
    """
    before = read_table(layout)
    rows = {row["file"]: dict(row) for _, row in before.rows}
    is_sorted = [*rows] == sorted(rows)
    for file, document_id, sha256 in digests:
        rows.setdefault(file, {"file": file}).update(id=document_id, sha256=sha256)
    if is_sorted:
        # Whatever was annotated first, in however many runs.
        rows = dict(sorted(rows.items()))
    # A table of the user's own may lack the columns that are filled here.
    columns = (*before.columns, *(column for column in ("id", "sha256") if column not in before.columns))
    if layout.documents_path.exists() and [*rows.values()] == [row for _, row in before.rows]:
        return
    _write_rows(layout, replace(before, columns=columns), rows.values())


def remove_row(layout: CorpusLayout, file: str) -> None:
    """Takes a seed file's row out, if it has one; leaves all else as it is."""
    before = read_table(layout)
    rows = [row for _, row in before.rows if row["file"] != file]
    if len(rows) < len(before.rows):
        _write_rows(layout, before, rows)


def _write_rows(layout: CorpusLayout, table: Table, rows: Iterable[dict[str, str]]) -> None:
    """Writes these rows in place of the table's."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, table.columns, restval="", lineterminator="\n", delimiter=table.delimiter)
    writer.writeheader()
    writer.writerows(rows)
    write_text_atomically(layout.documents_path, [text.getvalue()])


def _check_columns(columns: Sequence[str]) -> Iterator[str]:
    if "file" not in columns:
        yield f"1: no column 'file', found {list(columns)}; expected {','.join(COLUMNS)} with commas between."
    for number, column in enumerate(columns):
        if column in columns[:number]:
            yield f"1: two columns {column!r}; rename one."
        elif problem := find_name_problem(column):
            yield f"1: {problem}"


def _check_rows(layout: CorpusLayout, table: Table) -> Iterator[str]:
    lines: dict[str, int] = {}
    for line, row in table.rows:
        file = row["file"]
        if not _is_inside(file) or not (layout.seeds_dir / file).is_file():
            yield f"{line}: the file {file!r} is not in seeds/; correct the cell or remove the row."
        elif file in lines:
            yield f"{line}: the file {file!r} has a row already, in line {lines[file]}; remove one of the two."
        elif row.get("id") and holds_many(Path(file)):
            yield f"{line}: {file!r} holds the ids of its documents itself; empty the cell `id`."
        for column, value in row.items():
            if damage := find_damage(value):
                yield f"{line}: {column!r}: {damage}, which no text holds; correct or remove it."
        lines.setdefault(file, line)


def _is_inside(file: str) -> bool:
    """Whether this is a path as `SeedFile.file` has it."""
    path = PurePosixPath(file)
    return path.as_posix() == file and not path.is_absolute() and ".." not in path.parts
