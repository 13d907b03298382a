"""Check a corpus: its annotation files by UD's validator, and against the seeds they were made from.

Everything streams: memory holds one document with its sentences, the ids of all, and the incidents, however big
a file is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, groupby
from pathlib import Path

from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.errors import ConlluError
from mudawwana.base.layout import AUTO, GOLD, LAYERS, CorpusLayout, Layer, list_conllu
from mudawwana.base.misc import PROBABILITIES, get_misc
from mudawwana.base.records import Document, Paragraph, Sentence
from mudawwana.base.walker import AnnotationWalker
from mudawwana.engines.quarantine import read_quarantine
from mudawwana.seeds.documents import SeedFile, check_seeds, iter_documents, split_paragraphs
from mudawwana.seeds.settings import Settings
from mudawwana.validate.incidents import Incident, blame, make_incident
from mudawwana.validate.promises import check_promises
from mudawwana.validate.round_trip import check_round_trip
from mudawwana.validate.ud_validator import check_ud, compute_ud_levels

__all__ = ["Incident", "check_corpus", "check_promises", "check_ud", "compute_ud_levels"]

_REMEDIES = {AUTO: "run `mudawwana annotate`, which makes {} again", GOLD: "correct {} by hand"}
"""By layer, what to do about an annotation file whose seed has changed."""


@dataclass(frozen=True)
class _Job:
    """One validation: what it reads, and what it gathers over all files."""

    layout: CorpusLayout
    settings: Settings
    ticks: Iterator[int]
    """Gives a number for each sentence that UD's validator has checked, which takes most of the time."""
    sent_ids: dict[Layer, dict[str, str]] = field(default_factory=lambda: {layer: {} for layer in LAYERS})
    """By layer, each sent_id with the place where it stands first."""
    known: set[Path] = field(default_factory=set)
    """The annotation files that a seed file may have."""


@dataclass(frozen=True, slots=True)
class _File:
    """An annotation file that is there."""

    path: Path
    name: str
    """Relative to the corpus's root."""
    layer: Layer
    seed: SeedFile

    @property
    def seed_name(self) -> str:
        return self.seed.name


def check_corpus(
    layout: CorpusLayout,
    settings: Settings,
    *,
    seeds: Sequence[SeedFile] | None = None,
    track: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> list[Incident]:
    """The incidents of all annotation files of both layers, by seed file, then annotation file, then line.

    `seeds` are the seed files where they have been checked already. `track` may show progress: it is given numbers
    from 1 on, of which one is taken for each sentence that is checked.

    Incidents: all of `INCIDENTS` and those of UD's validator. The gold layer may leave documents out, and needs
    no models: people may annotate without any.
    """
    seeds = check_seeds(layout, settings) if seeds is None else seeds
    by_name = {seed.name: seed for seed in seeds}
    job = _Job(layout, settings, iter(track(count(1))))
    incidents: list[Incident] = []
    for name, group in groupby(iter_documents(seeds, settings), key=lambda document: document.path):
        incidents += _check_seed(job, by_name[name], group)
    return [*incidents, *_check_strays(job)]


def _check_seed(job: _Job, seed: SeedFile, documents: Iterable[Document]) -> Iterator[Incident]:
    """The incidents of a seed file's annotation files; `documents` are all that it holds."""
    incidents: dict[str, list[Incident]] = {}
    walkers: list[tuple[_File, AnnotationWalker]] = []
    for layer in job.sent_ids:
        path = job.layout.get_annotation_path(layer, seed.name)
        job.known.add(path)
        file = _File(path, path.relative_to(job.layout.root).as_posix(), layer, seed)
        if path.exists():
            try:
                incidents[file.name] = _check_file(job, file)
                walkers.append((file, _open_walker(file)))
            except ConlluError as error:
                incidents[file.name] = [_describe_unreadable(file, error)]
        elif layer == AUTO:
            message = f"there is no {file.name}; {_find_remedy(job, file.seed_name)}."
            incidents[file.name] = [make_incident("document-not-annotated", file.seed_name, message)]
    for document in documents:
        paragraphs = split_paragraphs(document, job.settings)
        for file, walker in walkers:
            incidents[file.name] += _check_document(job, file, walker, document, paragraphs)
    for file, walker in walkers:
        incidents[file.name] += (_describe_unknown(file, *one) for one in walker.walk_on())
    for found in incidents.values():
        yield from sorted(found, key=lambda incident: (incident.line, incident.level))


def _check_file(job: _Job, file: _File) -> list[Incident]:
    """What is wrong with a file apart from its documents.

    Incidents: seed-not-listed, seed-changed, sent-id-not-unique, conllu-not-round-trip, and those of `check_ud`.

    Raises ConlluError where it cannot be read.
    """
    incidents = list(_check_hash(file))
    owners = job.sent_ids[file.layer]
    for sentence in read_conllu(file.path):
        incidents += check_round_trip(file.name, sentence)
        place = f"{file.name}:{sentence.line}"
        owner = owners.setdefault(sentence.sent_id, place)
        if sentence.sent_id and owner != place:
            message = f"the sentence at {owner} has this id, too; ids are unique in a layer."
            incidents.append(blame("sent-id-not-unique", file.name, sentence, message))
    return incidents + [
        replace(incident, path=file.name) for incident in check_ud(file.path, advance=lambda: next(job.ticks))
    ]


def _check_hash(file: _File) -> Iterator[Incident]:
    """seed-not-listed, seed-changed."""
    recorded = file.seed.row.get("sha256", "")
    if not recorded:
        message = f"seeds/documents.csv has no sha256 for {file.seed_name}; run `mudawwana annotate`."
        yield make_incident("seed-not-listed", file.name, message)
    elif file.seed.sha256 != recorded:
        remedy = _REMEDIES[file.layer].format(file.name)
        message = (
            f"{file.seed_name} has the sha256 {file.seed.sha256}, but had {recorded} when annotated; {remedy}."
        )
        yield make_incident("seed-changed", file.name, message)


def _describe_unreadable(file: _File, error: ConlluError) -> Incident:
    """The error as an incident; its message begins with `path:line: `."""
    line, _, message = str(error).removeprefix(f"{file.path}:").partition(": ")
    return make_incident("unreadable-conllu", file.name, message, line=int(line))


def _open_walker(file: _File) -> AnnotationWalker:
    if only_id := file.seed.document_id:
        # All sentences are taken for that document's: newdoc-missing says where they say otherwise.
        return AnnotationWalker([(only_id, list(read_conllu(file.path)))], [only_id])
    return AnnotationWalker.open(file.path)


def _check_document(
    job: _Job, file: _File, walker: AnnotationWalker, document: Document, paragraphs: Sequence[Paragraph]
) -> Iterator[Incident]:
    """The incidents of the seed file's next document: document-not-annotated, and those of its promises."""
    found = ""
    for found, sentences in walker.walk_to(document.id):
        if found != document.id:
            yield _describe_unknown(file, found, sentences)
            continue
        for incident in check_promises(file.name, sentences, document, paragraphs):
            if file.layer == AUTO or incident.id != "models-missing":
                yield incident
        if file.layer == GOLD:
            yield from _check_confidence(file, sentences)
    if found != document.id and file.layer == AUTO and paragraphs:
        remedy = _find_remedy(job, file.seed_name, document.id)
        message = f"no `# newdoc id = {document.id}` comes here; {remedy}."
        yield make_incident("document-not-annotated", file.name, message)


def _check_confidence(file: _File, sentences: Sequence[Sentence]) -> Iterator[Incident]:
    """gold-with-confidence, once a document."""
    words = [(one, word) for one in sentences for word in one.words]
    rated = [(one, word) for one, word in words if any(get_misc(word.misc, key) for key in PROBABILITIES)]
    if rated:
        message = f"{len(rated)} words have {', '.join(PROBABILITIES)}, which are the models' and no person's."
        yield blame("gold-with-confidence", file.name, rated[0][0], message, at=rated[0][1])


def _describe_unknown(file: _File, document_id: str, sentences: Sequence[Sentence]) -> Incident:
    message = f"{document_id!r} is not the id of a document of {file.seed_name} that comes here."
    return blame("document-unknown", file.name, sentences[0], message)


def _find_remedy(job: _Job, seed: str, document_id: str | None = None) -> str:
    """What to do about a document, or a whole seed file, that is not annotated."""
    for document in read_quarantine(job.layout, seed):
        if document_id in (None, document.id):
            place = job.layout.get_quarantine_path(seed).relative_to(job.layout.root).as_posix()
            return f"{place} says why: {document.reason[:200]}"
    return "run `mudawwana annotate`"


def _check_strays(job: _Job) -> Iterator[Incident]:
    """annotation-without-seed."""
    for layer in LAYERS:
        for path in list_conllu(job.layout.get_layer_dir(layer)):
            if path not in job.known:
                message = f"there is no file {path.stem}.* in seeds/; put it back, or remove this file."
                yield make_incident(
                    "annotation-without-seed", path.relative_to(job.layout.root).as_posix(), message
                )
