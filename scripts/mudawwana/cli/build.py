from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument, track_validation


@click.command()
@corpus_argument
def build(corpus: Path) -> None:
    """Build the Hugging Face data set in corpus/ from the annotations: Parquet, CoNLL-U and data card."""
    from mudawwana.dataset.build import build_dataset
    from mudawwana.layout import CorpusLayout
    from mudawwana.settings import load_settings

    layout = CorpusLayout(corpus)
    report = build_dataset(layout, load_settings(layout), track=track_validation)
    for path in report.paths:
        click.echo(path)
