import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from mudawwana.base.layout import AUTO
from mudawwana.cli.annotate import annotate_seeds
from mudawwana.cli.options import (
    STDIN,
    AnnotationOptions,
    annotation_options,
    hold_corpus,
    json_option,
    tell_overlaps_gone,
    track_validation,
)

if TYPE_CHECKING:
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.seeds.documents import SeedFile
    from mudawwana.seeds.settings import Settings

_SUMMARY = """\
documents    {documents}
paragraphs   {paragraphs}
sentences    {sentences}
tokens       {tokens} ({multiword_tokens} of them multi-word)
words        {words}
validity     {error_count} errors, {warning_count} warnings (UD level 5 and Mudawwana's own checks)
repairs      {repairs}
annotations  {auto_dir}
data set     {corpus_dir}

from datasets import load_dataset
sentences = load_dataset("{corpus_dir}", split="train")  # this folder: not the one above it, nor conllu/"""


@click.command()
@annotation_options
@json_option
def run(options: AnnotationOptions, as_json: bool) -> None:
    """Annotate, validate and build: from seeds/ to the data set in corpus/.

    Exit status 1 if the annotations are not valid (`mudawwana validate` then says where) or a document could not
    be annotated (annotations/quarantine/ says which and why; the data set then lacks it).

    CORPUS may be a folder in an object store: s3://BUCKET/PATH (extra `s3`).
    """
    if options.corpus == STDIN:
        raise click.UsageError("a text alone makes no data set; `mudawwana annotate -` writes CoNLL-U.")
    with hold_corpus(options.corpus, options.wait):
        annotated = annotate_seeds(options, check=_check_facts)
        from mudawwana.base.layout import CorpusLayout
        from mudawwana.base.mirror import mirror_corpus
        from mudawwana.dataset.build import build_dataset
        from mudawwana.seeds.settings import load_settings

        click.echo("Validating and building ...", err=True)
        layout = CorpusLayout(options.corpus)
        with mirror_corpus(layout) as local:
            seeds = [replace(seed, path=local.seeds_dir / seed.file) for seed in annotated.seeds]
            report = build_dataset(local, load_settings(local), seeds=seeds, track=track_validation)
    if as_json:
        told = asdict(report) | {"failed_batches": [asdict(batch) for batch in annotated.failed_batches]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    else:
        facts = asdict(report.statistics[AUTO])
        repairs = ", ".join(f"{rule} {count}" for rule, count in facts["repair_counts"].items()) or "none"
        click.echo(
            _SUMMARY.format(**facts, repairs=repairs, auto_dir=layout.auto_dir, corpus_dir=layout.corpus_dir)
        )
    tell_overlaps_gone(report)
    error_count = sum(statistics.error_count for statistics in report.statistics.values()) + report.stray_files
    if error_count:
        click.echo("The annotations are not valid: see `mudawwana validate`.", err=True)
    raise SystemExit(1 if error_count or annotated.quarantined else 0)


def _check_facts(layout: "CorpusLayout", settings: "Settings", seeds: "Sequence[SeedFile]") -> None:
    """Raises BuildError where the card would lack a fact: before the annotation, not hours later."""
    from mudawwana.dataset.card import check_document_facts, check_settings
    from mudawwana.seeds.documents import iter_documents

    check_settings(settings, has_gold=layout.has_gold)
    if not (settings.text_source and settings.text_licence):
        check_document_facts(iter_documents(seeds, settings))
