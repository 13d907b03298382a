"""Runs that are killed at random, again and again: the same bytes, and no finished shard annotated twice.

    python scripts/benchmarks crash-resume --kills 200

Runs of a small corpus with the stand-in models of `tests/` (a paragraph becomes a sentence at once; one document
fails, some shards are left from an earlier run). Each is ended by SIGKILL, one of three ways:

- operation: the run's process, before a random one of its file operations (engine `here` alone);
- group: the run with all its workers (on Ray: the run, whose workers Ray ends), at a random moment from its start
  to behind its last shard;
- worker: one worker, at such a moment; the run goes on (on this machine it ends with an error where the worker was
  still loading its models: memory may be short).

After five kills the same command runs to its end. Then the annotations must be those of an undisturbed run, byte
for byte, and no shard may have been annotated that was finished before. Begun again are shards that were cut, and
that of the document that fails, whole and document by document. One kill in ten hits a run on Ray, on a cluster of
this machine that outlives them (--engine, repeatable, chooses). A run that ends before its kill counts as none.

Prints a table, writes it as JSON (--json), with --readme into README.md, too. Exit status 1 if anything differs.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from command_line import PATH, count_option, readme_option, subcommand
from mudawwana.base.layout import CorpusLayout
from processes import list_descendants, read_command
from reporting import REPOSITORY, RESULTS, build_table, write_block, write_record

if TYPE_CHECKING:
    from mudawwana.engines.run import Engine

ENGINES = ("here-1", "here-2", "ray-2")
KINDS = {
    "here-1": ("operation", "group"),
    "here-2": ("operation", "group", "worker"),
    "ray-2": ("group", "worker"),
}
SHARES = {"here-1": 4, "here-2": 5, "ray-2": 1}
KILLS_A_CORPUS = 5
_MOST_DELAY_SECONDS = 0.05
"""Between a shard's beginning, or the run's, and the kill."""
_POLL_SECONDS = 0.001


@subcommand(__doc__)
@count_option("--kills", 200)
@click.option("--engine", "engines", type=click.Choice(ENGINES), multiple=True, default=ENGINES)
@count_option("--seed", 1)
@click.option("--json", "json_path", type=PATH, default=RESULTS / "kills.json", metavar="FILE")
@readme_option
def main(kills: int, engines: tuple[str, ...], seed: int, json_path: Path, readme: bool) -> None:
    chance = random.Random(seed)  # noqa: S311
    records = list(_iter_trials(kills, engines, chance))
    rows = [summarize(engine, [one for one in records if one["engine"] == engine]) for engine in engines]
    rows.append(summarize("all", records))
    table = build_kills_table(rows)
    print(table)
    if readme:
        write_block("kills", table)
    write_record(json_path, {"seed": seed, "rows": rows})
    raise SystemExit(1 if rows[-1]["different"] or rows[-1]["twice"] else 0)


def _iter_trials(kills: int, engines: Sequence[str], chance: random.Random) -> Iterator[dict[str, Any]]:
    # Where stand_in is; processes take it over.
    sys.path.insert(0, str(REPOSITORY / "tests"))
    with tempfile.TemporaryDirectory() as folder, start_ray("ray-2" in engines) as address:
        template, expected, first = build_template(Path(folder))
        for engine, share in share_out(kills, engines):
            reach = replace(first)
            for number, start in enumerate(range(0, share, KILLS_A_CORPUS)):
                layout = CorpusLayout(Path(folder) / f"{engine}-{number}")
                shutil.copytree(template.root, layout.root)
                trial = Trial(layout, engine, address, reach, chance)
                trial.kill(min(KILLS_A_CORPUS, share - start))
                record = trial.finish(expected)
                print(record, file=sys.stderr)
                yield record
                shutil.rmtree(layout.root)


@dataclass(slots=True)
class Reach:
    """How far an undisturbed run goes, so that most kills come before its end."""

    operations: int
    """File operations of the run's process; measured anew by each run that ends before its kill."""
    shards: int
    """Begun by a run from the start; what is finished stays, so kills wait for half of them at most."""


@dataclass(slots=True)
class Trial:
    """One corpus, run and killed with one engine until it is finished."""

    layout: CorpusLayout
    engine: str
    address: str | None
    reach: Reach
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    runs: int = 0

    def kill(self, count: int) -> None:
        """Kills so many runs, or workers of them."""
        while self.kills.total() < count:
            kind = self.chance.choice(KINDS[self.engine])
            self.runs += 1
            self.kills[kind] += self._kill_at_operation() if kind == "operation" else self._kill_outside(kind)

    def _start(self, kill_at: int = 0) -> Any:
        import stand_in

        return stand_in.start(run, self.layout, self.engine, self.address, kill_at)

    def finish(self, expected: dict[str, bytes]) -> dict[str, Any]:
        """Runs undisturbed, and says what has come of all."""
        from test_engines import read_annotations

        process = self._start()
        process.join()
        lines = read_log(self.layout)
        begun = Counter(key for key, _ in lines)
        return {
            "engine": self.engine,
            "runs": self.runs + 1,
            "kills": dict(self.kills),
            "is_same": process.exitcode == 0 and read_annotations(self.layout) == expected,
            "begun": begun.total(),
            "begun_again": begun.total() - len(begun),
            "twice": sum(state == "twice" for _, state in lines),
        }

    def _kill_at_operation(self) -> bool:
        process = self._start(self.chance.randrange(1, self.reach.operations))
        process.join()
        if process.exitcode == 0:
            self.reach.operations = max(2, int((self.layout.root / "operations").read_text(encoding="utf-8")))
        return bool(process.exitcode == -signal.SIGKILL)

    def _kill_outside(self, kind: str) -> bool:
        """Waits for a random number of shards to be begun, and a little longer."""
        wanted = len(read_log(self.layout)) + self.chance.randrange(self.reach.shards // 2 + 1)
        process = self._start()
        while process.is_alive() and len(read_log(self.layout)) < wanted:
            time.sleep(_POLL_SECONDS)
        time.sleep(self.chance.uniform(0, _MOST_DELAY_SECONDS))
        is_killed = self._kill_group(process) if kind == "group" else self._kill_worker(process)
        process.join()
        return is_killed

    def _kill_group(self, process: Any) -> bool:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()  # it may not yet lead a group
        process.join()
        return bool(process.exitcode == -signal.SIGKILL)

    def _kill_worker(self, process: Any) -> bool:
        """Of a run on Ray: one of the cluster's."""
        root, mark = (os.getpid(), "ray::MapWorker") if self.engine == "ray-2" else (process.pid, "spawn_main")
        workers = [one for one in list_descendants(root) if mark in read_command(one)]
        if not (process.is_alive() and workers):
            return False
        with suppress(ProcessLookupError):
            os.kill(self.chance.choice(workers), signal.SIGKILL)
            return True
        return False


def read_log(layout: CorpusLayout) -> list[tuple[str, str]]:
    """The keys of the shards that were begun, each with "once", or "twice" if it was finished before."""
    path = layout.root / "annotated"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(key, state) for key, _, state in (line.partition(" ") for line in lines) if state]


def run(layout: CorpusLayout, engine: str, address: str | None, kill_at: int) -> None:
    """One run, for a process of its own, which leads a group."""
    import stand_in

    os.setpgid(0, 0)
    if kill_at:
        stand_in.run_and_die(layout, _build_engine(engine, address), kill_at)
    else:
        stand_in.run_watched(layout, _build_engine(engine, address))


def _build_engine(name: str, address: str | None) -> "Engine":
    from mudawwana.engines.here import Here
    from mudawwana.engines.ray_data import RayData

    return RayData(2, address) if name == "ray-2" else Here(int(name.rpartition("-")[2]))


def build_template(folder: Path) -> tuple[CorpusLayout, dict[str, bytes], Reach]:
    """A corpus to be run, what an undisturbed run makes of it, and how far that goes."""
    import stand_in
    from test_engines import build_corpus, read_annotations

    template = build_corpus(folder / "template")
    undisturbed = CorpusLayout(folder / "undisturbed")
    shutil.copytree(template.root, undisturbed.root)
    operations = stand_in.run_killed(undisturbed, _build_engine("here-1", None), 0)
    return template, read_annotations(undisturbed), Reach(operations, len(read_log(undisturbed)))


@contextmanager
def start_ray(is_wanted: bool) -> Iterator[str | None]:
    """The address of a Ray on this machine, as long as this lasts."""
    if not is_wanted:
        yield None
        return
    # For Ray's workers: where stand_in is.
    os.environ |= {
        "PYTHONPATH": f"{REPOSITORY / 'tests'}:{REPOSITORY / 'scripts'}",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    import ray

    from mudawwana.engines.ray_data import start_ray

    # Those of a run that was killed may end when the next has begun.
    start_ray(cpus=6)
    yield ray.get_runtime_context().gcs_address
    ray.shutdown()


def share_out(kills: int, engines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Shares of the kills; what rounding leaves goes to the last engine."""
    total = sum(SHARES[engine] for engine in engines)
    shares = [kills * SHARES[engine] // total for engine in engines]
    shares[-1] += kills - sum(shares)
    return zip(engines, shares, strict=True)


def summarize(engine: str, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kills: Counter[str] = Counter()
    for record in records:
        kills.update(record["kills"])
    sums = {key: sum(record[key] for record in records) for key in ("runs", "begun", "begun_again", "twice")}
    return {
        "engine": engine,
        "kills": kills.total(),
        "by_kind": dict(sorted(kills.items())),
        "corpora": len(records),
        "different": sum(not record["is_same"] for record in records),
        **sums,
    }


def build_kills_table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    cells = (
        (
            row["engine"],
            f"{row['kills']} ({', '.join(f'{kind} {count}' for kind, count in row['by_kind'].items())})",
            f"{row['corpora'] - row['different']} of {row['corpora']}",
            *(f"{row[key]:,}" for key in ("begun", "begun_again", "twice")),
        )
        for row in rows
    )
    header = ("engine", "kills", "corpora with the same bytes", "shards begun", "begun again", "finished before")
    return build_table(header, cells, left=(0, 1))
