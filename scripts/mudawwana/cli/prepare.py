from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mudawwana.base.records import Sentence


@click.command()
@click.argument("treebank", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def prepare(treebank: Path, out: Path) -> None:
    """Write TREEBANK, a file in UD_Arabic-PUD's style, in Mudawwana's conventions to OUT.

    Clitics become multi-word tokens with the syntactic forms restored; PronType and ExtPos are completed; MISC
    stays. Score the embedded models on other gold data only after bringing it into these conventions.
    """
    from mudawwana.base.conllu_io import read_conllu, write_conllu
    from mudawwana.training.prepare import prepare_treebank

    sentences = list(read_conllu(treebank))
    prepared = list(prepare_treebank(sentences))
    write_conllu(out, prepared)
    repeated = _count_documents(sentences) - _count_documents(prepared)
    if repeated:
        click.echo(
            f"{repeated} repeated `# newdoc id` are left out: sentences that follow each other with the same one "
            "are one document.",
            err=True,
        )


def _count_documents(sentences: "Iterable[Sentence]") -> int:
    return sum(sentence.get_comment("newdoc id") is not None for sentence in sentences)
