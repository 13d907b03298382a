import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mudawwana.cli.options import json_option

if TYPE_CHECKING:
    from mudawwana.base.records import Sentence


@click.command()
@click.argument("treebank", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def prepare(treebank: Path, out: Path, as_json: bool) -> None:
    """Write TREEBANK, a file in UD_Arabic-PUD's style, in Mudawwana's conventions to OUT.

    Clitics become multi-word tokens with the syntactic forms restored; PronType and ExtPos are completed; tags and
    trees become those that Universal Dependencies documents for Arabic; MISC stays. Says on stderr how many words
    each rule changed. Score the embedded models on other gold data only after bringing it into these conventions.
    """
    from mudawwana.base.conllu_io import read_conllu, write_conllu
    from mudawwana.training.prepare import prepare_treebank

    counts: Counter[str] = Counter()
    sentences = list(read_conllu(treebank))
    prepared = list(prepare_treebank(sentences, counts))
    write_conllu(out, prepared)
    repeated = _count_documents(sentences) - _count_documents(prepared)
    if repeated:
        click.echo(
            f"{repeated} repeated `# newdoc id` are left out: sentences that follow each other with the same one "
            "are one document.",
            err=True,
        )
    if as_json:
        click.echo(json.dumps(dict(_sort_counts(counts)), indent=1))
    else:
        click.echo(_describe(counts, len(prepared)), err=True, nl=False)


def _count_documents(sentences: "Iterable[Sentence]") -> int:
    return sum(sentence.get_comment("newdoc id") is not None for sentence in sentences)


def _describe(counts: Counter[str], sentence_count: int) -> str:
    """A line for each rule, the one that changed most words first; a word may be changed by several."""
    lines = [f"{sentence_count:,} sentences; words changed by each rule (docs/conventions.md):\n"]
    return "".join([*lines, *(f"{count:>7,} {rule}\n" for rule, count in _sort_counts(counts))])


def _sort_counts(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
