"""Scores of the models by phenomenon of Arabic grammar, on the gold sentences of tests/phenomena.

Prints a table, F1 in percent by the CoNLL 2018 scorer from raw text; each sentence is a paragraph of its own.
"""

import argparse
import json
from pathlib import Path

from mudawwana.annotate.models import load_models
from mudawwana.base.files import write_text_atomically
from mudawwana.seeds.settings import EMBEDDED
from mudawwana.training.phenomena import (
    METRICS,
    Scores,
    raise_floors,
    read_floors,
    score_phenomena,
    write_floors,
)

PHENOMENA = Path(__file__).resolve().parents[2] / "tests" / "phenomena"


def main() -> None:
    arguments = _parse_arguments()
    models = load_models(arguments.models)
    scores = score_phenomena(sorted(PHENOMENA.glob("*.conllu")), models)
    print(_build_table(scores))
    if arguments.json:
        record = {"models": models.name, "fingerprint": models.fingerprint, "scores": scores}
        write_text_atomically(arguments.json, [json.dumps(record, indent=1) + "\n"])
    if arguments.raise_floors:
        path = PHENOMENA / "floors.json"
        write_floors(path, raise_floors(scores, read_floors(path)))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--models", default=EMBEDDED, help="embedded (default), an official package, or a folder of models"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the scores there, too")
    parser.add_argument(
        "--raise-floors",
        action="store_true",
        help="raise the floors in tests/phenomena/floors.json that the scores exceed; none is lowered",
    )
    return parser.parse_args()


def _build_table(scores: Scores) -> str:
    width = max(map(len, scores))
    lines = [" " * width + "".join(f"{metric:>11}" for metric in METRICS)]
    lines += [
        f"{phenomenon:<{width}}" + "".join(f"{metrics[metric]:>11.2f}" for metric in METRICS)
        for phenomenon, metrics in scores.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
