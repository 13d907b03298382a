import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from mudawwana.cli.options import corpus_argument, html_option, json_option, models_option

if TYPE_CHECKING:
    from mudawwana.compare.evaluate import Evaluation


@click.command()
@corpus_argument
@click.option(
    "--gold",
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="Gold annotation: a CoNLL-U file, or a folder of some. Alone, --models annotate its raw text anew.",
)
@click.option(
    "--system",
    type=click.Path(exists=True, path_type=Path),
    metavar="PATH",
    help="With --gold: what to score, a file or folder likewise.",
)
@models_option
@json_option
@html_option
def evaluate(
    corpus: Path, gold: Path | None, system: Path | None, models: str | None, as_json: bool, html: Path | None
) -> None:
    """Score an annotation against gold: by default CORPUS's automatic layer against its gold layer.

    Prints the CoNLL 2018 metrics with 95 % intervals; which UPOS, features and relations are taken for which;
    accuracy by sentence length, by distance to the head, by relation.
    """
    if system and (models or not gold):
        raise click.UsageError("--system needs --gold, and no --models: it is annotated already.")
    if models and not gold:
        raise click.UsageError("--models needs --gold, whose raw text they shall annotate.")
    from mudawwana.base.files import write_text_atomically
    from mudawwana.compare.evaluate import evaluate_files
    from mudawwana.reports.evaluation import render_html, render_text

    if gold is None:
        evaluation = _score_corpus(corpus)
    elif system:
        evaluation = evaluate_files(gold, system)
    else:
        evaluation = _annotate_and_score(gold, models)
    if html:
        write_text_atomically(html, [render_html(evaluation)])
    if evaluation.documents_without_gold:
        click.echo(f"{evaluation.documents_without_gold} documents without gold are not scored.", err=True)
    click.echo(
        json.dumps(asdict(evaluation), ensure_ascii=False, indent=1) if as_json else render_text(evaluation)
    )


def _score_corpus(corpus: Path) -> "Evaluation":
    from mudawwana.base.errors import ConlluError
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.compare.evaluate import score_gold

    layout = CorpusLayout(corpus)
    evaluation = score_gold(layout)
    if evaluation is None:
        raise ConlluError(f"{layout.gold_dir}: no *.conllu in it; annotate a document by hand, or give --gold.")
    return evaluation


def _annotate_and_score(gold: Path, models_name: str | None) -> "Evaluation":
    from mudawwana.annotate.models import load_models
    from mudawwana.annotate.reannotate import annotate_raw_text
    from mudawwana.base.conllu_io import write_conllu
    from mudawwana.compare.evaluate import check_gold, evaluate_files
    from mudawwana.compare.pairing import list_annotation_files
    from mudawwana.seeds.settings import EMBEDDED, OFFICIAL_PACKAGES

    check_gold(gold)
    files = list_annotation_files(gold)
    click.echo("Loading models ...", err=True)
    if models_name in OFFICIAL_PACKAGES:
        click.echo(
            "These models follow UD_Arabic-PADT: gold in other conventions scores low for that alone.", err=True
        )
    models = load_models(models_name or EMBEDDED)
    with TemporaryDirectory() as folder:
        for path in files:
            click.echo(f"Annotating the raw text of {path} ...", err=True)
            write_conllu(Path(folder, path.name), annotate_raw_text(path, models))
        return evaluate_files(gold, Path(folder), system="the gold's raw text, annotated anew")
