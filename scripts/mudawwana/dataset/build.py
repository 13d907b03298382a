"""Documents and annotations -> Parquet, CoNLL-U and card in `corpus/`: a data set repository of the Hub.

Splits (splits.py): none holds both layers, so that nobody trains on, or measures against, a mixture without seeing
it. `documents` has each document once, in its automatic layer's split.

Everything streams: memory holds one document and a row group for each table, whatever the corpus's size. Equal
input gives equal bytes: rows in the documents' order, no time stamps. The annotation files are rebuilt from the
Parquet and compared before anything in `corpus/` changes.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from mudawwana.annotate.tiers import load_calibrations
from mudawwana.base.errors import BuildError
from mudawwana.base.files import remove_temporary, stage_files, write_text_atomically
from mudawwana.base.layout import AUTO, GOLD, LAYERS, CorpusLayout, DataSetLayout, Layer
from mudawwana.base.records import Document, Sentence
from mudawwana.base.walker import AnnotationWalker
from mudawwana.dataset.card import check_document_facts, check_settings
from mudawwana.dataset.card_files import write_card_files
from mudawwana.dataset.columns import Place
from mudawwana.dataset.overlap import KnownSentences, OverlapReport, read_known_names, serialize_reports
from mudawwana.dataset.rebuild import check_rebuilt
from mudawwana.dataset.rows import document_to_row
from mudawwana.dataset.splits import SplitPlan
from mudawwana.dataset.statistics import CorpusStatistics
from mudawwana.dataset.tables import DatasetWriter
from mudawwana.engines.quarantine import read_quarantine
from mudawwana.seeds.documents import SeedFile, check_seeds, iter_documents, split_paragraphs
from mudawwana.seeds.settings import Settings
from mudawwana.validate.corpus import check_corpus, compute_ud_levels
from mudawwana.validate.incidents import Incident

_REMEDY = "run `mudawwana annotate`"


@dataclass(frozen=True)
class BuildReport:
    """What a build has written."""

    statistics: Mapping[str, CorpusStatistics]
    """By layer; "gold" only where there is any."""
    paths: tuple[Path, ...]
    """Every file of the data set, the card first."""
    overlaps: tuple[OverlapReport, ...] = ()
    """What the corpus shares with each known file."""
    overlaps_gone: tuple[str, ...] = ()
    """The known files that an earlier build compared with, and this one did not: their report is gone."""
    stray_files: int = 0
    """Annotation files without a seed file, of which nothing is in the data set."""


@dataclass(frozen=True)
class _Annotation:
    """One document of one layer."""

    document: Document
    path: Path
    sentences: list[Sentence]


@dataclass(frozen=True)
class _Job:
    """One build: what it reads, and what its passes gather."""

    layout: CorpusLayout
    settings: Settings
    seeds: Sequence[SeedFile]
    plan: SplitPlan
    known: Sequence[KnownSentences]
    incidents: dict[Path, dict[str, list[Incident]]] = field(default_factory=dict)
    """By annotation file, then by sent_id."""
    gold_ids: set[str] = field(default_factory=set)

    def add_incidents(self, incidents: Iterable[Incident]) -> None:
        for incident in incidents:
            path = Path(incident.path)
            path = path if path.is_relative_to(self.layout.root) else self.layout.root / path
            self.incidents.setdefault(path, {}).setdefault(incident.sent_id or "", []).append(incident)

    def get_path(self, layer: Layer, seed: SeedFile) -> Path:
        return self.layout.get_annotation_path(layer, seed.name)


def build_dataset(
    layout: CorpusLayout,
    settings: Settings,
    *,
    seeds: Sequence[SeedFile] | None = None,
    against: Sequence[Path] = (),
    track: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> BuildReport:
    """Builds `corpus/` from `seeds/` and `annotations/`; what else is in the folders that builds write goes.

    Documents in quarantine are left out. `seeds` are the seed files where they have been checked already;
    `against` are CoNLL-U files whose sentences nobody should train on: the report says which the corpus has.
    `track` may show the progress of the validation (see `check_corpus`), which takes most of the time.

    Raises BuildError, with `corpus/` as it was, where a document lacks its annotation or the card a fact.
    """
    check_settings(settings, has_gold=layout.has_gold)
    remove_temporary(layout.corpus_dir)
    seeds = check_seeds(layout, settings) if seeds is None else seeds
    job = _start(layout, settings, seeds, against)
    check_document_facts(job.plan.watch(_iter_annotated_documents(job)))
    incidents = check_corpus(layout, settings, seeds=seeds, track=track)
    job.add_incidents(incidents)
    found = layout.data_set
    compared = read_known_names(found.overlap_path)
    with stage_files(layout.corpus_dir, own=found.own_names, last=found.card_path.name) as folder:
        _write_files(job, folder)
        card = write_card_files(layout, settings, incidents, folder)
        written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    reports = tuple(known.report() for known in job.known)
    return BuildReport(
        card.statistics,
        tuple(layout.corpus_dir / name for name in [*card.texts, *sorted(written - set(card.texts))]),
        reports,
        tuple(name for name in compared if name not in {report.file for report in reports}),
        sum(incident.id == "annotation-without-seed" for incident in incidents),
    )


def write_dataset(layout: CorpusLayout, settings: Settings, folder: Path) -> None:
    """Writes the Parquet and CoNLL-U files of a data set into an empty folder, without validation and card.

    For measurements; the columns that say what a validation found are as if it had found nothing.
    """
    job = _start(layout, settings, check_seeds(layout, settings), [])
    for _ in job.plan.watch(_iter_annotated_documents(job)):
        pass
    _write_files(job, folder)


def _start(layout: CorpusLayout, settings: Settings, seeds: Sequence[SeedFile], against: Sequence[Path]) -> _Job:
    plan = SplitPlan(sum(seed.raw_words for seed in seeds), settings.splits)
    return _Job(layout, settings, seeds, plan, [KnownSentences(path) for path in against])


def _iter_documents(job: _Job, seed: SeedFile) -> Iterator[Document]:
    """The documents of a seed file but for those in quarantine, which are in no layer."""
    quarantined = {document.id for document in read_quarantine(job.layout, seed.name)}
    return (one for one in iter_documents([seed], job.settings) if one.id not in quarantined)


def _iter_annotated_documents(job: _Job) -> Iterator[Document]:
    for seed in job.seeds:
        path = job.get_path(AUTO, seed)
        for document in _iter_documents(job, seed):
            if not path.exists():
                raise BuildError(f"{path}: not found; document {document.id!r} has no annotation: {_REMEDY}.")
            yield document


def _write_files(job: _Job, folder: Path) -> None:
    """Writes all but the card; the gold layer first, because `documents` says who has one."""
    writer = DatasetWriter(folder, load_calibrations(job.layout))
    for layer in reversed(LAYERS):
        for number, annotation in enumerate(_iter_layer(job, layer)):
            _write_document(job, writer, annotation, layer=layer)
            document, sentences = annotation.document, annotation.sentences
            if layer == GOLD:
                job.gold_ids.add(document.id)
                continue
            has_gold = document.id in job.gold_ids
            row = document_to_row(document, number, _count_units(sentences), has_gold=has_gold)
            writer.add_document(job.plan.get_split(document.id, layer), row)
    writer.close()
    for layer, seed in product(LAYERS, job.seeds):
        source = job.get_path(layer, seed)
        if source.exists():
            copy = DataSetLayout(folder).get_conllu_dir(layer) / source.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    check_rebuilt(folder)
    if job.known:
        write_text_atomically(
            DataSetLayout(folder).overlap_path, [serialize_reports([known.report() for known in job.known])]
        )


def _count_units(sentences: Sequence[Sentence]) -> dict[str, int]:
    words = sum(len(sentence.words) for sentence in sentences)
    ranges = [token for sentence in sentences for token in sentence.multiword_tokens]
    return {
        "paragraph_count": sum(sentence.get_comment("newpar id") is not None for sentence in sentences),
        "sentence_count": len(sentences),
        "token_count": words - sum(token.last - token.first for token in ranges),
        "word_count": words,
    }


def _write_document(job: _Job, writer: DatasetWriter, annotation: _Annotation, *, layer: Layer) -> None:
    by_sentence = job.incidents.get(annotation.path, {})
    split = job.plan.get_split(annotation.document.id, layer)
    for place, sentence in _locate(annotation, layer):
        if layer == AUTO and sentence is annotation.sentences[0]:
            _check_provenance(annotation.path, sentence)
        sent_id = sentence.sent_id
        incidents = by_sentence.get(sent_id, [])
        level = compute_ud_levels(incidents, [sent_id])[sent_id]
        ids = sorted({incident.id for incident in incidents})
        writer.add_sentence(split, sentence, place, ud_level=level, incidents=ids)
        for known in job.known if layer == AUTO else ():
            known.compare(sent_id, split, sentence.text)


def _check_provenance(path: Path, sentence: Sentence) -> None:
    """The card states what made each document, and reads it off the document's first sentence."""
    if not (sentence.get_comment("generator") and sentence.get_comment("models")):
        raise BuildError(
            f"{path}:{sentence.line}: no `# generator` or no `# models`, which the card states: {_REMEDY}."
        )


def _locate(annotation: _Annotation, layer: Layer) -> Iterator[tuple[Place, Sentence]]:
    """The document's sentences with their places; a paragraph's id stands on its first sentence only."""
    par_id = ""
    models = (annotation.sentences[0].get_comment("models") if annotation.sentences else None) or ""
    for sentence in annotation.sentences:
        par_id = sentence.get_comment("newpar id") or par_id
        for fact, value in (("sent_id", sentence.sent_id), ("newpar id", par_id)):
            if not value:
                raise BuildError(f"{annotation.path}:{sentence.line}: no `# {fact} = ...`; add it, or {_REMEDY}.")
        yield Place(annotation.document.id, par_id, layer, str(annotation.path), models), sentence


def _iter_layer(job: _Job, layer: Layer) -> Iterator[_Annotation]:
    """The documents of a layer in their order, each with its sentences."""
    for seed in job.seeds:
        path = job.get_path(layer, seed)
        if path.exists():
            yield from _match(job, path, _iter_documents(job, seed), layer)


def _match(job: _Job, path: Path, documents: Iterable[Document], layer: Layer) -> Iterator[_Annotation]:
    """The documents with their sentences; gold may leave documents out."""
    walker = AnnotationWalker.open(path)
    for document in documents:
        found: list[Sentence] | None = None
        for doc_id, found in walker.walk_to(document.id):
            if doc_id != document.id:
                raise _describe_stranger(path, doc_id, found, layer)
        if found is None and layer == AUTO and split_paragraphs(document, job.settings):
            raise BuildError(f"{path}: document {document.id!r} of {document.path} is not there: {_REMEDY}.")
        if found is not None or layer == AUTO:
            yield _Annotation(document, path, found or [])
    for doc_id, sentences in walker.walk_on():
        raise _describe_stranger(path, doc_id, sentences, layer)


def _describe_stranger(path: Path, doc_id: str, sentences: Sequence[Sentence], layer: Layer) -> BuildError:
    remedy = _REMEDY if layer == AUTO else "correct the `# newdoc id` lines or their order"
    return BuildError(
        f"{path}:{sentences[0].line}: document {doc_id!r} is not in the seed file, or not in this order; {remedy}."
    )
