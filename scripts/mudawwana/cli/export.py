"""`mudawwana export FORMAT`: one small command a format."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudawwana.base.layout import AUTO, LAYERS, CorpusLayout
from mudawwana.cli.options import corpus_argument

if TYPE_CHECKING:
    from mudawwana.exports.docbin import Unit

output_option = click.option(
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; made if need be.",
)
held_out_option = click.option(
    "--held-out",
    metavar="N",
    type=click.IntRange(min=2),
    help="Where the data set has no split `validation`: make every Nth paragraph of `train` one.",
)
name_option = click.option(
    "--name", metavar="NAME", default="mudawwana", show_default=True, help="What the corpus is called there."
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

    for path in export_conllu(CorpusLayout(corpus).corpus_dir, output):
        click.echo(path)


@export.command()
@corpus_argument
@output_option
@held_out_option
@click.option(
    "--unit",
    type=click.Choice(["token", "word"]),
    default="token",
    show_default=True,
    help="What one spaCy token is: a surface token (text as written, for pipelines that read raw text), or a "
    "syntactic word (whole trees, all columns).",
)
def spacy(corpus: Path, output: Path, held_out: int | None, unit: "Unit") -> None:
    """SpaCy: DIR/SPLIT.spacy, a DocBin a split, for `spacy train`. Needs the extra `spacy`."""
    from mudawwana.exports.docbin import write_docbin
    from mudawwana.exports.paragraphs import iter_splits

    for split, paragraphs in iter_splits(CorpusLayout(corpus).corpus_dir, held_out):
        click.echo(write_docbin(paragraphs, output, split=split, unit=unit))


@export.command()
@corpus_argument
@output_option
@held_out_option
@name_option
def stanza(corpus: Path, output: Path, held_out: int | None, name: str) -> None:
    """Stanza: the files that its trainers read, below DIR as below DATA_ROOT; the treebank is called ar_NAME."""
    from mudawwana.exports.paragraphs import iter_splits
    from mudawwana.exports.stanza_files import write_stanza

    for split, paragraphs in iter_splits(CorpusLayout(corpus).corpus_dir, held_out):
        for path in write_stanza(paragraphs, output, split=split, name=f"ar_{name}"):
            click.echo(path)


@export.command()
@corpus_argument
@output_option
@held_out_option
def udpipe(corpus: Path, output: Path, held_out: int | None) -> None:
    """UDPipe: DIR/SPLIT.conllu, one file a split."""
    from mudawwana.exports.paragraphs import iter_splits
    from mudawwana.exports.udpipe import write_udpipe

    for split, paragraphs in iter_splits(CorpusLayout(corpus).corpus_dir, held_out):
        click.echo(write_udpipe(paragraphs, output, split=split))


@export.command()
@corpus_argument
@output_option
@name_option
@click.option("--layer", type=click.Choice(LAYERS), default=AUTO, show_default=True, help="Which annotations.")
@click.option(
    "--folder",
    metavar="PATH",
    default="",
    help="Where DIR will stand on the concordancer's machine, for the registry file; by default DIR as given.",
)
def vertical(corpus: Path, output: Path, name: str, layer: str, folder: str) -> None:
    """(No)Sketch Engine and KonText: DIR/NAME.vert with its registry file DIR/registry/NAME."""
    from mudawwana.exports.paragraphs import read_layer
    from mudawwana.exports.vertical import write_vertical

    dataset_dir = CorpusLayout(corpus).corpus_dir
    for path in write_vertical(read_layer(dataset_dir, layer), dataset_dir, output, name=name, folder=folder):
        click.echo(path)
