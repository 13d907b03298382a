"""One sentence, whole: its CoNLL-U, the raw text that it stands for, and what other layers say of that text."""

from collections.abc import Iterator
from typing import Any

from mudawwana.dataset.rows import serialize_row
from mudawwana.dataset.schema import CORE_COLUMNS
from mudawwana.explore.database import Database

_FACTS = ("layer", "sent_id", "doc_id", "start_char", "end_char", "ud_level", "incidents")

# Offsets count code points from 0, as substring does from 1.
_SELECT = (
    f"SELECT {', '.join(f's.{column}' for column in (*CORE_COLUMNS, *_FACTS))}, d.title,"
    " substring(d.text, s.start_char + 1, s.end_char - s.start_char)"
    " FROM sentences AS s LEFT JOIN documents AS d ON d.id = s.doc_id"
)


def read_sentence(database: Database, layer: str, sent_id: str) -> dict[str, Any] | None:
    """The sentence with its raw text, its neighbours, and in `others` what other layers have of its text.

    None where there is no such sentence.
    """
    found = _read(database, "s.layer = ? AND s.sent_id = ?", [layer, sent_id])
    if not found:
        return None
    sentence = found[0]
    place = [sentence["doc_id"], layer, sentence["end_char"], sentence["start_char"]]
    others = _read(database, "s.doc_id = ? AND s.layer <> ? AND s.start_char < ? AND s.end_char > ?", place)
    return {**sentence, **_find_neighbours(database, layer, sent_id), "others": others}


def read_sentences(database: Database) -> Iterator[dict[str, Any]]:
    """All sentences with their raw text, in the order of `sentence_index`."""
    with database.connection.cursor() as cursor:
        found = cursor.execute(
            f"{_SELECT} JOIN sentence_index AS i ON i.layer = s.layer AND i.sent_id = s.sent_id ORDER BY i.ordinal"
        )
        while rows := found.fetchmany(500):
            yield from map(_describe, rows)


def _read(database: Database, condition: str, parameters: list[Any]) -> list[dict[str, Any]]:
    return [
        _describe(row) for row in database.query(f"{_SELECT} WHERE {condition} ORDER BY s.start_char", parameters)
    ]


def _describe(row: tuple[Any, ...]) -> dict[str, Any]:
    core = dict(zip(CORE_COLUMNS, row, strict=False))
    facts = dict(zip(_FACTS, row[len(CORE_COLUMNS) :], strict=False))
    return {**facts, "title": row[-2], "raw": row[-1], "text": core["text"], "conllu": serialize_row(core)}


def _find_neighbours(database: Database, layer: str, sent_id: str) -> dict[str, str | None]:
    """The sentences of the same layer before and after it."""
    rows = database.query(
        "SELECT near.ordinal - s.ordinal, near.sent_id FROM sentence_index AS s JOIN sentence_index AS near"
        " ON near.layer = s.layer AND near.ordinal IN (s.ordinal - 1, s.ordinal + 1)"
        " WHERE s.layer = ? AND s.sent_id = ?",
        [layer, sent_id],
    )
    near = dict(rows)
    return {"previous": near.get(-1), "next": near.get(1)}
