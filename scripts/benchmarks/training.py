"""What each step of the recipe is worth, and how far the scores scatter over other documents.

    python scripts/benchmarks/training.py ablation TREEBANK --rawtext PATH --build build/ablation
    python scripts/benchmarks/training.py folds TREEBANK --rawtext PATH --build build/folds

`ablation` trains the recipe, then without one step at a time, and scores on the dev documents. `folds` trains on
four fifths of the other documents and scores on the fifth, five times: mean and 95 % interval (Student's t); the
dev documents choose the best step in each, and with `--shared DIR` all share what was trained on raw text alone
(the `work` folder of a training); `--variant NAME` takes another recipe of the ablation. Both score from raw text,
F1 in percent by the CoNLL 2018 scorer. Each training goes on where it was stopped; what is finished is kept in
scripts/benchmarks/results/. `--only NAME` (repeatable) trains some now and the others another day.
"""

import argparse
import json
import re
import shutil
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mudawwana.conllu_io import read_conllu, write_conllu
from mudawwana.evaluate import score_conllu
from mudawwana.files import write_text_atomically
from mudawwana.models import load_models
from mudawwana.reannotate import annotate_raw_text
from mudawwana.training.folds import FOLDS, split_fold
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.recipes import COMPACT, Recipe
from mudawwana.training.train import split_by_document, train_models

RESULTS = Path(__file__).parent / "results"
METRICS = ("Tokens", "Sentences", "Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS", "MLAS")
VARIANTS: dict[str, Recipe] = {
    "compact": COMPACT,
    "without the clitic dictionary": replace(COMPACT, has_dictionary=False),
    "without the lexicon": replace(COMPACT, has_lexicon=False),
    "without other taggers' tags for the parser": replace(COMPACT, jackknife_options=()),
    "without inflections": replace(COMPACT, has_inflections=False),
    "with silver": replace(COMPACT, silver_sentences=4000),
    "without averaged weights": replace(COMPACT, is_averaged=False),
    "without word vectors": replace(COMPACT, has_vectors=False),
    "with character language models": replace(COMPACT, has_character_models=True),
    "without variants": replace(COMPACT, has_variants=False),
}
_STUDENT_T = 2.776
"""Two-sided 95 % quantile of Student's t with FOLDS - 1 = 4 degrees of freedom."""

Scores = dict[str, float]


def main() -> None:
    arguments = _parse_arguments()
    texts = [file for path in arguments.rawtext for file in ([path] if path.is_file() else _list_texts(path))]
    suffix = "" if arguments.variant == "compact" else "-" + re.sub("[^a-z]+", "-", arguments.variant)
    record_path = RESULTS / f"training-{arguments.what}{suffix}.json"
    record: dict[str, Scores] = json.loads(record_path.read_text("utf-8")) if record_path.is_file() else {}
    for name, train_and_score in _plan(arguments, texts):
        if name in record or (arguments.only and name not in arguments.only):
            continue
        record[name] = train_and_score()
        write_text_atomically(record_path, [json.dumps(record, indent=1, ensure_ascii=False) + "\n"])
    print(build_ablation_table(record) if arguments.what == "ablation" else build_folds_table(record))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ablation", "folds"])
    parser.add_argument("treebank", type=Path)
    parser.add_argument("--rawtext", type=Path, action="append", default=[], help="a text or a folder of texts")
    parser.add_argument("--build", type=Path, required=True, help="where the models are trained")
    parser.add_argument("--shared", type=Path, help="where vectors lie that all trainings share")
    parser.add_argument("--variant", choices=VARIANTS, default="compact", help="for the folds (default: compact)")
    parser.add_argument("--only", action="append", metavar="NAME", help="of a variant, or fold-0 to fold-4")
    return parser.parse_args()


def _list_texts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.endswith((".txt", ".txt.xz")))


def _plan(arguments: argparse.Namespace, texts: Sequence[Path]) -> Iterator[tuple[str, Callable[[], Scores]]]:
    paths = (arguments.treebank, texts, arguments.build, arguments.shared)
    if arguments.what == "ablation":
        return _plan_ablation(*paths)
    return _plan_folds(*paths, recipe=VARIANTS[arguments.variant])


def _plan_ablation(
    treebank: Path, texts: Sequence[Path], build: Path, shared: Path | None
) -> Iterator[tuple[str, Callable[[], Scores]]]:
    full = build / "compact"
    for name, recipe in VARIANTS.items():
        output = build / name.replace(" ", "-")

        def train_and_score(output: Path = output, recipe: Recipe = recipe) -> Scores:
            if not output.exists() and full.exists():
                # What the step does not touch has the same key, and is not trained again.
                shutil.copytree(full, output)
            return _train_and_score(treebank, texts, output, recipe=recipe, shared=shared)

        yield name, train_and_score


def _plan_folds(
    treebank: Path, texts: Sequence[Path], build: Path, shared: Path | None, *, recipe: Recipe
) -> Iterator[tuple[str, Callable[[], Scores]]]:
    for fold in range(FOLDS):

        def train_and_score(fold: int = fold) -> Scores:
            output = build / f"fold-{fold}"
            train, dev = split_by_document(read_conllu(treebank))
            rest, held_out = split_fold(train, fold)
            write_conllu(output / "rest.conllu", [*rest, *dev])
            write_conllu(output / "held-out.conllu", prepare_treebank(held_out))
            gold = output / "held-out.conllu"
            return _train_and_score(output / "rest.conllu", texts, output, recipe=recipe, gold=gold, shared=shared)

        yield f"fold-{fold}", train_and_score


def _train_and_score(
    treebank: Path,
    texts: Sequence[Path],
    output: Path,
    *,
    recipe: Recipe = COMPACT,
    gold: Path | None = None,
    shared: Path | None = None,
) -> Scores:
    train_models(treebank, output, rawtext_paths=texts, recipe=recipe, shared_dir=shared)
    gold = gold or output / "work" / "gold-dev.conllu"
    system = output / "system.conllu"
    write_conllu(system, annotate_raw_text(gold, load_models(str(output))))
    scores, _ = score_conllu(gold, system)
    megabytes = sum(path.stat().st_size for path in output.glob("*.pt")) / 1e6
    return {metric: round(scores[metric], 2) for metric in METRICS} | {"MB": round(megabytes, 1)}


def build_ablation_table(record: dict[str, Scores]) -> str:
    """Markdown: the recipe's scores, then for each step how they change without it."""
    full = record.get("compact", {})
    lines = [_build_row("", [*METRICS, "MB"]), "|---|" + "---:|" * (len(METRICS) + 1)]
    for name, scores in record.items():
        shown = [
            f"{scores[metric]:.2f}" if name == "compact" or not full else f"{scores[metric] - full[metric]:+.2f}"
            for metric in METRICS
        ]
        lines.append(_build_row(name, [*shown, f"{scores['MB']:.1f}"]))
    return "\n".join(lines)


def build_folds_table(record: dict[str, Scores]) -> str:
    """Markdown: a row a fold, then mean and half the width of the 95 % interval."""
    lines = [_build_row("", METRICS), "|---|" + "---:|" * len(METRICS)]
    lines += [_build_row(name, [f"{scores[metric]:.2f}" for metric in METRICS]) for name, scores in record.items()]
    if len(record) == FOLDS:
        columns = [[scores[metric] for scores in record.values()] for metric in METRICS]
        shown = [
            f"{statistics.mean(column):.2f} ± {_STUDENT_T * statistics.stdev(column) / FOLDS**0.5:.2f}"
            for column in columns
        ]
        lines.append(_build_row("mean", shown))
    return "\n".join(lines)


def _build_row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
