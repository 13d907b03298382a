import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudawwana.base.layout import AUTO, LAYERS, CorpusLayout, Layer
from mudawwana.cli.options import json_option

if TYPE_CHECKING:
    from mudawwana.base.records import Sentence

_PATH = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("path", type=_PATH, default=Path(), required=False)
@click.option(
    "--layer", type=click.Choice(LAYERS), default=AUTO, show_default=True, help="Of a corpus: which layer."
)
@click.option(
    "--beside",
    type=_PATH,
    metavar="PATH",
    help="Another annotation, such as a gold treebank, for a second column: what the shares would be at best.",
)
@json_option
def stats(path: Path, layer: Layer, beside: Path | None, as_json: bool) -> None:
    """Measure, without gold, how well an annotation keeps to Arabic grammar, and what its verbs can be.

    PATH is a corpus, a CoNLL-U file, or a folder of some. Shares are read beside those of gold: grammar has
    exceptions. Verbs are counted per 1,000; a value that never comes out is one that the models do not know.
    """
    from mudawwana.compare.consistency import build_table, measure_consistency

    paths = [path, beside] if beside else [path]
    found = [measure_consistency(_iter_sentences(one, layer)) for one in paths]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
        return
    click.echo(build_table(found))


def _iter_sentences(path: Path, layer: Layer) -> "Iterator[Sentence]":
    from mudawwana.base.conllu_io import read_conllu
    from mudawwana.compare.pairing import list_annotation_files

    layout = CorpusLayout(path)
    for file in list_annotation_files(layout.get_layer_dir(layer) if layout.settings_path.exists() else path):
        yield from read_conllu(file)
