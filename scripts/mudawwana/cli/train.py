from pathlib import Path

import click


@click.command()
@click.argument("treebank", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
def train(treebank: Path, output: Path) -> None:
    """Train Stanza's five Arabic models on TREEBANK (CoNLL-U with `# newdoc id`), into DIR.

    DIR/work keeps what is needed to go on after a stop: the same command continues with the model at which it
    stopped. The trained folder is then a value for --models.
    """
    from mudawwana.training.report import score_models, write_cards
    from mudawwana.training.train import train_models

    train_models(treebank, output)
    _, table = score_models(output)
    write_cards(output, treebank, table)
    click.echo(table)
