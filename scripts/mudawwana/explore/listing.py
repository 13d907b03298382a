"""All hits of a pattern as a table for the terminal: header and rows, which come while the database is open."""

from collections.abc import Iterable
from itertools import chain

from mudawwana.explore.database import Database
from mudawwana.explore.hits import get_countable, get_item
from mudawwana.explore.query import Pattern

Table = tuple[list[str], Iterable[tuple[object, ...]]]

_SAME = "{0}.layer = h.layer AND {0}.sent_id = h.sent_id AND {0}.word_id = h.i{1}"


def count_hits(database: Database, statement: str) -> Table:
    """How many hits the statement (see sql.py) has."""
    return ["count"], database.query(f"SELECT count(*) FROM ({statement})")


def count_hits_by(database: Database, statement: str, pattern: Pattern, *, by: str) -> Table:
    """How often hits have each value of an attribute of a word, `lemma` or `NAME.lemma`, the most frequent first.

    Raises PatternError where words have no such attribute, or the pattern has no such name.
    """
    first, _, rest = by.partition(".")
    name, attribute = (first, rest) if first in pattern.names else ("", by)
    column, item = get_countable(attribute), get_item(pattern, name)
    return [by, "count"], database.query(
        f"SELECT coalesce(t.{column}::VARCHAR, ''), count(*) AS n FROM {_select(statement, pattern)}"
        f" JOIN tokens AS t ON {_SAME.format('t', item)} GROUP BY ALL ORDER BY n DESC, 1"
    )


def list_hits(database: Database, statement: str, pattern: Pattern) -> Table:
    """Layer, document and sentence of each hit, and its words as `number:form`."""
    places = range(len(pattern.names))
    words = ", ".join(f"h.i{place} || ':' || t{place}.form" for place in places)
    joins = " ".join(f"JOIN tokens AS t{place} ON {_SAME.format(f't{place}', place)}" for place in places)
    rows = database.iter_rows(
        f"SELECT h.layer, h.doc_id, h.sent_id, {words} FROM {_select(statement, pattern)} {joins} ORDER BY ALL",
        size=10_000,
    )
    return ["layer", "doc_id", "sent_id", *pattern.names], chain.from_iterable(rows)


def _select(statement: str, pattern: Pattern) -> str:
    """The hits as `h`, its words' numbers in the columns i0, i1, ..."""
    columns = ["layer", "doc_id", "sent_id", *(f"i{place}" for place in range(len(pattern.names)))]
    return f"({statement}) AS h({', '.join(columns)})"
