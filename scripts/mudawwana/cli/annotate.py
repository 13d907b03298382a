from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudawwana.cli.options import build_source, corpus_argument, dataset_options, models_option, stock_option

if TYPE_CHECKING:
    from mudawwana.from_dataset import DatasetSource
    from mudawwana.layout import CorpusLayout
    from mudawwana.settings import Settings


@click.command()
@corpus_argument
@models_option
@stock_option
@dataset_options
def annotate(
    corpus: Path,
    models: str | None,
    stock: bool,
    from_dataset: str | None,
    text_column: str | None,
    id_column: str | None,
    split: str | None,
    config: str | None,
) -> None:
    """Annotate the documents in seeds/ with Stanza, into annotations/auto/."""
    source = build_source(from_dataset, text_column, id_column=id_column, split=split, config=config)
    for path in annotate_seeds(corpus, models, source, stock=stock):
        click.echo(path)


def annotate_seeds(
    corpus: Path, models_name: str | None, source: "DatasetSource | None", *, stock: bool = False
) -> list[Path]:
    """The annotation files written for the corpus's documents, with a progress bar on stderr.

    The rows of `source` become a seed file first.
    """
    from tqdm import tqdm

    from mudawwana.documents import check_seeds, iter_documents, update_documents_csv
    from mudawwana.layout import CorpusLayout, get_stem
    from mudawwana.settings import load_settings

    layout = CorpusLayout(corpus)
    settings = load_settings(layout)
    if source:
        _import(layout, settings, source)
    seeds = check_seeds(layout, settings)
    click.echo("Loading models ...", err=True)
    from mudawwana.engines.here import annotate_corpus
    from mudawwana.models import load_models

    models = load_models(models_name or settings.models, stock=stock)
    total = sum(seed.raw_words for seed in seeds)
    paths: list[Path] = []
    try:
        # disable=None: no bar where stderr is no terminal
        with tqdm(total=total, unit="word", unit_scale=True, desc="Annotating", disable=None) as bar:
            documents = iter_documents(seeds, settings)
            for path in annotate_corpus(layout, settings, documents, models, advance=bar.update):
                paths.append(path)  # one by one: those before an error count
    finally:
        # Not before: a sha256 there says that this state of the file is annotated.
        done = {path.stem for path in paths}
        update_documents_csv(layout, (seed for seed in seeds if get_stem(seed.path.name) in done))
    return paths


def _import(layout: "CorpusLayout", settings: "Settings", source: "DatasetSource") -> None:
    from mudawwana.from_dataset import import_dataset

    report = import_dataset(layout, settings, source)
    click.echo(f"{report.path}: {report.rows} documents of {source.name}", err=True)
    if report.blank_rows:
        some = ", ".join(map(str, report.blank_rows[:10])) + (", ..." if len(report.blank_rows) > 10 else "")
        click.echo(f"{len(report.blank_rows)} rows without text are left out: {some}", err=True)
