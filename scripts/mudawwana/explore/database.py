"""The Parquet of a data set, in DuckDB."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection, connect

from mudawwana.base.errors import ExploreError
from mudawwana.base.layout import DataSetLayout
from mudawwana.dataset.schema import CONFIGS, TOKENS
from mudawwana.explore.attributes import ATTRIBUTES
from mudawwana.explore.interrupts import LIMIT_SECONDS, Interrupter, open_interrupter

HEAD_WORDS = 50_000
"""About so many words, from the first, are searched first for a page of hits."""

# What the page shows of a word, beside what patterns ask of it.
_SHOWN = ("token_start_char", "token_end_char")


_REMEDY = "build it with `mudawwana build`"


@dataclass(frozen=True, slots=True)
class Database:
    """A data set that can be queried.

    Loaded ones (`load_database`) have the tables `sentence_index` (a row a sentence, numbered by `ordinal`
    in the files' order) and `tokens` with that ordinal and `is_first` (whether the word is the first of
    its token), and the view `tokens_head`; all have the views of the Parquet, `sentences` and `documents`.
    Its methods are safe to call from several threads, and raise LimitError where a query is interrupted.
    """

    connection: DuckDBPyConnection
    path: Path
    """The folder of the data set."""
    layers: tuple[str, ...]
    """Those that the data set has, `auto` first."""
    version: tuple[tuple[str, int, int], ...]
    """That of the data set's files when they were read."""
    interrupter: Interrupter
    limit_seconds: float | None
    """How long a query may run."""

    def is_current(self) -> bool:
        """Whether the files are those that were read: a document may have been removed since."""
        return read_version(self.path) == self.version

    def query(self, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """All rows."""
        with self.connection.cursor() as cursor:
            return self._run(cursor, lambda: cursor.execute(sql, parameters).fetchall())

    def iter_rows(self, sql: str, *, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """All rows, `size` at a time; the limit is that of each step, whatever is done between them."""
        with self.connection.cursor() as cursor:
            rows = self._run(cursor, lambda: cursor.execute(sql).fetchmany(size))
            while rows:
                yield rows
                rows = self._run(cursor, lambda: cursor.fetchmany(size))

    def _run(self, cursor: DuckDBPyConnection, work: Callable[[], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        return self.interrupter.run(cursor, work, seconds=self.limit_seconds)

    def lift_limit(self) -> "Database":
        """The same without a limit, for what no pattern steers."""
        return replace(self, limit_seconds=None)


@contextmanager
def open_database(data_dir: Path, *, limit_seconds: float | None = LIMIT_SECONDS) -> Iterator[Database]:
    """The data set in this folder, its Parquet read anew by each query.

    Raises ExploreError where there is none, or where it lacks columns of dataset/schema.py.
    """
    with connect() as connection, open_interrupter() as interrupter:
        yield _open(connection, data_dir, interrupter, limit_seconds)


@contextmanager
def load_database(data_dir: Path, *, limit_seconds: float | None = LIMIT_SECONDS) -> Iterator[Database]:
    """The data set in this folder, indexed in a temporary database on disk, for many queries."""
    folder = tempfile.mkdtemp(prefix="mudawwana-explore-")
    try:
        path = str(Path(folder) / "explore.duckdb")
        with connect(path) as connection, open_interrupter() as interrupter:
            database = _open(connection, data_dir, interrupter, limit_seconds)
            interrupter.run(connection, lambda: _load(connection), seconds=None)
            yield database
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_version(data_dir: Path) -> tuple[tuple[str, int, int], ...]:
    """Another one when a build has written the data set again; of a file that goes meanwhile there is none."""
    files = (path for config in CONFIGS for path in DataSetLayout(data_dir).list_parquet(config))
    with suppress(FileNotFoundError):
        return tuple((str(path), (status := path.stat()).st_mtime_ns, status.st_ino) for path in files)
    return ()


def find_data_dir(root: Path) -> Path:
    """The folder of the data set: the corpus's `corpus/`, or `root` itself where that is a data set."""
    inner = root / "corpus"
    return root if (root / "data" / "tokens").is_dir() and not inner.is_dir() else inner


def _open(
    connection: DuckDBPyConnection, data_dir: Path, interrupter: Interrupter, limit_seconds: float | None
) -> Database:
    version = read_version(data_dir)
    connection.execute("SET enable_progress_bar = false")  # it would be written to stdout, which carries data
    for config, features in CONFIGS.items():
        files = sorted(str(path) for path in DataSetLayout(data_dir).list_parquet(config))
        if not files:
            raise ExploreError(f"{data_dir / 'data' / config}: no Parquet files of a data set; {_REMEDY}.")
        quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
        name = "parquet_tokens" if config == "tokens" else config
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{quoted}])")
        found = {row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()}
        missing = [column for column in features if column not in found]
        if missing:
            raise ExploreError(
                f"{files[0]}: no columns {', '.join(missing)}; it is of another version: {_REMEDY}."
            )
    connection.execute("CREATE VIEW tokens AS SELECT * FROM parquet_tokens")
    layers = connection.execute("SELECT DISTINCT layer FROM parquet_tokens ORDER BY layer").fetchall()
    names = tuple(row[0] for row in layers)
    return Database(connection, data_dir, names, version, interrupter, limit_seconds)


def _load(connection: DuckDBPyConnection) -> None:
    columns = {attribute.column for attribute in ATTRIBUTES.values()} | {*_SHOWN, "feats"}
    columns |= {column for column in TOKENS if column.endswith("_folded")}
    chosen = ", ".join(f"t.{column}" for column in TOKENS if column in columns)
    connection.execute("DROP VIEW tokens")
    connection.execute(
        "CREATE TABLE sentence_index AS SELECT (row_number() OVER () - 1)::INTEGER AS ordinal, layer, sent_id,"
        " doc_id, start_char, end_char, tokens_folded AS folded, len(tokens) AS word_count FROM sentences"
    )
    # In the sentences' order, so that what is asked of few sentences reads few blocks.
    connection.execute(
        f"CREATE TABLE tokens AS SELECT i.ordinal, {chosen}, t.token_id IS DISTINCT FROM"
        " lag(t.token_id) OVER (PARTITION BY i.ordinal ORDER BY t.word_id) AS is_first FROM parquet_tokens AS t"
        " JOIN sentence_index AS i ON i.layer = t.layer AND i.sent_id = t.sent_id ORDER BY i.ordinal, t.word_id"
    )
    head = connection.execute(
        "SELECT coalesce(max(ordinal), 0) FROM (SELECT ordinal, sum(word_count) OVER (ORDER BY ordinal) AS words"
        f" FROM sentence_index) WHERE words < {HEAD_WORDS}"
    ).fetchall()
    connection.execute(f"CREATE VIEW tokens_head AS SELECT * FROM tokens WHERE ordinal <= {head[0][0]}")
