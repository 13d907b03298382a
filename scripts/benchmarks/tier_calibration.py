"""What the models' confidence is worth, measured on the dev documents of a treebank: tiers A, B and C.

The treebank is prepared and split as for the training, its dev documents annotated anew from raw text. Prints the
accuracy of each tier, and the error of the confidence before and after calibration. The dev documents chose among
the trainers' checkpoints: new text may fare a little worse.

`mudawwana train` measures the same of the models that it has trained; here, those of any folder are measured anew,
as when the code of the annotation has changed.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from command_line import FILE, models_option, subcommand
from reporting import build_table

if TYPE_CHECKING:
    from mudawwana.annotate.tiers import Calibration


@subcommand(__doc__)
@click.argument("treebank", type=FILE)
@models_option
@click.option("--write", is_flag=True, help="Write calibration.json beside the models.")
def main(treebank: Path, models: str, write: bool) -> None:
    from mudawwana.annotate.models import get_embedded_dir
    from mudawwana.annotate.tiers import FILE_NAME
    from mudawwana.training.calibration import write_calibration

    calibration = measure(treebank, models)
    print(build_report(calibration))
    if write:
        folder = get_embedded_dir() if models == "embedded" else Path(models)
        write_calibration(folder / FILE_NAME, calibration)


def measure(treebank: Path, models: str) -> "Calibration":
    from mudawwana.annotate.models import load_models
    from mudawwana.annotate.reannotate import annotate_raw_text
    from mudawwana.base.conllu_io import read_conllu, write_conllu
    from mudawwana.training.calibration import calibrate, judge_words
    from mudawwana.training.prepare import prepare_treebank
    from mudawwana.training.train import split_by_document

    loaded = load_models(models)
    _, dev = split_by_document(prepare_treebank(read_conllu(treebank)))
    with TemporaryDirectory() as folder:
        gold, system = Path(folder, "gold.conllu"), Path(folder, "system.conllu")
        write_conllu(gold, dev)
        write_conllu(system, annotate_raw_text(gold, loaded))
        words = judge_words(gold, system)
    return calibrate(words, fingerprint=loaded.fingerprint, data="dev documents of the treebank")


def build_report(calibration: "Calibration") -> str:
    """Markdown; accuracies in percent."""
    columns = list(next(iter(calibration.tiers.values())).columns)
    tiers = (
        (
            name,
            "-" if tier.least_confidence is None else f"{tier.least_confidence:.3f}",
            tier.words,
            f"{tier.words / calibration.words:.1%}",
            f"{tier.accuracy:.2f}",
            f"{tier.low:.2f} - {tier.high:.2f}",
            *(f"{value:.2f}" for value in tier.columns.values()),
        )
        for name, tier in calibration.tiers.items()
    )
    header = ("tier", "confidence from", "words", "share", "all four", "95 % interval", *columns)
    errors = calibration.calibration_error
    return (
        f"{calibration.sentences} sentences, {calibration.words} words; {calibration.method}\n\n"
        f"{build_table(header, tiers)}\n\n"
        f"Expected calibration error: {errors['confidence']:.4f} -> {errors['expected']:.4f}."
    )
