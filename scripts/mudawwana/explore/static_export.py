"""The page with a corpus as files for any static host; page/static_backend.js reads them.

    data/corpus.json          what is small: layers, documents, the columns and where they are, the overview
    data/sentences.json.gz    the sentences: ids, layers, documents, numbers of words
    data/<column>.<type>.gz   one value a word, little-endian: a code, or a number
    data/<column>.json.gz     the texts that the codes stand for
    data/texts/<n>.json.gz    the sentences whole, some hundred a file

Texts are read when a sentence is looked at, a column when a pattern or the concordance asks for it.
"""

import gzip
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from mudawwana.base.errors import ExploreError
from mudawwana.base.files import write_text_atomically
from mudawwana.dataset.schema import TOKENS
from mudawwana.explore.app import PAGE_DIR, describe_store
from mudawwana.explore.attributes import ATTRIBUTES
from mudawwana.explore.database import Database
from mudawwana.explore.overview import count_layer
from mudawwana.explore.sentences import read_sentences

MOST_WORDS = 2_000_000
"""A browser holds the columns that it searches in memory: four bytes a word each, at most."""

_CHUNK = 200
_ABSENT = -(2**31)
_OF_SENTENCES = ("layer", "doc_id", "sent_id", "par_id")
_SPELLED = ("form", "lemma", "token")


def write_static_page(database: Database, target: Path) -> Iterator[Path]:
    """Writes the page and its data for a loaded database; yields the files as they are written.

    Raises ExploreError where the folder holds something else, or the corpus is too large for a browser.
    """
    limit_seconds, database = database.limit_seconds, database.lift_limit()
    [(words,)] = database.query("SELECT count(*) FROM tokens")
    if words > MOST_WORDS:
        raise ExploreError(
            f"{database.path}: {words:,} words; a static page holds {MOST_WORDS:,} at most: "
            "use `mudawwana explore`."
        )
    if target.exists() and any(target.iterdir()) and not (target / "data" / "corpus.json").exists():
        raise ExploreError(f"{target}: holds something else than a static page; give a new or empty folder.")
    shutil.rmtree(target / "data", ignore_errors=True)
    (target / "data" / "texts").mkdir(parents=True)
    yield from _write_page(target)
    of = {"layer": "layers", "doc_id": "documents", "sent_id": "ids", "par_id": "paragraphs"}
    columns: dict[str, Any] = {name: {"of": source} for name, source in of.items()}
    for path, described in _write_columns(database, target / "data"):
        columns |= described
        yield path
    yield _write_sentences(database, target / "data")
    yield from _write_texts(database, target / "data" / "texts")
    yield _write_corpus(database, target / "data", {"limit_seconds": limit_seconds, "columns": columns})


def _write_page(target: Path) -> Iterator[Path]:
    for source in sorted(PAGE_DIR.iterdir()):
        path = target / source.name
        if source.name == "index.html":
            text = source.read_text(encoding="utf-8").replace('data-backend="http"', 'data-backend="static"')
            write_text_atomically(path, [text])
        else:
            shutil.copyfile(source, path)
        yield path


def _write_columns(database: Database, folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each column's files, with what corpus.json says of them."""
    names = [one.column for one in ATTRIBUTES.values() if one.column and one.column not in _OF_SENTENCES]
    for name in dict.fromkeys(names):
        base = next(
            (one for one in _SPELLED if name.startswith(f"{one}_") and TOKENS[name].dtype == "string"), None
        )
        if base:
            continue
        column = _read_column(database, name)
        if pa.types.is_string(column.type):
            yield from _write_texts_of_column(database, folder, name, column)
        else:
            yield _write_numbers(folder, name, column)


def _write_texts_of_column(
    database: Database, folder: Path, name: str, column: pa.Array
) -> Iterator[tuple[Path, dict[str, Any]]]:
    encoded = column.fill_null("").dictionary_encode()
    codes, values = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
    kind = next(kind for kind in ("u1", "u2", "u4") if len(values) <= 1 << 8 * int(kind[1]))
    yield _write_packed(folder / f"{name}.{kind}.gz", codes.astype(f"<{kind}").tobytes()), {}
    described = {"codes": name, "type": kind}
    yield _write_packed_json(folder / f"{name}.json.gz", values), {name: {**described, "values": name}}
    for other in _list_spellings(name):
        spelled = dict(database.query(f"SELECT coalesce({name}, ''), any_value({other}) FROM tokens GROUP BY ALL"))
        path = _write_packed_json(folder / f"{other}.json.gz", [spelled[value] or "" for value in values])
        yield path, {other: {**described, "values": other}}


def _list_spellings(name: str) -> list[str]:
    """The columns that only spell this one in another way."""
    if name not in _SPELLED:
        return []
    return [other for other, one in TOKENS.items() if other.startswith(f"{name}_") and one.dtype == "string"]


def _write_numbers(folder: Path, name: str, column: pa.Array) -> tuple[Path, dict[str, Any]]:
    if pa.types.is_boolean(column.type):
        kind, numbers = "u1", column.fill_null(False).cast(pa.uint8()).to_numpy()
    elif pa.types.is_floating(column.type):
        kind, numbers = "f4", column.fill_null(float("nan")).to_numpy()
    else:
        kind, numbers = "i4", column.fill_null(_ABSENT).to_numpy()
    path = _write_packed(folder / f"{name}.{kind}.gz", numbers.astype(f"<{kind}").tobytes())
    return path, {name: {"codes": name, "type": kind}}


def _read_column(database: Database, name: str) -> pa.Array:
    with database.connection.cursor() as cursor:
        table = cursor.table("tokens").order("ordinal, word_id").select(name).to_arrow_table()
    return pc.cast(table.column(0), TOKENS.arrow_schema.field(name).type).combine_chunks()


def _write_sentences(database: Database, folder: Path) -> Path:
    rows = database.query(
        "SELECT i.sent_id, i.doc_id, i.layer, i.word_count, s.par_id FROM sentence_index AS i JOIN sentences AS s"
        " ON s.layer = i.layer AND s.sent_id = i.sent_id ORDER BY i.ordinal"
    )
    sent_ids, doc_ids, layers, words, par_ids = (list(column) for column in zip(*rows, strict=True))
    ids, id_codes = _encode(sent_ids)
    pars, par_codes = _encode(par_ids)
    documents = _list_documents(database)
    columns = {
        **{"ids": ids, "sent_id": id_codes, "paragraphs": pars, "par_id": par_codes, "words": words},
        "doc_id": _find(documents, doc_ids),
        "layer": _find(database.layers, layers),
    }
    return _write_packed_json(folder / "sentences.json.gz", columns)


def _write_texts(database: Database, folder: Path) -> Iterator[Path]:
    chunk: list[dict[str, Any]] = []
    number = 0
    for sentence in read_sentences(database):
        chunk.append({key: value for key, value in sentence.items() if key not in ("layer", "sent_id", "doc_id")})
        if len(chunk) == _CHUNK:
            yield _write_packed_json(folder / f"{number}.json.gz", chunk)
            chunk, number = [], number + 1
    if chunk:
        yield _write_packed_json(folder / f"{number}.json.gz", chunk)


def _write_corpus(database: Database, folder: Path, facts: dict[str, Any]) -> Path:
    documents = _list_documents(database)
    titles = dict(database.query("SELECT id, title FROM documents"))
    path = folder / "corpus.json"
    described = {
        **describe_store(database),
        **facts,
        "documents": documents,
        "titles": [titles.get(document) for document in documents],
        "overview": {layer: count_layer(database, layer) for layer in database.layers},
        "chunk": _CHUNK,
    }
    write_text_atomically(path, [json.dumps(described, ensure_ascii=False)])
    return path


def _list_documents(database: Database) -> list[str]:
    rows = database.query("SELECT doc_id FROM sentence_index GROUP BY doc_id ORDER BY min(ordinal)")
    return [row[0] for row in rows]


def _encode(values: Sequence[str]) -> tuple[list[str], list[int]]:
    """The different values in the order in which they come, and for each value its place among them."""
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return list(places), [places[value] for value in values]


def _find(values: Sequence[str], wanted: Sequence[str]) -> list[int]:
    places = {value: place for place, value in enumerate(values)}
    return [places[one] for one in wanted]


def _write_packed_json(path: Path, value: object) -> Path:
    return _write_packed(path, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _write_packed(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content, mtime=0))
    return path
