"""seeds/ -> Document: reading, encodings, metadata; and the paragraphs that the annotation keeps apart.

Every `seeds/*.txt` is one document. `seeds/documents.csv` says more about it: one row a file, by the column
`file`; its `id` replaces the file's stem as the document's id.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mudawwana.arabic import normalise
from mudawwana.errors import DocumentError, SettingsError
from mudawwana.files import write_text_atomically
from mudawwana.layout import CorpusLayout
from mudawwana.records import Document, Paragraph
from mudawwana.settings import NAME_PATTERN, Settings

COLUMNS = ("id", "file", "title", "source", "url", "published", "licence", "genre", "sha256")
"""The columns of documents.csv; others may follow and become metadata as they are."""

_BOM = b"\xef\xbb\xbf"
_SIGNATURES = {
    b"%PDF-": "a PDF file; extract its text first, for example with `pdftotext -enc UTF-8`",
    b"PK\x03\x04": "a ZIP file (as .docx and .epub are); save its text as UTF-8 .txt",
    b"\x1f\x8b": "a gzip file; unpack it first with `gunzip`",
    b"\xd0\xcf\x11\xe0": "an old Word file; save its text as UTF-8 .txt",
    b"{\\rtf": "an RTF file; save its text as UTF-8 .txt",
    b"\xff\xfe": "UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
    b"\xfe\xff": "UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
}
# A column becomes a comment `# name = value` of CoNLL-U: these names have a meaning there already.
_RESERVED_COLUMN = re.compile(r"newdoc.*|newpar.*|sent_id|parallel_id|text|generator|models|global\.Entity")
# Not str.splitlines: a form feed or a vertical tab inside a line is layout, and NEL mostly a decoding accident.
# U+2029 is a paragraph's end by definition; U+2028 breaks a line as LF does.
_PARAGRAPH_ENDS = {
    "line": re.compile("[\n\u2028\u2029]"),
    "blank-line": re.compile("\u2029|[\n\u2028](?:[^\\S\n\u2028\u2029]*[\n\u2028])+"),
}


@dataclass(frozen=True, slots=True)
class _Table:
    """documents.csv as it stands."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...] = ()
    """Each with the 1-based line on which it begins."""


def read_documents(layout: CorpusLayout, settings: Settings) -> Iterator[Document]:
    """The documents of the corpus in the order of their file names, one at a time.

    Every file is checked before the first document comes: a run does not fail after hours on a file that could
    have been refused at its start. So files are read twice, and memory holds one.

    Raises DocumentError that names every file which cannot be read, one a line, and SettingsError for
    documents.csv.
    """
    paths, problems = _list_seeds(layout)
    rows = {row["file"]: row for _, row in _read_table(layout).rows}
    problems += _check_ids(paths, rows)
    for path in paths:
        try:
            _read_document(path, rows.get(path.name, {}), settings)
        except DocumentError as error:
            problems.append(str(error))
    if problems:
        raise DocumentError("\n".join(problems))
    return (_read_document(path, rows.get(path.name, {}), settings) for path in paths)


def update_documents_csv(layout: CorpusLayout, documents: Iterable[Document]) -> None:
    """Gives each document a row in documents.csv and its row the file's sha256; leaves all else as it is.

    The file is written only where that changes something; LF line ends.
    """
    before = _read_table(layout)
    rows = {row["file"]: dict(row) for _, row in before.rows}
    for document in documents:
        file = Path(document.path).name
        row = rows.setdefault(file, {"file": file})
        row["id"] = document.id
        row["sha256"] = document.sha256
    # A table of the user's own may lack the columns that are filled here.
    columns = (*before.columns, *(column for column in ("id", "sha256") if column not in before.columns))
    if layout.documents_path.exists() and [*rows.values()] == [row for _, row in before.rows]:
        return
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    write_text_atomically(layout.documents_path, [text.getvalue()])


def split_paragraphs(document: Document, settings: Settings) -> list[Paragraph]:
    """The paragraphs of a document, without white space at their ends.

    Between them stands nothing that the models would see: a line of white space or invisible controls alone is
    blank. `document.text[p.start_char : p.start_char + len(p.text)] == p.text` for each.
    """
    paragraphs: list[Paragraph] = []
    for start, text in _iter_pieces(document.text, _PARAGRAPH_ENDS[settings.paragraphs]):
        if _is_visible(text):
            start_char = start + len(text) - len(text.lstrip())
            paragraphs.append(Paragraph(f"{document.id}-p{len(paragraphs) + 1}", start_char, text.strip()))
    return paragraphs


def _iter_pieces(text: str, ends: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for match in ends.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


def _is_visible(text: str) -> bool:
    """Whether the models would see anything of it; stops at the first character that they do."""
    return any(normalise(character).text.strip() for character in text)


def _list_seeds(layout: CorpusLayout) -> tuple[list[Path], list[str]]:
    """The seed files by name, and what is wrong with everything else in the folder: nothing is dropped unsaid."""
    entries = sorted(layout.seeds_dir.iterdir()) if layout.seeds_dir.is_dir() else []
    known = {layout.settings_path, layout.documents_path}
    entries = [path for path in entries if path not in known and not path.name.startswith(".")]
    if not entries:
        raise DocumentError(
            f"{layout.seeds_dir}: no documents; lay out a corpus with `mudawwana init NAME`, then put UTF-8 .txt "
            "files into its seeds/."
        )
    paths = [path for path in entries if path.suffix == ".txt" and path.is_file()]
    problems = [
        f"{path}: {'a folder' if path.is_dir() else 'not a .txt file'}; only UTF-8 text in files named *.txt, "
        "directly in seeds/, is read so far: convert it, or move it elsewhere."
        for path in entries
        if path not in paths
    ]
    return paths, problems


def _check_ids(paths: Sequence[Path], rows: Mapping[str, Mapping[str, str]]) -> list[str]:
    problems: list[str] = []
    owners: dict[str, Path] = {}
    for path in paths:
        document_id = _get_id(path, rows.get(path.name, {}))
        if not NAME_PATTERN.fullmatch(document_id):
            problems.append(
                f"{path}: the id {document_id!r} may consist of A-Z, a-z, 0-9, '.', '_' and '-' only; rename the "
                "file, or give it another id in documents.csv."
            )
        owner = owners.setdefault(document_id, path)
        if owner is not path:
            problems.append(
                f"{path}: has the id {document_id!r}, and so has {owner}; change one of them in documents.csv, or "
                "rename the file."
            )
    return problems


def _get_id(path: Path, row: Mapping[str, str]) -> str:
    return row.get("id") or path.stem


def _read_document(path: Path, row: Mapping[str, str], settings: Settings) -> Document:
    raw = path.read_bytes()
    text = _decode(path, raw).replace("\r\n", "\n").replace("\r", "\n")
    if not _is_visible(text):
        raise DocumentError(
            f"{path}: byte 0: no text in it, only white space or nothing; fill or remove the file."
        )
    defaults = {"source": settings.text_source, "licence": settings.text_licence}
    metadata = {**defaults, **{key: value for key, value in row.items() if value}}
    return Document(
        id=_get_id(path, row),
        text=text,
        sha256=hashlib.sha256(raw).hexdigest(),
        path=f"{path.parent.name}/{path.name}",
        metadata={key: value for key, value in metadata.items() if value and key not in {"id", "file", "sha256"}},
    )


def _decode(path: Path, raw: bytes) -> str:
    """The file's text without the byte order mark that may stand at its start, as "utf-8-sig" decodes it.

    The mark belongs to the encoding, not to the text; it is taken off by hand so that the offsets in errors are
    the file's.
    """
    for signature, remedy in _SIGNATURES.items():
        if raw.startswith(signature):
            raise DocumentError(f"{path}: byte 0: not UTF-8 text but {remedy}.")
    if b"\0" in raw:
        raise DocumentError(
            f"{path}: byte {raw.index(0)}: a NUL, which no text holds; if it is UTF-16, convert it with "
            "`iconv -f UTF-16LE -t UTF-8`, else it is no text file."
        )
    bom_bytes = len(_BOM) if raw.startswith(_BOM) else 0
    try:
        return raw[bom_bytes:].decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{path}: byte {bom_bytes + error.start}: not UTF-8 ({error.reason}); convert it with `iconv -f "
            "WINDOWS-1256 -t UTF-8`, or from the encoding that it really has."
        ) from error


def _read_table(layout: CorpusLayout) -> _Table:
    """documents.csv, or the table without rows that it starts as."""
    path = layout.documents_path
    if not path.exists():
        return _Table(COLUMNS)
    try:
        # A spreadsheet may have put a byte order mark first.
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(_iter_rows(text))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8.") from error
    except csv.Error as error:
        raise SettingsError(f"{path}: not CSV: {error}; look for a quotation mark without its twin.") from error
    columns = rows[0][1] if rows else []
    problems = list(_check_columns(columns)) or [
        f"{line}: {len(row)} cells, expected {len(columns)} ({', '.join(columns)}); quote cells that hold commas."
        for line, row in rows[1:]
        if len(row) != len(columns)
    ]
    table = _Table(tuple(columns), tuple((line, dict(zip(columns, row, strict=False))) for line, row in rows[1:]))
    problems = problems or list(_check_files(layout, table))
    if problems:
        raise SettingsError("\n".join(f"{path}:{problem}" for problem in problems))
    return table


def _iter_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows but for empty lines, each with the 1-based line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for row in reader:
        if row:
            yield line, row
        line = reader.line_num + 1


def _check_columns(columns: Sequence[str]) -> Iterator[str]:
    if "file" not in columns:
        yield f"1: no column 'file', found {list(columns)}; expected {','.join(COLUMNS)} with commas between."
    for number, column in enumerate(columns):
        if column in columns[:number]:
            yield f"1: two columns {column!r}; rename one."
        elif not column or column != " ".join(column.split()) or "=" in column:
            yield f"1: {column!r} cannot name a column: no '=', no line break, no white space at the ends."
        elif _RESERVED_COLUMN.fullmatch(column):
            yield f"1: a column {column!r} would become a comment that has a meaning in CoNLL-U; rename it."


def _check_files(layout: CorpusLayout, table: _Table) -> Iterator[str]:
    lines: dict[str, int] = {}
    for line, row in table.rows:
        file = row["file"]
        if Path(file).name != file or not (layout.seeds_dir / file).is_file():
            yield f"{line}: the file {file!r} is not in seeds/; correct the cell or remove the row."
        elif file in lines:
            yield f"{line}: the file {file!r} has a row already, in line {lines[file]}; remove one of the two."
        lines.setdefault(file, line)
