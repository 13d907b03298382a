"""What the models' confidence is worth, measured on the dev documents of a treebank: tiers A, B and C.

The treebank is prepared and split as for the training, its dev documents annotated anew from raw text. Prints the
accuracy of each tier and the reliability of the confidence before and after calibration. The dev documents chose
among the trainers' checkpoints: new text may fare a little worse.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from mudawwana.annotate.models import get_embedded_dir, load_models
from mudawwana.annotate.reannotate import annotate_raw_text
from mudawwana.annotate.tiers import FILE_NAME, Calibration
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.files import write_text_atomically
from mudawwana.dataset.figures import draw_reliability
from mudawwana.seeds.settings import EMBEDDED
from mudawwana.training.calibration import calibrate, judge_words, write_calibration
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.train import split_by_document


def main() -> None:
    arguments = _parse_arguments()
    models = load_models(arguments.models)
    _, dev = split_by_document(prepare_treebank(read_conllu(arguments.treebank)))
    with TemporaryDirectory() as folder:
        gold, system = Path(folder, "gold.conllu"), Path(folder, "system.conllu")
        write_conllu(gold, dev)
        write_conllu(system, annotate_raw_text(gold, models))
        words = judge_words(gold, system)
    calibration = calibrate(words, fingerprint=models.fingerprint, data="dev documents of the treebank")
    print(_build_table(calibration))
    if arguments.json:
        write_calibration(arguments.json, calibration)
    if arguments.figure:
        [figure] = draw_reliability(calibration).values()
        write_text_atomically(arguments.figure, [figure.svg])
    if arguments.write:
        folder_of_models = get_embedded_dir() if arguments.models == EMBEDDED else Path(arguments.models)
        write_calibration(folder_of_models / FILE_NAME, calibration)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("treebank", type=Path, help="the treebank that the models were trained on (CoNLL-U)")
    parser.add_argument("--models", default=EMBEDDED, help="embedded (default) or a folder of models")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the calibration there, too")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="draw the reliability there (SVG)")
    parser.add_argument("--write", action="store_true", help=f"write {FILE_NAME} beside the models")
    return parser.parse_args()


def _build_table(calibration: Calibration) -> str:
    lines = [
        f"{calibration.data}: {calibration.sentences} sentences, {calibration.words} words; {calibration.method}",
        "",
        "tier  confidence   words   share  all three  95 % interval    "
        + "".join(f"{column:>8}" for column in next(iter(calibration.tiers.values())).columns),
    ]
    for name, tier in calibration.tiers.items():
        start = "-" if tier.least_confidence is None else f"{tier.least_confidence:.3f}"
        lines.append(
            f"{name:<6}>= {start:<9}{tier.words:>6}{tier.words / calibration.words:>8.1%}{tier.accuracy:>11.2f}"
            f"  {tier.low:>6.2f} - {tier.high:>6.2f} "
            + "".join(f"{value:>8.2f}" for value in tier.columns.values())
        )
    lines += ["", "words  confidence  expected  right"]
    lines += [
        f"{group['words']:>5}{group['confidence']:>12.3f}{group['expected']:>10.3f}{group['accuracy']:>7.3f}"
        for group in calibration.reliability
    ]
    errors = calibration.calibration_error
    return "\n".join(
        [*lines, "", f"expected calibration error: {errors['confidence']:.4f} -> {errors['expected']:.4f}"]
    )


if __name__ == "__main__":
    main()
