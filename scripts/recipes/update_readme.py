"""Runs every recipe and writes its result into README.md, between the two comments that hold the table.

    python scripts/recipes/update_readme.py

Run it after `corpus/` has changed. The training recipes take about a minute each on one core.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECIPES_DIR = Path(__file__).parent
REPOSITORY = RECIPES_DIR.parent.parent
BEGIN, END = "<!-- recipes: begin -->\n", "<!-- recipes: end -->\n"
Result = dict[str, Any]


def describe_tagging(result: Result) -> str:
    scores, baseline = result["accuracy"], result["baseline"]
    return (
        f"right labels: {scores['tokens']:.1%} of {result['held_out_tokens']} held-out tokens, "
        f"{scores['words']:.1%} of their words; by each form's commonest label "
        f"{baseline['tokens']:.1%} and {baseline['words']:.1%}"
    )


def describe_spacy(result: Result) -> str:
    return "tokens {token_f}, TAG {tag_acc}, UAS {dep_uas}, LAS {dep_las}, sentences {sents_f}".format(
        **result["scores"]
    )


def describe_ud(result: Result) -> str:
    return "F1: tokens {Tokens}, words {Words}, UPOS {UPOS}, lemmas {Lemmas}, UAS {UAS}, LAS {LAS}".format(
        **result["scores"]
    )


def describe_queries(result: Result) -> str:
    # The mark keeps what follows an Arabic word from joining its right-to-left run.
    frequent = ", ".join(f"{row['lemma']}&lrm; {row['count']}" for row in result["frequencies"][:3])
    near = ", ".join(f"{row['lemma']}&lrm;" for row in result["collocates"][:3])
    objects = ", ".join(f"{row['verb']}&lrm; + {row['object']}&lrm;" for row in result["objects"][:2])
    return f"most frequent: {frequent}; near رَئِيس&lrm;: {near}; verb + object: {objects}"


def describe_distances(result: Result) -> str:
    return (
        f"mean {result['mean_distance']} words over {result['words']} arcs; {result['adjacent']:.1%} join "
        f"neighbours; the head comes first in {result['head_first']:.1%}"
    )


RECIPES: dict[str, tuple[str, Callable[[Result], str]]] = {
    "tag_with_transformers": (
        "`load_dataset`, then a tagger whose labels know multi-word tokens",
        describe_tagging,
    ),
    "train_spacy": ("`DocBin`, then `spacy train` on `spacy.cfg`", describe_spacy),
    "train_stanza": ("Stanza's training files, then its five trainers", describe_ud),
    "train_udpipe": ("CoNLL-U, then UDPipe 1", describe_ud),
    "query_with_duckdb": (
        "SQL: frequency list, collocates of a lemma, verbs with their objects",
        describe_queries,
    ),
    "dependency_distance": ("pandas: dependency distance, by relation too", describe_distances),
}
"""What each recipe does, and its result in one line."""


def run_recipe(name: str, *options: str) -> Result:
    """What the recipe prints as JSON, on the shipped data set unless `options` name another."""
    command = [sys.executable, str(RECIPES_DIR / f"{name}.py"), "--json", "--data", str(REPOSITORY / "corpus")]
    ran = subprocess.run([*command, *options], stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own script
    result: Result = json.loads(ran.stdout)
    return result


def render_row(name: str, result: Result) -> str:
    what, describe = RECIPES[name]
    return f"| `{name}.py` | {what} | {describe(result)} |\n"


def update_table(text: str, rows: dict[str, str]) -> str:
    """The README's text with these rows, by recipe, in place of those that stand there; the others stay."""
    before, _, rest = text.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"README.md: no {BEGIN.strip()} ... {END.strip()}; put them where the table shall stand.")
    old = {row.split("`")[1].removesuffix(".py"): row for row in table.splitlines(keepends=True)[2:]}
    kept = "".join((old | rows).get(name, "") for name in RECIPES)
    return f"{before}{BEGIN}| recipe | does | result |\n|---|---|---|\n{kept}{END}{after}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", nargs="*", choices=[*RECIPES, []], help="those to run; without any, all")
    path = REPOSITORY / "README.md"
    for name in parser.parse_args().recipe or RECIPES:
        row = render_row(name, run_recipe(name))
        path.write_text(update_table(path.read_text(encoding="utf-8"), {name: row}), encoding="utf-8")


if __name__ == "__main__":
    main()
