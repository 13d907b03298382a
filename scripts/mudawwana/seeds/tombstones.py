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
    """The document's, as `Document.sha256` was; "" where the text may come back, as others had it, too."""


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


@dataclass(frozen=True)
class Removed:
    """The documents that must not come back, under their own id or another."""

    by_id: Mapping[str, Tombstone]
    """As `read_tombstones` has them."""
    by_sha256: Mapping[str, Tombstone]
    removing: str
    """The id, in lower case, of the one that is about to go, which may be there; "" for none."""

    def describe_return(self, place: str, document_id: str, sha256: str) -> str:
        """What is wrong with a document that was removed and is there, "" if it was not."""
        if document_id.casefold() == self.removing:
            return ""
        if tombstone := self.by_id.get(document_id.casefold()):
            return (
                f"{place}: the document {document_id!r} was removed on {tombstone.date} ({tombstone.reason}; "
                f"seeds/removed.csv); `mudawwana remove {document_id}` takes it out. An id is never used again."
            )
        if tombstone := self.by_sha256.get(sha256):
            return (
                f"{place}: the document {document_id!r} has the text of {tombstone.id!r}, which was removed "
                f"on {tombstone.date} ({tombstone.reason}; seeds/removed.csv); `mudawwana remove {document_id}` "
                "takes it out. If it may be here, empty the cell sha256 in the row there."
            )
        return ""


def read_removed(layout: CorpusLayout, *, removing: str = "") -> Removed:
    """The tombstones, to hold documents against; raises SettingsError as `read_tombstones` does."""
    tombstones = read_tombstones(layout)
    by_sha256 = {one.sha256: one for one in tombstones.values() if one.sha256}
    return Removed(tombstones, by_sha256, removing.casefold())
