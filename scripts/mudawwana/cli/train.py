from pathlib import Path

import click


@click.command()
@click.argument("treebank", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option(
    "--rawtext",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Text, a paragraph a line (.txt or .xz), for word vectors; may be given several times. "
    "Needs the extra mudawwana[train].",
)
@click.option("--licence", default="not stated", help="The models' licence, for their cards.")
@click.option("--credit", multiple=True, metavar="TEXT", help="Whom to name for the data, for the cards.")
def train(treebank: Path, output: Path, rawtext: tuple[Path, ...], licence: str, credit: tuple[str, ...]) -> None:
    """Train Stanza's five Arabic models on TREEBANK (CoNLL-U with `# newdoc id`), into DIR.

    DIR/work keeps what is needed to go on after a stop: the same command continues with the model at which it
    stopped. The trained folder is then a value for --models.
    """
    from mudawwana.training.report import Provenance, score_models, write_cards
    from mudawwana.training.train import train_models

    train_models(treebank, output, rawtext_paths=rawtext)
    table = score_models(output)
    write_cards(output, Provenance(treebank, rawtext, licence, credit), table)
    click.echo(table)
