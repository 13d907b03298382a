"""The data set's Parquet -> the annotation files that it was made from, byte for byte."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mudawwana.base.errors import BuildError
from mudawwana.base.explain import REBUILD, reading
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import LAYERS, DataSetLayout, get_stem, list_conllu
from mudawwana.dataset.rows import unpack_comments
from mudawwana.dataset.schema import CORE_COLUMNS, UPOS_NAMES

_WORD_COLUMNS = ("tokens", "lemmas", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_BATCH_ROWS = 1_000
_EMPTY = pa.scalar("_")


def export_conllu(corpus_dir: Path, output_dir: Path) -> Iterator[Path]:
    """Writes `<output_dir>/<layer>/<stem>.conllu`; yields each path when it is on disk.

    Raises BuildError where `corpus_dir` holds no data set.
    """
    for layer in LAYERS:
        for stem, texts in groupby(iter_rebuilt(corpus_dir, layer), key=itemgetter(0)):
            path = output_dir / layer / f"{stem}.conllu"
            write_text_atomically(path, (text for _, text in texts))
            yield path


def check_rebuilt(corpus_dir: Path) -> None:
    """Rebuilds all annotation files and compares them with those in `<corpus_dir>/conllu`.

    Raises BuildError that names the first file and line that the Parquet would not give back.
    """
    for layer in LAYERS:
        expected = {path.stem: path for path in list_conllu(DataSetLayout(corpus_dir).get_conllu_dir(layer))}
        for stem, texts in groupby(iter_rebuilt(corpus_dir, layer), key=itemgetter(0)):
            _compare(expected.pop(stem), (text for _, text in texts), f"annotations/{layer}/{stem}.conllu")
        for stem, path in expected.items():
            _compare(path, [], f"annotations/{layer}/{stem}.conllu")


def _compare(path: Path, texts: Iterable[str], name: str) -> None:
    line = 1
    with path.open(encoding="utf-8", newline="") as file:
        for text in texts:
            found = file.read(len(text))
            if found != text:
                pairs = zip(found.split("\n"), text.split("\n"), strict=False)
                same = next((place for place, (one, other) in enumerate(pairs) if one != other), 0)
                raise _describe_loss(f"{name}:{line + same}")
            line += text.count("\n")
        if file.read(1):
            raise _describe_loss(f"{name}:{line}")


def _describe_loss(place: str) -> BuildError:
    return BuildError(
        f"{place}: the Parquet files would not give this line back as it stands; this is a fault of Mudawwana: "
        "please report it with the file. The data set stays as it was."
    )


def iter_rebuilt(corpus_dir: Path, layer: str) -> Iterator[tuple[str, str]]:
    """The layer's sentences in the annotation files' order: (the file's stem, the sentence as CoNLL-U).

    Memory holds some rows of each Parquet file, and each document's place.
    """
    paths = DataSetLayout(corpus_dir).list_parquet("sentences")
    if not paths:
        raise BuildError(f"{corpus_dir}: no data set; run `mudawwana build`.")
    documents = _Documents(corpus_dir)
    # A file holds a part of the documents, in their order.
    streams = [_iter_file(path, layer, documents) for path in paths]
    for number, text in merge(*streams, key=itemgetter(0)):
        yield documents.stems[number], text


class _Documents:
    """What `documents` says of each document's place."""

    def __init__(self, corpus_dir: Path) -> None:
        self.numbers: dict[str, int] = {}
        self.stems: dict[int, str] = {}
        for path in DataSetLayout(corpus_dir).list_parquet("documents"):
            with reading(path, REBUILD):
                rows = pq.read_table(path, columns=["id", "number", "path"]).to_pylist()
            for row in rows:
                self.numbers[row["id"]] = row["number"]
                self.stems[row["number"]] = get_stem(row["path"])


def _iter_file(path: Path, layer: str, documents: _Documents) -> Iterator[tuple[int, str]]:
    with reading(path, REBUILD), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=[*CORE_COLUMNS, "doc_id", "layer"]):
            rows = batch.filter(pc.equal(batch["layer"], layer))
            doc_ids = rows["doc_id"].to_pylist()
            for doc_id, text in zip(doc_ids, serialize_rows(rows), strict=True):
                yield documents.numbers[doc_id], text


def serialize_rows(rows: pa.RecordBatch) -> Iterator[str]:
    """Each row of `sentences` as CoNLL-U, as `serialize_row` does it, at the speed of Arrow."""
    lines = iter(_join_word_lines(rows))
    ranges = _join_range_lines(rows["mwt"])
    heads = zip(*(rows[name].to_pylist() for name in ("sent_id", "text", "comments")), strict=True)
    counts = pc.list_value_length(rows["tokens"]).to_pylist()
    nodes = rows["empty_nodes"].to_pylist()
    for (sent_id, text, packed), count, own_ranges, own_nodes in zip(heads, counts, ranges, nodes, strict=True):
        words = [next(lines) for _ in range(count)]
        if own_ranges or own_nodes:
            words = _insert_lines(words, own_ranges, own_nodes)
        yield "\n".join([*unpack_comments(packed, sent_id=sent_id, text=text), *words, "", ""])


def _join_word_lines(rows: pa.RecordBatch) -> list[str]:
    counts = pc.list_value_length(rows["tokens"]).to_numpy()
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    columns = {name: pc.list_flatten(rows[name]) for name in _WORD_COLUMNS}
    columns["upos"] = pa.array(UPOS_NAMES).take(columns["upos"])
    ids = pa.array(np.arange(len(starts)) - starts + 1).cast(pa.string())
    values = [pc.fill_null(column, _EMPTY) for column in columns.values()]
    lines: list[str] = pc.binary_join_element_wise(ids, *values, "\t").to_pylist()
    return lines


def _join_range_lines(mwt: pa.ListArray) -> Iterator[dict[int, str]]:
    """For each row the lines of its multi-word tokens, by the id of the first word."""
    flat = pc.list_flatten(mwt)
    fields = {name: pc.fill_null(pc.struct_field(flat, name), _EMPTY) for name in ("id", "form", "feats", "misc")}
    columns = [fields["id"], fields["form"], "_", "_", "_", fields["feats"], "_", "_", "_", fields["misc"]]
    lines = iter(pc.binary_join_element_wise(*columns, "\t").to_pylist() if len(flat) else [])
    for count in pc.list_value_length(mwt).to_pylist():
        own = [next(lines) for _ in range(count)]
        yield {int(line.partition("-")[0]): line for line in own}


def _insert_lines(words: list[str], ranges: dict[int, str], nodes: list[dict[str, str | None]]) -> list[str]:
    behind: dict[int, list[str]] = {}
    for node in nodes:
        line = "\t".join("_" if value is None else value for value in node.values())
        behind.setdefault(int(line.partition(".")[0]), []).append(line)
    lines = behind.get(0, [])
    for number, word in enumerate(words, start=1):
        lines += [*([ranges[number]] if number in ranges else []), word, *behind.get(number, [])]
    return lines
