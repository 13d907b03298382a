"""The sample as a table for spreadsheet programs, and the annotators' entries read back.

UTF-8 with a byte order mark, so that these programs take it for Unicode. No cell mixes directions: a word's
neighbours stand in the columns `before` and `after`, in the reading order, and in `sentence` each word with its
number is isolated (U+2068, U+2069). Cells are escaped as base/cells.py says, and read back without the escape.
"""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from mudawwana.arabic.script import fold_form
from mudawwana.base.cells import escape_cell, unescape_cell
from mudawwana.base.errors import ConlluError
from mudawwana.base.files import replace_atomically, write_text_atomically
from mudawwana.base.records import Sentence, Word, get_document_id
from mudawwana.compare.audit.sample import Sample

CORRECTED = ("lemma", "upos", "xpos", "feats", "head", "deprel")
"""The columns of CoNLL-U that a row may correct, in `new_lemma` and so on; an empty cell corrects nothing."""
_COLUMNS = (
    *("sent_id", "word", "stratum", "before", "form", "after", *CORRECTED, "head_form"),
    *("checked", "segmentation", *(f"new_{column}" for column in CORRECTED), "comment", "sentence"),
)
_CONTEXT_WORDS = 6
_YES, _WRONG = "yes", "wrong"


@dataclass(frozen=True, slots=True)
class Entry:
    """What an annotator said of a sampled word."""

    line: int
    """1-based, in the table."""
    sent_id: str
    word_id: int
    is_checked: bool
    is_segmented_right: bool
    corrections: dict[str, str]
    """By column, what it should be."""


def write_sheet(path: Path, sentences: Sequence[Sentence], sample: Sample) -> None:
    """Writes a row a sampled word, in the corpus's order, with empty cells for what an annotator says."""
    by_id = {sentence.sent_id: sentence for sentence in sentences}
    table = StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(_COLUMNS)
    for one in sample.words:
        sentence = by_id[one.sent_id]
        cells = _describe(sentence, sentence.words[one.word_id - 1])
        cells |= {"stratum": one.stratum}
        writer.writerow([escape_cell(cells.get(column, "")) for column in _COLUMNS])
    # The byte order mark; the rows end as RFC 4180 says.
    write_text_atomically(path, ["\ufeff", table.getvalue()])


def read_sheet(path: Path) -> list[Entry]:
    """The rows; commas, semicolons and tabs may stand between the cells, as the user's program writes them.

    Raises ConlluError that names every line which cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConlluError(f'{path}: not UTF-8; save the table as "CSV UTF-8".') from error
    header = text.partition("\n")[0]
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=max(",;\t", key=header.count))
    missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise ConlluError(f"{path}:1: no column {', '.join(missing)}; keep the table's first row as it was.")
    entries: list[Entry] = []
    problems: list[str] = []
    for row in rows:
        cells = {column: unescape_cell(row[column] or "").strip() for column in _COLUMNS}
        problems += (f"{path}:{rows.line_num}: {problem}" for problem in _check(cells))
        if not problems:
            entries.append(_build_entry(rows.line_num, cells))
    if problems:
        raise ConlluError("\n".join(problems))
    return entries


def drop_rows(path: Path, document_id: str) -> bool:
    """Takes the rows of a document's sentences out, and leaves all other bytes; whether there were any.

    The table may be in any encoding that spreadsheet programs write: what is looked for is ASCII.
    """
    raw = path.read_bytes()
    encoding = "utf-16" if raw[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "latin-1"
    lines = list(StringIO(raw.decode(encoding), newline=""))
    rows = csv.reader(lines, delimiter=max(",;\t", key="".join(lines[:1]).count))
    kept: list[str] = []
    start = place = 0
    for number, row in enumerate(rows):
        if number == 0:
            # Before it may stand a byte order mark.
            place = next((one for one, cell in enumerate(row) if cell.strip('"').endswith("sent_id")), len(row))
        if get_document_id(row[place] if place < len(row) else "") != document_id:
            kept += lines[start : rows.line_num]
        start = rows.line_num
    if len(kept) == len(lines):
        return False
    with replace_atomically(path) as temporary:
        temporary.write_bytes("".join(kept).encode(encoding))
    return True


def _describe(sentence: Sentence, word: Word) -> dict[str, str]:
    forms = [one.form for one in sentence.words]
    place = word.id - 1
    head = int(word.head) if word.head.isdecimal() else 0
    return {
        "sent_id": sentence.sent_id,
        "word": str(word.id),
        "before": " ".join(forms[max(0, place - _CONTEXT_WORDS) : place]),
        "form": word.form,
        "after": " ".join(forms[place + 1 : place + 1 + _CONTEXT_WORDS]),
        **{column: getattr(word, column) for column in CORRECTED},
        "head_form": forms[head - 1] if head else "",
        "sentence": " ".join(f"\u2068{number} {form}\u2069" for number, form in enumerate(forms, start=1)),
    }


def _check(cells: dict[str, str]) -> Iterator[str]:
    """What of a row cannot be used."""
    if not cells["word"].isdecimal():
        yield f"the column word has {cells['word']!r}, expected its number; put back what stood there."
    if cells["checked"].casefold() not in ("", _YES):
        yield f"the column checked has {cells['checked']!r}, expected {_YES!r} or nothing."
    if cells["segmentation"].casefold() not in ("", _WRONG):
        yield f"the column segmentation has {cells['segmentation']!r}, expected {_WRONG!r} or nothing."
    if not cells["checked"] and (cells["segmentation"] or any(cells[f"new_{column}"] for column in CORRECTED)):
        yield f"corrected, but not checked; write {_YES!r} into the column checked."
    if cells["new_head"] and not cells["new_head"].isdecimal():
        yield f"the column new_head has {cells['new_head']!r}, expected a word's number, or 0 for the root."


def _build_entry(line: int, cells: dict[str, str]) -> Entry:
    # Keyboards for Arabic put in marks that nobody sees.
    new = {column: fold_form(cells[f"new_{column}"]).strip() for column in CORRECTED}
    return Entry(
        line,
        cells["sent_id"],
        int(cells["word"]),
        is_checked=bool(cells["checked"]),
        is_segmented_right=not cells["segmentation"],
        corrections={column: value for column, value in new.items() if value},
    )
