"""The data set -> spaCy's `DocBin` -> `spacy train` -> scores on what was held out, from raw text.

    pip install -e '.[spacy]'
    python scripts/recipes/train_spacy.py --data corpus

The same by hand:

    mudawwana export spacy --output build/spacy --held-out 5
    spacy train scripts/recipes/spacy.cfg --paths.train build/spacy/train.spacy \
        --paths.dev build/spacy/validation.spacy --output build/model
    spacy evaluate build/model/model-last build/spacy/validation.spacy

A spaCy token is a surface token here; its tag joins the parts of speech of its words (`CCONJ+VERB`), its arc is
that of its topmost word: scores of tokens, not of UD's words. Where the data set has no `validation`, each fifth
paragraph of `train` is held out.
"""

import argparse
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spacy.cli.evaluate import evaluate
from spacy.cli.train import train
from spacy.tokens import DocBin

from mudawwana.exports.docbin import write_docbin
from mudawwana.exports.paragraphs import iter_splits, list_splits

CONFIG = Path(__file__).with_name("spacy.cfg")
HELD_OUT = 5
SCORES = ("token_f", "tag_acc", "dep_uas", "dep_las", "sents_f")


def run(data_dir: Path, output_dir: Path, steps: int) -> dict[str, Any]:
    held_out = None if "validation" in list_splits(data_dir) else HELD_OUT
    paths = {
        split: write_docbin(paragraphs, output_dir, split=split, unit="token")
        for split, paragraphs in iter_splits(data_dir, held_out)
    }
    overrides = {
        "paths.train": str(paths["train"]),
        "paths.dev": str(paths["validation"]),
        "training.max_steps": steps,
    }
    with redirect_stdout(sys.stderr):  # stdout is for the scores
        train(CONFIG, output_dir / "model", overrides=overrides)
    # The last model, not the best: the best is chosen by the very paragraphs that it is scored on.
    scores = evaluate(str(output_dir / "model" / "model-last"), paths["validation"], silent=True)
    return {
        "train_paragraphs": len(DocBin().from_disk(paths["train"])),
        "held_out_paragraphs": len(DocBin().from_disk(paths["validation"])),
        "scores": {name: round(100 * (scores[name] or 0.0), 2) for name in SCORES},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("corpus"), help="a data set that Mudawwana built")
    parser.add_argument("--steps", type=int, default=100, help="training steps of about 300 tokens")
    parser.add_argument("--output", type=Path, help="keep the exported files and the pipeline there")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    with TemporaryDirectory() as temporary:
        result = run(arguments.data, arguments.output or Path(temporary), arguments.steps)
    print(json.dumps(result, indent=1) if arguments.json else result)


if __name__ == "__main__":
    main()
