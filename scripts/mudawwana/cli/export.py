"""`mudawwana export FORMAT`: one small command a format."""

from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument

output_option = click.option(
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; made if need be.",
)


@click.group()
def export() -> None:
    """Give the data set in corpus/ in another format."""


@export.command()
@corpus_argument
@output_option
def conllu(corpus: Path, output: Path) -> None:
    """CoNLL-U: the annotation files, byte for byte, rebuilt from the Parquet files.

    Writes DIR/auto/NAME.conllu and, where there is a gold layer, DIR/gold/NAME.conllu; prints their paths.
    """
    from mudawwana.dataset.rebuild import export_conllu
    from mudawwana.layout import CorpusLayout

    for path in export_conllu(CorpusLayout(corpus).corpus_dir, output):
        click.echo(path)
