"""Scores of the models by phenomenon of Arabic grammar, on the gold sentences of tests/phenomena.

Prints a table, F1 in percent by the CoNLL 2018 scorer from raw text; each sentence is a paragraph of its own.
"""

import click

from command_line import models_option, subcommand
from reporting import REPOSITORY, build_table

PHENOMENA = REPOSITORY / "tests" / "phenomena"


@subcommand(__doc__)
@models_option
@click.option("--raise-floors", "is_raising", is_flag=True, help="In floors.json there; none is lowered.")
def main(models: str, is_raising: bool) -> None:
    from mudawwana.annotate.models import load_models
    from mudawwana.training.phenomena import METRICS, raise_floors, read_floors, score_phenomena, write_floors

    scores = score_phenomena(sorted(PHENOMENA.glob("*.conllu")), load_models(models))
    rows = ((name, *(f"{row[metric]:.2f}" for metric in METRICS)) for name, row in scores.items())
    print(build_table(("", *METRICS), rows))
    if is_raising:
        path = PHENOMENA / "floors.json"
        write_floors(path, raise_floors(scores, read_floors(path)))
