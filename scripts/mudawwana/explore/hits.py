"""The hits of a pattern in a loaded database: concordance, frequencies, collocates, distribution."""

import math
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from threading import Lock
from typing import Any

from duckdb import ConnectionException

from mudawwana.base.cells import escape_cell
from mudawwana.base.errors import PatternError
from mudawwana.dataset.rows import serialize_row
from mudawwana.dataset.schema import CORE_COLUMNS
from mudawwana.explore.attributes import ATTRIBUTES
from mudawwana.explore.database import Database
from mudawwana.explore.query import Pattern, parse_pattern
from mudawwana.explore.sql import build_sql

MOST_HITS = 1_000_000
"""A pattern may have hits without end (`[] ... [] ... []`); so many are kept."""

SORTS = ("corpus", "before", "hit", "after")
_SORT_WORDS = 5
_KEPT_TABLES = 16
_WORD_COLUMNS = (
    *("word_id", "token_id", "token", "form", "lemma", "upos", "coalesce(feats, '')"),
    *("deprel", "head", "space_after"),
)
_COUNTABLE = ("text", "truth")
_TABLE_NUMBERS = count(1)  # of the process: a database may have several searchers


@dataclass(frozen=True, slots=True, weakref_slot=True)
class HitTable:
    """The hits of one pattern, as a table of the database, which goes when nobody holds this any more."""

    name: str
    pattern: Pattern
    layer: str | None
    count: int
    is_capped: bool
    """Whether there may be more hits, which are not in the table."""


class Searcher:
    """Searches a loaded database; the last patterns' hits are kept. Safe to call from several threads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._tables: dict[tuple[str, str | None, str], Future[HitTable]] = {}
        self._lock = Lock()

    def find(self, text: str, layer: str | None, *, source: str = "tokens") -> HitTable:
        """The pattern's hits; who asks while they are searched for waits for the same search.

        Raises PatternError where it cannot be read, LimitError where it takes too long.
        """
        key = (text, layer, source)
        oldest = None  # held until the lock is given back: a table goes by a query
        with self._lock:
            future = self._tables.pop(key, None)
            is_new = future is None
            self._tables[key] = future = future or Future()
            if len(self._tables) > _KEPT_TABLES:
                oldest = self._tables.pop(next(iter(self._tables)))
        if is_new:
            self._fill(key, future)
        del oldest
        return future.result()

    def _fill(self, key: tuple[str, str | None, str], future: "Future[HitTable]") -> None:
        try:
            future.set_result(self._create(*key))
        except BaseException as error:  # whoever waits gets it too
            with self._lock:
                if self._tables.get(key) is future:
                    del self._tables[key]
            future.set_exception(error)

    def find_page(self, text: str, layer: str | None, *, sort: str, start: int, size: int) -> dict[str, Any]:
        """A page of the concordance; `total` is None where only the corpus's head was searched, which sufficed."""
        if sort == "corpus":
            head = self.find(text, layer, source="tokens_head")
            if not head.is_capped and head.count >= start + size:
                return {**self._describe(head), "total": None, "hits": self._list_page(head, sort, start, size)}
        table = self.find(text, layer)
        return {**self._describe(table), "total": table.count, "hits": self._list_page(table, sort, start, size)}

    def count(self, text: str, layer: str | None) -> dict[str, Any]:
        table = self.find(text, layer)
        return {"total": table.count, "capped": table.is_capped}

    def count_values(self, text: str, layer: str | None, *, item: str, attribute: str) -> dict[str, Any]:
        """The frequency list of what one item's words have."""
        table = self.find(text, layer)
        column = get_countable(attribute)
        place = get_item(table.pattern, item)
        rows = self.database.query(
            f"SELECT coalesce(t.{column}::VARCHAR, '') AS value, count(*) AS n FROM {table.name} AS h"
            f" JOIN tokens AS t ON t.ordinal = h.ordinal AND t.word_id = h.i{place}"
            " GROUP BY value ORDER BY n DESC, value"
        )
        return {"types": len(rows), "total": table.count, "rows": [list(row) for row in rows[:1000]]}

    def score_collocates(self, text: str, layer: str | None, *, attribute: str, window: int) -> dict[str, Any]:
        """The words near the hits, by log-likelihood; one near two hits counts once, punctuation does not."""
        table = self.find(text, layer)
        column = get_countable(attribute)
        of_layer, layers = ("WHERE layer = ?", [layer]) if layer else ("", [])
        rows = self.database.query(
            "WITH near AS (SELECT DISTINCT t.ordinal, t.word_id, t.upos,"
            f" coalesce(t.{column}::VARCHAR, '') AS value FROM {table.name} AS h"
            " JOIN tokens AS t ON t.ordinal = h.ordinal AND t.word_id BETWEEN h.first - $1 AND h.last + $1"
            " AND NOT t.word_id BETWEEN h.first AND h.last),"
            " joint AS (SELECT value, count(*) AS together FROM near WHERE upos <> 'PUNCT' GROUP BY value)"
            " SELECT value, together, n, (SELECT count(*) FROM near) FROM joint JOIN (SELECT"
            f" coalesce({column}::VARCHAR, '') AS value, count(*) AS n FROM tokens {of_layer.replace('?', '$2')}"
            " GROUP BY value) USING (value) WHERE together > 1",
            [window, *layers],
        )
        [(words,)] = self.database.query(f"SELECT count(*) FROM tokens {of_layer}", layers)
        scored = [
            [value, together, count, *score_collocate(together, near, count, words=words, hits=table.count)]
            for value, together, count, near in rows
        ]
        scored.sort(key=lambda row: (-row[3], row[0]))
        return {"rows": scored[:200]}

    def count_documents(self, text: str, layer: str | None) -> dict[str, Any]:
        """The hits by document, in the corpus's order; documents without one too."""
        table = self.find(text, layer)
        of_layer, layers = ("WHERE layer = ?", [layer]) if layer else ("", [])
        rows = self.database.query(
            "SELECT d.doc_id, any_value(m.title), coalesce(any_value(h.n), 0), any_value(d.words) FROM"
            " (SELECT doc_id, sum(word_count)::BIGINT AS words, min(ordinal) AS place FROM sentence_index"
            f" {of_layer} GROUP BY doc_id) AS d LEFT JOIN documents AS m ON m.id = d.doc_id"
            f" LEFT JOIN (SELECT doc_id, count(*) AS n FROM {table.name} GROUP BY doc_id) AS h"
            " ON h.doc_id = d.doc_id GROUP BY d.doc_id ORDER BY min(d.place)",
            layers,
        )
        return {"rows": [list(row) for row in rows]}

    def iter_csv_rows(self, table: HitTable) -> Iterator[list[str]]:
        """A header, then a row a hit: ids, what stands before, the hit, what stands after, each item's word.

        Cells are escaped as base/cells.py says.
        """
        yield [*("layer", "doc_id", "sent_id", "before", "hit", "after"), *table.pattern.names]
        for rows in self.database.iter_rows(_select_hits(table, "corpus"), size=1000):
            for hit in self._describe_hits(rows):
                forms = {word[0]: word[3] for word in hit["words"]}
                items = [f"{place}:{forms[place]}" for place in hit["items"]]
                cells = [hit["layer"], hit["doc_id"], hit["sent_id"], *_split_line(hit), *items]
                yield [escape_cell(cell) for cell in cells]

    def iter_conllu(self, table: HitTable) -> Iterator[str]:
        """The sentences with hits as CoNLL-U, byte for byte what the annotation files have."""
        columns = ", ".join(f"s.{column}" for column in CORE_COLUMNS)
        statement = (
            f"SELECT {columns} FROM sentences AS s"
            f" JOIN (SELECT DISTINCT ordinal, layer, sent_id FROM {table.name}) AS h"
            " ON h.layer = s.layer AND h.sent_id = s.sent_id ORDER BY h.ordinal"
        )
        for rows in self.database.iter_rows(statement, size=500):
            yield "".join(serialize_row(dict(zip(CORE_COLUMNS, row, strict=True))) for row in rows)

    def _create(self, text: str, layer: str | None, source: str) -> HitTable:
        pattern = parse_pattern(text)
        name = f"hits_{next(_TABLE_NUMBERS)}"
        statement = build_sql(pattern, table=source, layer=layer, key=("ordinal",), first_column="is_first")
        places = ", ".join(f"i{number}" for number in range(len(pattern.names)))
        self.database.query(
            f"CREATE TABLE {name} AS SELECT *, i0 AS first, i{pattern.span - 1} AS last FROM"
            f" (SELECT * FROM ({statement}) LIMIT {MOST_HITS}) AS h(ordinal, layer, doc_id, sent_id, {places})"
        )
        [(count,)] = self.database.query(f"SELECT count(*) FROM {name}")
        table = HitTable(name, pattern, layer, count, count == MOST_HITS)
        weakref.finalize(table, _drop, self.database, name).atexit = False
        return table

    def _describe(self, table: HitTable) -> dict[str, Any]:
        return {"names": table.pattern.names, "span": table.pattern.span, "capped": table.is_capped}

    def _list_page(self, table: HitTable, sort: str, start: int, size: int) -> list[dict[str, Any]]:
        statement = f"{_select_hits(table, sort)} LIMIT {size:d} OFFSET {start:d}"
        return self._describe_hits(self.database.query(statement))

    def _describe_hits(self, hits: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
        lines = self._list_words({hit[0] for hit in hits})
        return [
            {
                **dict(zip(("layer", "doc_id", "sent_id", "first", "last"), hit[1:6], strict=True)),
                "items": hit[6:],
                "words": lines[hit[0]],
            }
            for hit in hits
        ]

    def _list_words(self, ordinals: set[int]) -> dict[int, list[list[Any]]]:
        lines: dict[int, list[list[Any]]] = {ordinal: [] for ordinal in ordinals}
        if ordinals:
            rows = self.database.query(
                f"SELECT ordinal, {', '.join(_WORD_COLUMNS)} FROM tokens"
                f" WHERE ordinal IN ({', '.join(map(str, ordinals))}) ORDER BY ordinal, word_id"
            )
            for ordinal, *word in rows:
                lines[ordinal].append(word)
        return lines


def _drop(database: Database, name: str) -> None:
    with suppress(ConnectionException), database.connection.cursor() as cursor:  # it may be closed by now
        cursor.execute(f"DROP TABLE {name}")


def _select_hits(table: HitTable, sort: str) -> str:
    """The statement that lists the hits, one of SORTS."""
    items = [f"h.i{number}" for number in range(len(table.pattern.names))]
    before = f"list_reverse(list_slice(s.folded, greatest(h.first - {_SORT_WORDS}, 1), h.first - 1))"
    after = f"list_slice(s.folded, h.last + 1, h.last + {_SORT_WORDS})"
    hit = "list_slice(s.folded, h.first, h.last)"
    key = {"corpus": [], "before": [before], "after": [after], "hit": [hit, after]}[sort]
    join = "JOIN sentence_index AS s USING (ordinal)" if key else ""
    return (
        f"SELECT h.ordinal, h.layer, h.doc_id, h.sent_id, h.first, h.last, {', '.join(items)}"
        f" FROM {table.name} AS h {join} ORDER BY {', '.join([*key, 'h.ordinal', *items])}"
    )


def get_countable(attribute: str) -> str:
    """The column of an attribute whose values can be counted.

    Raises PatternError for another one.
    """
    found = ATTRIBUTES.get(attribute)
    if not found or found.kind not in _COUNTABLE:
        names = ", ".join(name for name, one in ATTRIBUTES.items() if one.kind in _COUNTABLE)
        raise PatternError(f"{attribute} cannot be counted by; {names} can", 0)
    return found.column


def get_item(pattern: Pattern, name: str) -> int:
    """The place of the item of this name, the first where there is no name.

    Raises PatternError where the pattern has no such item.
    """
    if name and name not in pattern.names:
        raise PatternError(f"the pattern names no word {name}; it has {', '.join(pattern.names)}", 0)
    return pattern.names.index(name) if name else 0


def score_collocate(together: int, near: int, count: int, *, words: int, hits: int) -> tuple[float, float]:
    """Log-likelihood and logDice of a word that stands `together` times in the `near` places around the hits.

    It stands `count` times among all `words`. Where the places around the hits overlap, they may be more than the
    words; what cannot be expected then adds nothing.
    """
    table = (together, near - together, count - together, words - near - count + together)
    sums = (near * count, near * (words - count), (words - near) * count, (words - near) * (words - count))
    likelihood = 2 * sum(o * math.log(o * words / e) for o, e in zip(table, sums, strict=True) if min(o, e) > 0)
    return likelihood, 14 + math.log2(2 * together / (hits + count))


def _split_line(hit: dict[str, Any]) -> tuple[str, str, str]:
    """What is written before the hit's tokens, of them, and after, in reading order."""
    texts = ["", "", ""]
    tokens = {word[0]: word[1] for word in hit["words"]}
    first, last = tokens[hit["first"]], tokens[hit["last"]]
    seen = 0
    for _, token_id, token, *_, space_after in hit["words"]:
        if token_id != seen:
            seen = token_id
            texts[(token_id >= first) + (token_id > last)] += token + " " * space_after
    return (texts[0].strip(), texts[1].strip(), texts[2].strip())
