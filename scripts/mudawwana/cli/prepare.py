from pathlib import Path

import click


@click.command()
@click.argument("treebank", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def prepare(treebank: Path, out: Path) -> None:
    """Write TREEBANK, a file in UD_Arabic-PUD's style, in Mudawwana's conventions to OUT.

    Clitics become multi-word tokens with the syntactic forms restored; PronType and ExtPos are completed.
    Score the embedded models on other gold data only after bringing it into these conventions.
    """
    from mudawwana.base.conllu_io import read_conllu, write_conllu
    from mudawwana.training.prepare import prepare_treebank

    write_conllu(out, prepare_treebank(read_conllu(treebank)))
