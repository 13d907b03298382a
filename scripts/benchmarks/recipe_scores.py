"""What each step of the recipe is worth, and how far the scores scatter over other documents.

    python scripts/benchmarks recipe-scores ablation TREEBANK --rawtext PATH --build build/ablation
    python scripts/benchmarks recipe-scores folds TREEBANK --rawtext PATH --build build/folds

`ablation` trains the recipe, then without one step at a time, and scores on the dev documents. `folds` trains on
four fifths of the other documents and scores on the fifth, five times: mean and 95 % interval (Student's t); the
dev documents choose the best step in each, and with `--shared DIR` all share what was trained on raw text alone
(the `work` folder of a training); `--variant NAME` takes another recipe of the ablation. Both score from raw text,
F1 in percent by the CoNLL 2018 scorer. Each training goes on where it was stopped; what is finished is kept in
scripts/benchmarks/results/. `--only NAME` (repeatable) trains some now and the others another day.
"""

import re
import shutil
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from command_line import FILE, PATH, readme_option, subcommand
from mudawwana.training.folds import FOLDS, split_fold
from mudawwana.training.recipes import COMPACT, Recipe
from reporting import REPOSITORY, RESULTS, build_table, read_record, write_block, write_record

METRICS = ("Tokens", "Sentences", "Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS", "MLAS")
HISTORY = REPOSITORY / "docs" / "model-history.md"
PHENOMENA = REPOSITORY / "tests" / "phenomena"
PHENOMENA_METRICS = ("UPOS", "Lemmas", "LAS")
"""From the sentences of tests/phenomena, too: more words than dev has, and not from the treebank."""
_GOLD_TAGS = replace(COMPACT, jackknife_options=())
VARIANTS: dict[str, Recipe] = {
    "compact": COMPACT,
    "without the clitic dictionary": replace(COMPACT, has_dictionary=False),
    "without the lexicon": replace(COMPACT, has_lexicon=False),
    "without inflections": replace(COMPACT, has_inflections=False),
    "gold tags": _GOLD_TAGS,
    "gold tags, without averaged weights": replace(_GOLD_TAGS, is_averaged=False),
    "gold tags, without word vectors": replace(_GOLD_TAGS, has_vectors=False),
    "gold tags, without variants": replace(_GOLD_TAGS, has_variants=False),
}
"""A name before a comma is that of the variant which a row is measured against: `compact`, or, where the tagger
changes, the parser that learns from gold tags, because five more taggers would make each row an hour's work. What
was measured of a step that no recipe has any more stays in the record, and in the table."""
_ENDINGS = (".txt", ".txt.xz")
_STUDENT_T = 2.776
"""Two-sided 95 % quantile of Student's t with FOLDS - 1 = 4 degrees of freedom."""

Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What all models are trained on, and where."""

    treebank: Path
    rawtext: Sequence[Path]
    build: Path
    shared: Path | None
    device: str


@subcommand(__doc__)
@click.argument("what", type=click.Choice(["ablation", "folds"]))
@click.argument("treebank", type=FILE)
@click.option("--rawtext", type=PATH, multiple=True, help="A text or a folder of texts; repeatable.")
@click.option("--build", type=PATH, required=True, help="Where the models are trained.")
@click.option("--shared", type=PATH, help="Where vectors lie that all trainings share.")
@click.option(
    "--variant", type=click.Choice(list(VARIANTS)), default="compact", show_default=True, help="For the folds."
)
@click.option("--device", default="cpu", show_default=True, help="Where to train: cpu, cuda.")
@click.option("--only", multiple=True, metavar="NAME", help="Of a variant, or fold-0 to fold-4.")
@readme_option
def main(what: str, variant: str, only: tuple[str, ...], readme: bool, **inputs: Any) -> None:
    trained = Inputs(**inputs)
    suffix = "" if variant == "compact" else "-" + re.sub("[^a-z]+", "-", variant)
    record_path = RESULTS / f"training-{what}{suffix}.json"
    record: dict[str, Scores] = read_record(record_path)
    if what == "ablation":
        plans = {name: partial(_score_variant, trained, name) for name in VARIANTS}
    else:
        plans = {f"fold-{fold}": partial(_score_fold, trained, fold, VARIANTS[variant]) for fold in range(FOLDS)}
    for name, train_and_score in plans.items():
        if name not in record and (not only or name in only):
            record[name] = train_and_score()
            write_record(record_path, record)
    table = build_ablation_table(record) if what == "ablation" else build_folds_table(record)
    print(table)
    if readme:
        write_block(what, table, HISTORY)


def _list_texts(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(one for one in path.iterdir() if one.name.endswith(_ENDINGS))


def _score_variant(inputs: Inputs, name: str) -> Scores:
    from mudawwana.annotate.models import load_models
    from mudawwana.training.phenomena import ALL, score_phenomena

    output, base = (inputs.build / part.replace(" ", "-") for part in (name, _get_base(name)))
    if not output.exists() and base.exists():
        # What the step does not touch has the same key, and is not trained again.
        shutil.copytree(base, output)
    scores = _train_and_score(inputs, inputs.treebank, output, VARIANTS[name])
    phenomena = score_phenomena(sorted(PHENOMENA.glob("*.conllu")), load_models(str(output)))[ALL]
    return scores | {_name_column(metric): round(phenomena[metric], 2) for metric in PHENOMENA_METRICS}


def _score_fold(inputs: Inputs, fold: int, recipe: Recipe) -> Scores:
    from mudawwana.base.conllu_io import read_conllu, write_conllu
    from mudawwana.training.prepare import prepare_treebank
    from mudawwana.training.train import split_by_document

    output = inputs.build / f"fold-{fold}"
    rest, gold = output / "rest.conllu", output / "held-out.conllu"
    train, dev = split_by_document(read_conllu(inputs.treebank))
    learnt, held_out = split_fold(train, fold)
    write_conllu(rest, [*learnt, *dev])
    write_conllu(gold, prepare_treebank(held_out))
    return _train_and_score(inputs, rest, output, recipe, gold=gold)


def _train_and_score(
    inputs: Inputs, treebank: Path, output: Path, recipe: Recipe, *, gold: Path | None = None
) -> Scores:
    from mudawwana.annotate.models import load_models
    from mudawwana.annotate.reannotate import annotate_raw_text
    from mudawwana.base.conllu_io import write_conllu
    from mudawwana.compare.evaluate import score_conllu
    from mudawwana.training.train import train_models

    train_models(
        treebank,
        output,
        rawtext_paths=[text for path in inputs.rawtext for text in _list_texts(path)],
        recipe=recipe,
        shared_dir=inputs.shared,
        device=inputs.device,
    )
    gold = gold or output / "work" / "gold-dev.conllu"
    system = output / "system.conllu"
    write_conllu(system, annotate_raw_text(gold, load_models(str(output))))
    scores, _ = score_conllu(gold, system)
    megabytes = sum(path.stat().st_size for path in output.glob("*.pt")) / 1e6
    return {metric: round(scores[metric], 2) for metric in METRICS} | {"MB": round(megabytes, 1)}


def build_ablation_table(record: dict[str, Scores]) -> str:
    """Markdown: the recipe's scores, then for each step how they change without it."""
    columns = [*METRICS, *map(_name_column, PHENOMENA_METRICS)]
    rows = []
    for name, scores in record.items():
        base = record.get(_get_base(name)) if name != "compact" else None
        shown = [f"{scores[one] - base[one]:+.2f}" if base else f"{scores[one]:.2f}" for one in columns]
        rows.append([name, *shown, f"{scores['MB']:.1f}"])
    return build_table(("", *columns, "MB"), rows)


def _get_base(name: str) -> str:
    return name.rpartition(", ")[0] or "compact"


def _name_column(metric: str) -> str:
    return f"{metric} (phenomena)"


def build_folds_table(record: dict[str, Scores]) -> str:
    """Markdown: a row a fold, then mean and half the width of the 95 % interval."""
    rows = [[name, *(f"{scores[metric]:.2f}" for metric in METRICS)] for name, scores in record.items()]
    if len(record) == FOLDS:
        columns = [[scores[metric] for scores in record.values()] for metric in METRICS]
        shown = (
            f"{statistics.mean(column):.2f} ± {_STUDENT_T * statistics.stdev(column) / FOLDS**0.5:.2f}"
            for column in columns
        )
        rows.append(["mean", *shown])
    return build_table(("", *METRICS), rows)
