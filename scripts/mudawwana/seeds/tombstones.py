"""seeds/removed.csv: the documents that were taken out of the corpus, and why; their ids never come back."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from mudawwana.base.errors import SettingsError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.formats import iter_csv_rows


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of a document that was removed."""

    id: str
    date: str
    """YYYY-MM-DD."""
    reason: str
    sha256: str
    """The document's, as `Document.sha256` was."""


_COLUMNS = [field.name for field in fields(Tombstone)]


def read_tombstones(layout: CorpusLayout) -> dict[str, Tombstone]:
    """The removed documents in the order of their removal, by id in lower case, as ids are compared; mostly none.

    Raises SettingsError where removed.csv is not as `add_tombstone` writes it.
    """
    path = layout.removed_path
    if not path.exists():
        return {}
    try:
        rows = list(iter_csv_rows(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{path}: no CSV in UTF-8 ({error}); put back what git has of it.") from error
    if not rows or rows[0][1] != _COLUMNS:
        raise SettingsError(f"{path}:1: the columns must be {','.join(_COLUMNS)}; put back what git has of it.")
    for line, cells in rows[1:]:
        if len(cells) != len(_COLUMNS) or not cells[0]:
            raise SettingsError(f"{path}:{line}: expected an id, and {len(_COLUMNS)} cells; correct the row.")
    return {cells[0].casefold(): Tombstone(*cells) for _, cells in rows[1:]}


def add_tombstone(layout: CorpusLayout, tombstone: Tombstone) -> None:
    """Writes the tombstone behind the others, unless there is one for this id."""
    tombstones = read_tombstones(layout)
    if tombstone.id.casefold() in tombstones:
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(one) for one in [*tombstones.values(), tombstone])
    write_text_atomically(layout.removed_path, [text.getvalue()])


def describe_return(place: str, document_id: str, tombstones: Mapping[str, Tombstone]) -> str:
    """What is wrong with a document that was removed and is there, "" if it was not."""
    tombstone = tombstones.get(document_id.casefold())
    if tombstone is None:
        return ""
    return (
        f"{place}: the document {document_id!r} was removed on {tombstone.date} ({tombstone.reason}; "
        f"seeds/removed.csv); `mudawwana remove {document_id}` takes it out. An id is never used again."
    )
