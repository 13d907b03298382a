"""The data set's Parquet files as paragraphs of sentences, split by split."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from mudawwana.base.errors import ExportError
from mudawwana.base.explain import REBUILD, reading
from mudawwana.base.layout import DataSetLayout
from mudawwana.base.records import Sentence, Token
from mudawwana.dataset.rows import row_to_sentence

_COLUMNS = (
    *("sent_id", "text", "comments", "tokens", "lemmas", "upos", "xpos", "feats", "head", "deprel", "deps"),
    *("misc", "mwt", "empty_nodes", "doc_id", "par_id", "layer"),
)
_BATCH_ROWS = 500


@dataclass(frozen=True, slots=True)
class AnnotatedParagraph:
    """One paragraph of one split."""

    doc_id: str
    par_id: str
    layer: str
    """`auto` or `gold`."""
    sentences: tuple[Sentence, ...]

    @property
    def tokens(self) -> Iterator[Token]:
        """The surface tokens of all its sentences, in order."""
        return (token for sentence in self.sentences for token in sentence.tokens)

    @property
    def text(self) -> str:
        """The tokens as they are written, with a space where there is white space in the document."""
        return "".join(token.form + " " * token.space_after for token in self.tokens).rstrip()


def list_splits(dataset_dir: Path) -> list[str]:
    """The names of the splits of the config `sentences`, `train` first.

    Raises ExportError where there is none.
    """
    files = DataSetLayout(dataset_dir).list_parquet("sentences")
    names = {path.name.rsplit("-", 3)[0] for path in files}
    if not names:
        raise ExportError(
            f"{dataset_dir}: no data set there (data/sentences/*.parquet); build it with `mudawwana build`, or "
            "name the corpus whose folder `corpus` holds one."
        )
    return sorted(names, key=lambda name: (name != "train", name))


def read_paragraphs(dataset_dir: Path, split: str) -> Iterator[AnnotatedParagraph]:
    """The split's paragraphs in order, one at a time."""
    place = itemgetter("doc_id", "par_id", "layer")
    for (doc_id, par_id, layer), rows in groupby(_read_rows(dataset_dir, split), key=place):
        yield AnnotatedParagraph(doc_id, par_id, layer, tuple(row_to_sentence(row) for row in rows))


def read_layer(dataset_dir: Path, layer: str) -> Iterator[AnnotatedParagraph]:
    """The paragraphs of all splits that stand in one layer, split after split.

    Raises ExportError where there is none.
    """
    is_empty = True
    for split in list_splits(dataset_dir):
        for paragraph in read_paragraphs(dataset_dir, split):
            if paragraph.layer == layer:
                is_empty = False
                yield paragraph
    if is_empty:
        raise ExportError(f"{dataset_dir}: the data set has no layer {layer!r}; choose another with --layer.")


def iter_splits(dataset_dir: Path, held_out: int | None) -> Iterator[tuple[str, Iterator[AnnotatedParagraph]]]:
    """Each split's name with its paragraphs; use up one split before the next.

    `held_out` N cuts a `validation` from a data set too small to have one: every Nth paragraph of `train`.

    Raises ExportError where the data set has a `validation` of its own, or `train` fewer than N paragraphs.
    """
    names = list_splits(dataset_dir)
    if held_out is None:
        yield from ((name, read_paragraphs(dataset_dir, name)) for name in names)
        return
    if "validation" in names:
        raise ExportError(f"{dataset_dir} has a split `validation`; leave --held-out away.")
    paragraphs = list(read_paragraphs(dataset_dir, "train"))
    chosen = paragraphs[held_out - 1 :: held_out]
    if not chosen:
        raise ExportError(
            f"{dataset_dir}: train has {len(paragraphs)} paragraphs, of which --held-out {held_out} would cut "
            "none; give a smaller number."
        )
    del paragraphs[held_out - 1 :: held_out]
    yield from (("train", iter(paragraphs)), ("validation", iter(chosen)))
    yield from ((name, read_paragraphs(dataset_dir, name)) for name in names if name != "train")


def _read_rows(dataset_dir: Path, split: str) -> Iterator[dict[str, Any]]:
    for path in DataSetLayout(dataset_dir).list_parquet("sentences", split):
        with reading(path, REBUILD), pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH_ROWS, columns=list(_COLUMNS)):
                yield from batch.to_pylist()
