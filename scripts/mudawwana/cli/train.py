from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from mudawwana.base.errors import ModelError

_DATA = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("treebank", type=_DATA)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="DIR")
@click.option(
    "--rawtext",
    type=_DATA,
    multiple=True,
    metavar="PATH",
    help="Text, a paragraph a line (.txt or .txt.xz), or a folder of such files, for word vectors and clitics; "
    "may be given several times. Needs the extra `train`.",
)
@click.option(
    "--device",
    default="cpu",
    show_default=True,
    help="Where to train, as torch names it: cpu, cuda, cuda:1 ...",
)
@click.option("--licence", default="not stated", help="The models' licence, for their cards.")
@click.option("--credit", multiple=True, metavar="TEXT", help="Whom to name for the data, for the cards.")
def train(
    treebank: Path,
    output: Path,
    rawtext: tuple[Path, ...],
    device: str,
    licence: str,
    credit: tuple[str, ...],
) -> None:
    """Train Stanza's five Arabic models on TREEBANK by the embedded models' recipe, into DIR.

    TREEBANK is CoNLL-U with `# newdoc id`, or a folder with one such file. DIR/work keeps each stage's output
    under a key of its inputs: after a stop the same command goes on with the stage at which it stopped. The
    trained folder is then a value for --models.
    """
    from mudawwana.training.report import Provenance, score_models, write_cards
    from mudawwana.training.train import find_device_problem, train_models

    if problem := find_device_problem(device):
        raise click.BadParameter(problem, param_hint="--device")
    treebanks = list(_iter_files([treebank], ".conllu"))
    if len(treebanks) != 1:
        raise ModelError(f"{treebank}: {len(treebanks)} .conllu files; one is needed: name it.")
    texts = list(_iter_files(rawtext, ".txt", ".txt.xz"))
    train_models(treebanks[0], output, rawtext_paths=texts, device=device)
    table = score_models(output)
    write_cards(output, Provenance(treebanks[0], texts, licence, credit), table)
    click.echo(table)


def _iter_files(paths: Iterable[Path], *endings: str) -> Iterator[Path]:
    """The files as they are, and of folders those with one of the endings, in the order of their names."""
    for path in paths:
        yield from (
            (one for one in sorted(path.iterdir()) if one.name.endswith(endings)) if path.is_dir() else [path]
        )
