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

from mudawwana.annotate.models import get_embedded_dir, load_models
from mudawwana.annotate.reannotate import annotate_raw_text
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.files import write_text_atomically
from mudawwana.compare.evaluate import score_conllu
from mudawwana.training.folds import FOLDS, split_fold
from mudawwana.training.phenomena import ALL, score_phenomena
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.recipes import COMPACT, Recipe
from mudawwana.training.train import split_by_document, train_models
from readme import write_block

RESULTS = Path(__file__).parent / "results"
METRICS = ("Tokens", "Sentences", "Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS", "MLAS")
PHENOMENA = Path(__file__).resolve().parents[2] / "tests" / "phenomena"
PHENOMENA_METRICS = ("UPOS", "Lemmas", "LAS")
"""From the sentences of tests/phenomena, too: more words than dev has, and not from the treebank."""
_GOLD_TAGS = replace(COMPACT, jackknife_options=())
VARIANTS: dict[str, Recipe] = {
    "compact": COMPACT,
    "without the clitic dictionary": replace(COMPACT, has_dictionary=False),
    "without the lexicon": replace(COMPACT, has_lexicon=False),
    "without inflections": replace(COMPACT, has_inflections=False),
    "gold tags": _GOLD_TAGS,
    "gold tags, with silver": replace(_GOLD_TAGS, silver_sentences=4000),
    "gold tags, without averaged weights": replace(_GOLD_TAGS, is_averaged=False),
    "gold tags, without word vectors": replace(_GOLD_TAGS, has_vectors=False),
    "gold tags, with character language models": replace(_GOLD_TAGS, has_character_models=True),
    "gold tags, without variants": replace(_GOLD_TAGS, has_variants=False),
}
"""A name before a comma is that of the variant which a row is measured against: `compact`, or, where the tagger
changes, the parser that learns from gold tags, because five more taggers would make each row an hour's work."""
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
    table = build_ablation_table(record) if arguments.what == "ablation" else build_folds_table(record)
    print(table)
    if arguments.readme:
        write_block(arguments.what, table, get_embedded_dir() / "README.md")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ablation", "folds"])
    parser.add_argument("treebank", type=Path)
    parser.add_argument("--rawtext", type=Path, action="append", default=[], help="a text or a folder of texts")
    parser.add_argument("--build", type=Path, required=True, help="where the models are trained")
    parser.add_argument("--shared", type=Path, help="where vectors lie that all trainings share")
    parser.add_argument("--variant", choices=VARIANTS, default="compact", help="for the folds (default: compact)")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda")
    parser.add_argument("--readme", action="store_true", help="write the table into the embedded models' README")
    parser.add_argument("--only", action="append", metavar="NAME", help="of a variant, or fold-0 to fold-4")
    return parser.parse_args()


def _list_texts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.endswith((".txt", ".txt.xz")))


def _plan(arguments: argparse.Namespace, texts: Sequence[Path]) -> Iterator[tuple[str, Callable[[], Scores]]]:
    paths = (arguments.treebank, texts, arguments.build, arguments.shared)
    if arguments.what == "ablation":
        return _plan_ablation(*paths, device=arguments.device)
    return _plan_folds(*paths, recipe=VARIANTS[arguments.variant], device=arguments.device)


def _plan_ablation(
    treebank: Path, texts: Sequence[Path], build: Path, shared: Path | None, *, device: str
) -> Iterator[tuple[str, Callable[[], Scores]]]:
    for name, recipe in VARIANTS.items():
        output, base = (build / part.replace(" ", "-") for part in (name, _get_base(name)))

        def train_and_score(output: Path = output, base: Path = base, recipe: Recipe = recipe) -> Scores:
            if not output.exists() and base.exists():
                # What the step does not touch has the same key, and is not trained again.
                shutil.copytree(base, output)
            scores = _train_and_score(treebank, texts, output, recipe=recipe, shared=shared, device=device)
            phenomena = score_phenomena(sorted(PHENOMENA.glob("*.conllu")), load_models(str(output)))[ALL]
            return scores | {_name_column(metric): round(phenomena[metric], 2) for metric in PHENOMENA_METRICS}

        yield name, train_and_score


def _plan_folds(
    treebank: Path, texts: Sequence[Path], build: Path, shared: Path | None, *, recipe: Recipe, device: str
) -> Iterator[tuple[str, Callable[[], Scores]]]:
    for fold in range(FOLDS):

        def train_and_score(fold: int = fold) -> Scores:
            output = build / f"fold-{fold}"
            train, dev = split_by_document(read_conllu(treebank))
            rest, held_out = split_fold(train, fold)
            write_conllu(output / "rest.conllu", [*rest, *dev])
            write_conllu(output / "held-out.conllu", prepare_treebank(held_out))
            data = (output / "rest.conllu", texts, output)
            gold = output / "held-out.conllu"
            return _train_and_score(*data, recipe=recipe, gold=gold, shared=shared, device=device)

        yield f"fold-{fold}", train_and_score


def _train_and_score(
    treebank: Path,
    texts: Sequence[Path],
    output: Path,
    *,
    recipe: Recipe = COMPACT,
    gold: Path | None = None,
    shared: Path | None = None,
    device: str = "cpu",
) -> Scores:
    train_models(treebank, output, rawtext_paths=texts, recipe=recipe, shared_dir=shared, device=device)
    gold = gold or output / "work" / "gold-dev.conllu"
    system = output / "system.conllu"
    write_conllu(system, annotate_raw_text(gold, load_models(str(output))))
    scores, _ = score_conllu(gold, system)
    megabytes = sum(path.stat().st_size for path in output.glob("*.pt")) / 1e6
    return {metric: round(scores[metric], 2) for metric in METRICS} | {"MB": round(megabytes, 1)}


def build_ablation_table(record: dict[str, Scores]) -> str:
    """Markdown: the recipe's scores, then for each step how they change without it."""
    columns = [*METRICS, *map(_name_column, PHENOMENA_METRICS)]
    lines = [_build_row("", [*columns, "MB"]), "|---|" + "---:|" * (len(columns) + 1)]
    for name, scores in record.items():
        base = record.get(_get_base(name)) if name != "compact" else None
        shown = [f"{scores[one] - base[one]:+.2f}" if base else f"{scores[one]:.2f}" for one in columns]
        lines.append(_build_row(name, [*shown, f"{scores['MB']:.1f}"]))
    return "\n".join(lines)


def _get_base(name: str) -> str:
    return name.rpartition(", ")[0] or "compact"


def _name_column(metric: str) -> str:
    return f"{metric} (phenomena)"


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
