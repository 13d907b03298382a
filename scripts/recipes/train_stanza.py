"""The data set -> Stanza's training files -> its five Arabic models -> scores on what was held out, from raw text.

    pip install -e .
    python scripts/recipes/train_stanza.py --data corpus

The files are those of `mudawwana export stanza --output DIR --held-out 5`; each trainer is called as Stanza's own
scripts call it, with small networks and few steps, without pretrained vectors: nothing is downloaded. For a real
corpus raise --steps and leave SMALL away. The folder that --output names is then a value for
`mudawwana annotate --models`. (`mudawwana train` makes better models of a treebank: it also learns from raw text.)
Where the data set has no `validation`, each fifth paragraph of `train` is held out.
"""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import stanza
from stanza.models import lemmatizer, mwt_expander, parser, tagger, tokenizer
from stanza.utils.conll import CoNLL

from mudawwana.base.conllu_io import read_conllu
from mudawwana.compare.evaluate import score_conllu
from mudawwana.exports.paragraphs import iter_splits, list_splits
from mudawwana.exports.stanza_files import write_stanza

HELD_OUT = 5
NAME = "ar_recipe"
SMALL = (
    *("--hidden_dim", "64", "--char_hidden_dim", "64", "--deep_biaff_hidden_dim", "64", "--num_layers", "1"),
    "--no_pretrain",
)
TRAINERS: dict[str, Callable[[list[str]], object]] = {
    "tokenize": tokenizer.main,
    "mwt": mwt_expander.main,
    "pos": tagger.main,
    "lemma": lemmatizer.main,
    "depparse": parser.main,
}


def list_arguments(processor: str, data_dir: Path, steps: int) -> list[str]:
    """What its trainer is asked, as on the command line: files, then lengths and sizes."""
    train, dev = (str(data_dir / processor / f"{NAME}.{split}.in.conllu") for split in ("train", "dev"))
    folder = str(data_dir / "tokenize")
    half = str(max(steps // 2, 1))
    limits = ("--max_steps", str(steps), "--eval_interval", half, *SMALL)
    return {
        "tokenize": [
            *("--txt_file", f"{folder}/{NAME}.train.txt", "--label_file", f"{folder}/{NAME}-ud-train.toklabels"),
            *(
                "--dev_txt_file",
                f"{folder}/{NAME}.dev.txt",
                "--dev_label_file",
                f"{folder}/{NAME}-ud-dev.toklabels",
            ),
            *("--dev_conll_gold", f"{folder}/{NAME}.dev.gold.conllu"),
            *("--mwt_json_file", f"{folder}/{NAME}-ud-dev-mwt.json", "--max_seqlen", "300", "--lang", "ar"),
            # Its steps are short, and without tokens nothing after it can be right.
            *("--steps", str(4 * steps), "--eval_steps", str(4 * steps)),
        ],
        "mwt": [
            *("--train_file", train, "--eval_file", dev, "--gold_file", dev.replace(".in.", ".gold.")),
            *("--num_epoch", "5", "--augment_apos", "0", "--lang", "ar"),
        ],
        "pos": ["--train_file", train, "--eval_file", dev, "--lang", "ar", "--batch_size", "4", *limits],
        "lemma": ["--train_file", train, "--eval_file", dev, "--num_epoch", "3", "--hidden_dim", "64"],
        "depparse": ["--train_file", train, "--eval_file", dev, "--lang", "ar", "--batch_size", "150", *limits],
    }[processor]


def train_models(data_dir: Path, model_dir: Path, steps: int) -> None:
    """Trains the five processors, one after the other; `<processor>.pt` each."""
    for processor, train in TRAINERS.items():
        save = ("--save_dir", str(model_dir), "--save_name", f"{processor}.pt")
        common = ("--shorthand", NAME, "--mode", "train", "--cpu", *save)
        train([*common, *list_arguments(processor, data_dir, steps)])
    (model_dir / "resources.json").write_text("{}\n", encoding="utf-8")  # no entry: only the paths below count


def load_pipeline(model_dir: Path) -> stanza.Pipeline:
    return stanza.Pipeline(
        "ar",
        dir=str(model_dir),
        processors=",".join(TRAINERS),
        allow_unknown_language=True,
        download_method=None,
        use_gpu=False,
        **{f"{processor}_model_path": str(model_dir / f"{processor}.pt") for processor in TRAINERS},
    )


def run(data_dir: Path, output_dir: Path, steps: int) -> dict[str, Any]:
    held_out = None if "validation" in list_splits(data_dir) else HELD_OUT
    for split, paragraphs in iter_splits(data_dir, held_out):
        write_stanza(paragraphs, output_dir, split=split, name=NAME)
    train_models(output_dir, output_dir, steps)
    tokenizer_dir = output_dir / "tokenize"
    gold_path, system_path = tokenizer_dir / f"{NAME}.dev.gold.conllu", output_dir / "system.conllu"
    text = (tokenizer_dir / f"{NAME}.dev.txt").read_text(encoding="utf-8")
    CoNLL.write_doc2conll(load_pipeline(output_dir)(text), system_path)
    scores, _ = score_conllu(gold_path, system_path)
    return {
        "train_sentences": sum(1 for _ in read_conllu(tokenizer_dir / f"{NAME}.train.gold.conllu")),
        "held_out_sentences": sum(1 for _ in read_conllu(gold_path)),
        "scores": {metric: round(score, 2) for metric, score in scores.items()},
    }


def main() -> None:
    arguments_parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments_parser.add_argument("--data", type=Path, default=Path("corpus"), help="a data set of Mudawwana's")
    arguments_parser.add_argument(
        "--steps", type=int, default=50, help="of tagger and parser; the tokenizer takes four times as many"
    )
    arguments_parser.add_argument("--output", type=Path, help="keep the training files and the models there")
    arguments_parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = arguments_parser.parse_args()
    with TemporaryDirectory() as temporary, redirect_stdout(sys.stderr):  # stdout is for the scores
        result = run(arguments.data, arguments.output or Path(temporary), arguments.steps)
    print(json.dumps(result, indent=1) if arguments.json else result)


if __name__ == "__main__":
    main()
