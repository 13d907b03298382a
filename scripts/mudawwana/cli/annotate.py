import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudawwana.cli.options import STDIN, AnnotationOptions, annotation_options, check_seeds_aloud, hold_corpus

if TYPE_CHECKING:
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.engines.assembly import AnnotationFile
    from mudawwana.engines.quarantine import FailedBatch, QuarantinedDocument
    from mudawwana.engines.run import Engine, Run
    from mudawwana.seeds.documents import SeedFile
    from mudawwana.seeds.from_dataset import DatasetSource, ImportReport
    from mudawwana.seeds.settings import Settings


@dataclass(frozen=True, slots=True)
class Annotated:
    """What an annotation has come to."""

    seeds: "list[SeedFile]"
    """All seed files, as they are now."""
    paths: list[Path]
    """Their annotation files; a seed file of which every document is in quarantine has none."""
    quarantined: "list[QuarantinedDocument]"
    failed_batches: "list[FailedBatch]"


@click.command()
@annotation_options
def annotate(options: AnnotationOptions) -> None:
    """Annotate the documents in seeds/ with Stanza, into annotations/auto/.

    What is annotated already stays, if document, settings and models are the same: a run that was cut off goes on
    with the same command. Exit status 1 if a document could not be annotated; it is listed, with the reason, in
    annotations/quarantine/, and the next run tries it again.

    CORPUS may be a folder in an object store: s3://BUCKET/PATH (extra `s3`). Where it is `-`, a text in UTF-8 is
    read from stdin, a paragraph a line, and its CoNLL-U is written to stdout; no corpus is needed.
    """
    if options.corpus == STDIN:
        click.echo(_annotate_stdin(options), nl=False)
        return
    with hold_corpus(options.corpus, options.wait):
        annotated = annotate_seeds(options)
    for path in annotated.paths:
        click.echo(path)
    raise SystemExit(1 if annotated.quarantined else 0)


def _annotate_stdin(options: AnnotationOptions) -> str:
    from mudawwana.annotate.texts import annotate_to_conllu
    from mudawwana.base.errors import DocumentError
    from mudawwana.seeds.decoding import UTF8, decode, find_damage
    from mudawwana.seeds.formats import is_visible
    from mudawwana.seeds.settings import EMBEDDED

    if options.from_dataset or options.stock or options.engine != "here":
        raise click.UsageError("of a text on stdin, only --models can be said.")
    text = decode(sys.stdin.buffer.read(), UTF8, "stdin").removeprefix("\ufeff")
    if damage := find_damage(text):
        raise DocumentError(f"stdin: {damage}, which no text holds; correct or remove it.")
    if not is_visible(text):
        raise DocumentError("stdin: no text in it, only white space or nothing.")
    return annotate_to_conllu(text, models=options.models or EMBEDDED)


def annotate_seeds(
    options: AnnotationOptions,
    *,
    check: "Callable[[CorpusLayout, Settings, Sequence[SeedFile]], object]" = lambda *_: None,
) -> Annotated:
    """Annotates the corpus's documents, with the progress on stderr; `check` sees them before the models do."""
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.seeds.settings import load_settings

    layout = CorpusLayout(options.corpus)
    settings = load_settings(layout)
    seeds = _check_seeds(layout, settings, options.source)
    check(layout, settings, seeds)
    click.echo("Looking for what is annotated already ...", err=True)
    from mudawwana.annotate.task import build_job
    from mudawwana.engines.run import Run

    models = options.models or settings.models
    job = build_job(layout, settings, models, stock=options.stock)
    _keep_calibration(layout, models, job.stamp)
    run = Run(job, seeds)
    for problem in run.problems:
        click.echo(problem, err=True)
    return _annotate(layout, run, seeds, options.build_engine(run.words_to_do))


def _annotate(layout: "CorpusLayout", run: "Run", seeds: "Sequence[SeedFile]", engine: "Engine") -> Annotated:
    from mudawwana.cli.progress import Progress
    from mudawwana.seeds.documents import update_documents_csv

    files: dict[Path, AnnotationFile] = {}
    try:
        with (
            Progress(run.words, run.words_to_do, workers=engine.workers) as progress,
            closing(run.annotate(engine, advance=progress.update)) as annotated,
        ):
            for file in annotated:
                files[file.seed.path] = file  # one by one: those before an error count
    finally:
        # Not before: a sha256 there says that this state of the file is annotated.
        updated = update_documents_csv(layout, [seed for seed in seeds if seed.path in files])
    quarantined = [document for seed in seeds for document in files[seed.path].quarantined]
    for document in quarantined:
        path = layout.get_quarantine_path(document.seed)
        click.echo(f"{path}: {document.id!r} could not be annotated: {document.reason}", err=True)
    failed = [batch for seed in seeds for batch in files[seed.path].failed_batches]
    for batch in failed:
        click.echo(_describe(batch), err=True)
    paths = [path for seed in seeds if (path := files[seed.path].path).exists()]
    return Annotated(updated, paths, quarantined, failed)


def _keep_calibration(layout: "CorpusLayout", models: str, stamp: str) -> None:
    from mudawwana.annotate.tiers import keep_calibration
    from mudawwana.seeds.settings import EMBEDDED, OFFICIAL_PACKAGES

    calibration = keep_calibration(layout, None if models in (EMBEDDED, *OFFICIAL_PACKAGES) else Path(models))
    if calibration and calibration.fingerprint not in stamp:
        message = f"{models}: calibration.json there is of other models, so words have no tiers; calibrate anew."
        click.echo(message, err=True)


def _describe(batch: "FailedBatch") -> str:
    ids = [repr(document) for document in (*batch.documents[:1], *batch.documents[1:][-1:])]
    which = f"the documents {' to '.join(ids)}" if ids else "a part of a document"
    return (
        f"{batch.seed}: the models failed on {which} together ({batch.reason}), and not one by one: all are "
        "annotated; please report the error."
    )


def _check_seeds(layout: "CorpusLayout", settings: "Settings", source: "DatasetSource | None") -> "list[SeedFile]":
    """The corpus's seed files, with the data set's first; of one that is refused nothing stays."""
    from mudawwana.base.errors import MudawwanaError
    from mudawwana.base.files import remove_file

    report = _import(layout, settings, source) if source else None
    try:
        return check_seeds_aloud(layout, settings)
    except MudawwanaError:
        if report and report.is_new:
            remove_file(report.path)
            click.echo(f"{report.path}: taken away again, as the corpus cannot be annotated with it.", err=True)
        raise


def _import(layout: "CorpusLayout", settings: "Settings", source: "DatasetSource") -> "ImportReport":
    from mudawwana.seeds.from_dataset import import_dataset

    report = import_dataset(layout, settings, source)
    click.echo(f"{report.path}: {report.rows} documents of {source.name}", err=True)
    if report.blank_rows:
        some = ", ".join(map(str, report.blank_rows[:10])) + (", ..." if len(report.blank_rows) > 10 else "")
        click.echo(f"{len(report.blank_rows)} rows without text are left out: {some}", err=True)
    return report
