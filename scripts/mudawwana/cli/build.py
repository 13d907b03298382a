from pathlib import Path

import click

from mudawwana.cli.options import (
    check_seeds_aloud,
    corpus_argument,
    hold_corpus,
    tell_overlaps_gone,
    track_validation,
    wait_option,
)


@click.command()
@corpus_argument
@wait_option
@click.option(
    "--against",
    metavar="FILE.conllu",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A known test set, which nobody should train on: corpus/overlap.json says which of its sentences the "
    "corpus has, exactly or nearly. Repeat it for several.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit status 1 if corpus/ is not what the data give.")
def build(corpus: Path, against: tuple[Path, ...], wait: bool, check: bool) -> None:
    """Build the Hugging Face data set in corpus/ from the annotations: Parquet, CoNLL-U and data card."""
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.dataset.build import build_dataset
    from mudawwana.dataset.card import check_settings
    from mudawwana.dataset.card_files import check_card
    from mudawwana.seeds.settings import load_settings
    from mudawwana.validate.corpus import check_corpus

    layout = CorpusLayout(corpus)
    settings = load_settings(layout)
    if check:
        check_settings(settings, has_gold=layout.has_gold)
        found = check_corpus(layout, settings, track=track_validation)
        incidents = [incident for incident in found if incident.id == "annotation-without-seed"]
        incidents += check_card(layout, settings, found)
        for incident in incidents:
            click.echo(incident)
        raise SystemExit(1 if incidents else 0)
    with hold_corpus(corpus, wait):
        seeds = check_seeds_aloud(layout, settings)
        report = build_dataset(layout, settings, seeds=seeds, against=against, track=track_validation)
    for overlap in report.overlaps:
        click.echo(overlap, err=True)
    tell_overlaps_gone(report)
    for path in report.paths:
        click.echo(path)
