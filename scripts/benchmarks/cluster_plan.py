"""A plan on paper for a corpus of 10^9 words on a Ray cluster, from what `scaling` has measured.

    python scripts/benchmarks cluster-plan --price 0.04

It reads scaling.json: of the rows on Ray the one of the most words and, of those, of the most workers gives the
words a second of a worker (one core), start-up apart, the memory of the biggest worker, and the bytes a word.
Everything else follows; nothing of it was run. Assumed is that a worker of a cluster is as fast as one of the
machine that was measured, and that shared storage keeps pace. Without --price a core-hour costs ASSUMED_PRICE,
which is nobody's price. Prints Markdown; with --readme it goes into README.md, too.
"""

import math
from pathlib import Path
from typing import Any

import click

from command_line import PATH, readme_option, subcommand
from mudawwana.engines.ray_data import AHEAD_SHARDS
from mudawwana.engines.shards import SHARD_WORDS
from reporting import RESULTS, build_table, read_record, write_block

ASSUMED_PRICE = 0.05
"""Dollars a core-hour: a round number to be replaced by the reader's own."""
_ACTORS = (16, 64, 256)
_DAY_SECONDS = 86_400


@subcommand(__doc__)
@click.option("--words", type=int, default=10**9, metavar="N", help="The corpus's size.  [default: 10^9]")
@click.option("--price", type=float, metavar="DOLLARS", help="Of a core-hour.")
@click.option("--results", type=PATH, default=RESULTS, metavar="DIR", help="Where scaling.json is.")
@readme_option
def main(words: int, price: float | None, results: Path, readme: bool) -> None:
    plan = build_plan(read_record(results / "scaling.json"), words, price)
    print(plan)
    if readme:
        write_block("plan", plan)


def build_plan(record: dict[str, Any], words: int, price: float | None) -> str:
    """Markdown."""
    row = choose_row(record.get("rows", []))
    rate = row["words_a_second_without_start"] / row["workers"]
    core_seconds = words / rate
    a_day = math.ceil(core_seconds / _DAY_SECONDS)
    cost = core_seconds / 3600 * (ASSUMED_PRICE if price is None else price)
    source = (
        f"{price} $ a core-hour"
        if price is not None
        else f"{ASSUMED_PRICE} $ a core-hour, an assumption: `--price` takes yours"
    )
    memory = row["worker_peak_bytes"]
    ahead = AHEAD_SHARDS * SHARD_WORDS
    facts = (
        ("words a second of a worker (one core)", f"{rate:,.0f}"),
        ("core-hours", f"{core_seconds / 3600:,.0f}"),
        ("actors for one day", f"{a_day:,}"),
        (
            "memory of an actor, at most",
            f"{memory / 1e9:.2f} GB ({a_day * memory / 1e9:,.0f} GB for these actors)",
        ),
        ("start of a run", f"{row['start_seconds']:.0f} s"),
        ("the driver reads all seeds first", f"{words / record['check_words_a_second'] / 60:,.0f} min"),
        ("shards", f"{words // SHARD_WORDS:,} to {2 * words // SHARD_WORDS:,}, of {SHARD_WORDS:,} words at most"),
        ("a lost actor costs, at most", f"{SHARD_WORDS / rate:,.0f} s of a core (its shard again)"),
        ("words read and not annotated, at most", f"{ahead:,} an actor ({a_day * ahead / 1e6:,.1f} million)"),
        ("raw text", f"{words * row['seed_bytes'] / row['words'] / 1e9:,.0f} GB"),
        ("CoNLL-U", f"{words * row['conllu_bytes'] / row['words'] / 1e9:,.0f} GB"),
        (f"cost at {source}", f"{cost:,.0f} $"),
    )
    size = "10<sup>9</sup>" if words == 10**9 else f"{words:,}"
    hours = ((f"{actors:,}", f"{core_seconds / actors / 3600:,.1f}") for actors in sorted({*_ACTORS, a_day}))
    return "\n\n".join(
        (
            f"From {row['words']:,} words with {row['workers']} workers on Ray, one machine; a corpus of this "
            "size was never run:",
            build_table((f"for {size} words", ""), facts),
            build_table(("actors", "hours"), hours, left=()),
        )
    )


def choose_row(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Raises SystemExit where no row can serve."""
    found = [row for row in rows if row["engine"] == "ray" and row["words_a_second_without_start"]]
    if not found:
        raise SystemExit("scaling.json: no rows on Ray; run `python scripts/benchmarks scaling` first.")
    return max(found, key=lambda row: (row["size"], row["workers"]))
