"""Documents and annotations -> Parquet, CoNLL-U and card in `corpus/`: a data set repository of the Hub.

Splits: `train` holds the automatic layer, `gold` the hand-corrected one where there is any, so that nobody
trains on, or measures against, a mixture without seeing it. `documents` has `train` alone.

Everything streams: memory holds one document and one row group a table, whatever the corpus's size. Equal input
gives equal bytes: rows in the documents' order, no time stamps.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby, product
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from mudawwana.conllu_io import read_annotated_documents
from mudawwana.dataset.card import CardFacts, TableSize, check_document_facts, check_settings, render_card
from mudawwana.dataset.rows import Place, Row, document_to_row, iter_word_rows, sentence_to_row
from mudawwana.dataset.schema import CONFIGS
from mudawwana.documents import read_documents, split_paragraphs
from mudawwana.errors import BuildError
from mudawwana.files import replace_atomically, write_text_atomically
from mudawwana.layout import CorpusLayout
from mudawwana.records import Document, Sentence
from mudawwana.settings import Settings
from mudawwana.statistics import CorpusStatistics, count_corpus, count_units
from mudawwana.validate import Incident, check_corpus, compute_ud_levels

Layer = Literal["auto", "gold"]

SPLITS: dict[Layer, str] = {"auto": "train", "gold": "gold"}
"""The split that each layer goes into."""

Sizes = dict[str, dict[str, TableSize]]

_LAYERS: tuple[Layer, ...] = ("gold", "auto")
_NOTHING: tuple[str, list[Sentence]] = ("", [])
_REMEDY = "run `mudawwana annotate`"
_ROW_GROUP_WORDS = 100_000  # some tens of MB in memory; the viewer reads a row group at a time


@dataclass(frozen=True)
class BuildReport:
    """What a build has written."""

    statistics: Mapping[str, CorpusStatistics]
    """By layer; "gold" only where there is any."""
    paths: tuple[Path, ...]
    """Every file of the data set, the card first."""


@dataclass(frozen=True)
class _Annotation:
    """One document of one layer."""

    document: Document
    path: Path
    sentences: list[Sentence]


class _Table:
    """A Parquet file that is being written, a row group at a time."""

    def __init__(self, path: Path, config: str) -> None:
        self._path = path
        self._schema = CONFIGS[config].arrow_schema
        # Chunks that content defines let the Hub store only what changed between two releases.
        self._writer = pq.ParquetWriter(
            path, self._schema, compression="zstd", use_content_defined_chunking=True, write_page_index=True
        )
        self._rows: list[Row] = []
        self._words = self._row_count = self._memory_bytes = self._file_bytes = 0

    def append(self, row: Row, *, words: int) -> None:
        """Adds a row that stands for so many words; a row group ends by words, as rows differ in size."""
        self._rows.append(row)
        self._words += words
        if self._words >= _ROW_GROUP_WORDS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()
        self._file_bytes = self._path.stat().st_size

    def measure(self) -> TableSize:
        """Its size, once it is closed."""
        return TableSize(self._row_count, self._memory_bytes, self._file_bytes)

    def _flush(self) -> None:
        if self._rows:
            table = pa.Table.from_pylist(self._rows, schema=self._schema)
            self._writer.write_table(table, row_group_size=len(self._rows))
            self._row_count += table.num_rows
            self._memory_bytes += table.nbytes
        self._rows, self._words = [], 0


@dataclass(frozen=True)
class _Job:
    """One build: what it reads, and what its passes gather."""

    layout: CorpusLayout
    settings: Settings
    seeds: dict[str, None] = field(default_factory=dict)
    """The seed files with documents, in their order."""
    incidents: dict[Path, dict[str, list[Incident]]] = field(default_factory=dict)
    """By annotation file, then by sent_id."""
    gold_ids: set[str] = field(default_factory=set)
    provenance: set[tuple[str, str]] = field(default_factory=set)
    """The pairs of `# generator` and `# models` in the automatic layer."""


def build_dataset(
    layout: CorpusLayout, settings: Settings, *, track: Callable[[Iterable[Document]], Iterable[Document]] = iter
) -> BuildReport:
    """Builds `corpus/` from `seeds/` and `annotations/`; what an earlier build left there and is no more goes.

    `track` may show the progress of the validation (see `check_corpus`), which takes most of the time.

    Raises BuildError, with `corpus/` as it was, where a document lacks its annotation or the card a fact.
    """
    check_settings(settings)
    job = _Job(layout, settings)
    sources = check_document_facts(_iter_annotated_documents(job))
    if not sources:
        raise BuildError(f"{layout.seeds_dir}: no documents; put text there and run `mudawwana annotate`.")
    for incident in check_corpus(layout, settings, track=track):
        path = Path(incident.path)
        path = path if path.is_relative_to(layout.root) else layout.root / path
        by_sentence = job.incidents.setdefault(path, {})
        by_sentence.setdefault(incident.sent_id or "", []).append(incident)
    statistics, sizes = _write_tables(job)
    paths = [*_iter_table_paths(layout, sizes), *_copy_conllu(job)]
    _remove_stale(layout, set(paths))
    facts = CardFacts(sizes, statistics, sources, provenance=sorted(job.provenance))
    card_path = layout.corpus_dir / "README.md"
    write_text_atomically(card_path, [render_card(settings, facts)])
    return BuildReport(statistics, paths=(card_path, *paths))


def _iter_annotated_documents(job: _Job) -> Iterator[Document]:
    for document in read_documents(job.layout, job.settings):
        path = job.layout.get_annotation_path("auto", document.path)
        if not path.exists():
            raise BuildError(f"{path}: not found; document {document.id!r} has no annotation: {_REMEDY}.")
        job.seeds[document.path] = None
        yield document


def _write_tables(job: _Job) -> tuple[dict[str, CorpusStatistics], Sizes]:
    """Writes all Parquet files, or none; the gold layer first, because `documents` says who has one."""
    statistics: dict[str, CorpusStatistics] = {}
    tables: dict[str, dict[str, _Table]] = {config: {} for config in CONFIGS}
    with ExitStack() as stack:
        for layer in _LAYERS:
            if not any(job.layout.get_annotation_path(layer, seed).exists() for seed in job.seeds):
                continue
            split = SPLITS[layer]
            for config in CONFIGS if layer == "auto" else ("sentences", "tokens"):
                path = _get_table_path(job.layout, config, split)
                tables[config][split] = stack.enter_context(_open_table(path, config))
            opened = {config: splits[split] for config, splits in tables.items() if split in splits}
            written = _write_layer(job, layer, opened)
            statistics[layer] = count_corpus(written, severities=_iter_severities(job, layer))
    return dict(sorted(statistics.items())), {
        config: {split: table.measure() for split, table in sorted(splits.items(), reverse=True)}
        for config, splits in tables.items()
    }


@contextmanager
def _open_table(path: Path, config: str) -> Iterator[_Table]:
    with replace_atomically(path) as temporary:
        table = _Table(temporary, config)
        try:
            yield table
        finally:
            table.close()


def _write_layer(job: _Job, layer: Layer, tables: Mapping[str, _Table]) -> Iterator[tuple[Sentence, int]]:
    """Writes a layer's rows; yields each sentence that it has written, with its UD level, to be counted."""
    for annotation in _iter_layer(job, layer):
        counts: Counter[str] = Counter()
        for sentence, level in _write_document(job, annotation, layer, tables):
            counts += count_units(sentence)
            yield sentence, level
        document = annotation.document
        if layer == "gold":
            job.gold_ids.add(document.id)
            continue
        columns = {f"{unit}_count": counts[f"{unit}s"] for unit in ("paragraph", "sentence", "token", "word")}
        row = document_to_row(document, columns, has_gold=document.id in job.gold_ids)
        tables["documents"].append(row, words=counts["words"])


def _write_document(
    job: _Job, annotation: _Annotation, layer: Layer, tables: Mapping[str, _Table]
) -> Iterator[tuple[Sentence, int]]:
    by_sentence = job.incidents.get(annotation.path, {})
    for place, sentence in _locate(annotation, layer):
        if layer == "auto" and sentence is annotation.sentences[0]:
            job.provenance.add(_get_provenance(annotation.path, sentence))
        incidents = by_sentence.get(sentence.sent_id, [])
        level = compute_ud_levels(incidents, [sentence.sent_id])[sentence.sent_id]
        ids = sorted({incident.id for incident in incidents})
        row = sentence_to_row(sentence, place, ud_level=level, incidents=ids)
        tables["sentences"].append(row, words=len(sentence.words))
        for word_row in iter_word_rows(sentence, place):
            tables["tokens"].append(word_row, words=1)
        yield sentence, level


def _get_provenance(path: Path, sentence: Sentence) -> tuple[str, str]:
    """What made the document that begins here: `# generator` and `# models`."""
    generator, models = sentence.get_comment("generator"), sentence.get_comment("models")
    if not (generator and models):
        raise BuildError(
            f"{path}:{sentence.line}: no `# generator` or no `# models`, which the card states: {_REMEDY}."
        )
    return generator, models


def _locate(annotation: _Annotation, layer: Layer) -> Iterator[tuple[Place, Sentence]]:
    """The document's sentences with their places; a paragraph's id stands on its first sentence only."""
    par_id = ""
    for sentence in annotation.sentences:
        par_id = sentence.get_comment("newpar id") or par_id
        for fact, value in (("sent_id", sentence.sent_id), ("newpar id", par_id)):
            if not value:
                raise BuildError(f"{annotation.path}:{sentence.line}: no `# {fact} = ...`; add it, or {_REMEDY}.")
        yield Place(annotation.document.id, par_id, layer, str(annotation.path)), sentence


def _iter_layer(job: _Job, layer: Layer) -> Iterator[_Annotation]:
    """The documents of a layer in their order, each with its sentences."""
    documents = read_documents(job.layout, job.settings)
    for seed, group in groupby(documents, key=lambda document: document.path):
        path = job.layout.get_annotation_path(layer, seed)
        if layer == "auto" or path.exists():
            yield from _match(job, path, group, layer)


def _match(job: _Job, path: Path, documents: Iterable[Document], layer: Layer) -> Iterator[_Annotation]:
    """Walks a seed file's documents and an annotation file side by side; gold may leave documents out."""
    annotated = read_annotated_documents(path)
    doc_id, sentences = next(annotated, _NOTHING)
    for document in documents:
        if document.id == doc_id:
            yield _Annotation(document, path, sentences)
            doc_id, sentences = next(annotated, _NOTHING)
        elif layer == "auto":
            if split_paragraphs(document, job.settings):
                raise BuildError(f"{path}: document {document.id!r} of {document.path} is not there: {_REMEDY}.")
            yield _Annotation(document, path, [])
    if sentences:
        raise BuildError(
            f"{path}:{sentences[0].line}: document {doc_id!r} is not in the seed file, or not in this order; "
            f"{_REMEDY if layer == 'auto' else 'correct the `# newdoc id` lines or their order'}."
        )


def _iter_severities(job: _Job, layer: Layer) -> Iterator[str]:
    layer_dir = job.layout.gold_dir if layer == "gold" else job.layout.auto_dir
    for path, sentences in job.incidents.items():
        if path.is_relative_to(layer_dir):
            yield from (incident.severity for incidents in sentences.values() for incident in incidents)


def _get_table_path(layout: CorpusLayout, config: str, split: str) -> Path:
    return layout.corpus_dir / "data" / config / f"{split}-00000-of-00001.parquet"


def _iter_table_paths(layout: CorpusLayout, sizes: Sizes) -> Iterator[Path]:
    for config, splits in sizes.items():
        yield from (_get_table_path(layout, config, split) for split in splits)


def _copy_conllu(job: _Job) -> Iterator[Path]:
    """Puts the annotation files beside the Parquet; yields where they are."""
    for layer, seed in product(_LAYERS, job.seeds):
        source = job.layout.get_annotation_path(layer, seed)
        if source.exists():
            copy = job.layout.corpus_dir / "conllu" / layer / source.name
            with replace_atomically(copy) as temporary:
                shutil.copyfile(source, temporary)
            yield copy


def _remove_stale(layout: CorpusLayout, written: set[Path]) -> None:
    """Removes what earlier builds wrote under the names that builds use, and nothing else."""
    patterns = [f"data/{config}/*.parquet" for config in CONFIGS] + [
        f"conllu/{layer}/*.conllu" for layer in SPLITS
    ]
    for pattern in patterns:
        for path in sorted(layout.corpus_dir.glob(pattern)):
            if path not in written:
                path.unlink()
