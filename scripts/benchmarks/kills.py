"""Runs that are killed at random, again and again: the same bytes, and no finished shard annotated twice.

    python scripts/benchmarks/kills.py --kills 200

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
this machine that outlives them (--engines leaves some out). A run that ends before its kill counts as none.

Prints a table, writes it as JSON (--json), with --readme into README.md, too. Exit status 1 if anything differs.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from process_tree import list_descendants, read_command
from readme import write_block

if TYPE_CHECKING:
    from mudawwana.engines.run import Engine

REPOSITORY = Path(__file__).parent.parent.parent
RESULTS = Path(__file__).parent / "results" / "kills.json"
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

# Here, since workers import this file, too: the tests' modules load what they do not need.
sys.path.insert(0, str(REPOSITORY / "tests"))


def main() -> None:
    arguments = _parse_arguments()
    chance = random.Random(arguments.seed)  # noqa: S311
    records: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, start_ray("ray-2" in arguments.engines) as address:
        template, expected, first = build_template(Path(folder))
        for engine, kills in share_out(arguments.kills, arguments.engines):
            reach = replace(first)
            for number, start in enumerate(range(0, kills, KILLS_A_CORPUS)):
                layout = CorpusLayout(Path(folder) / f"{engine}-{number}")
                shutil.copytree(template.root, layout.root)
                trial = Trial(layout, engine, address, reach=reach, chance=chance)
                trial.kill(min(KILLS_A_CORPUS, kills - start))
                records.append(trial.finish(expected))
                print(records[-1], file=sys.stderr)
                shutil.rmtree(layout.root)
    rows = [summarize(engine, [one for one in records if one["engine"] == engine]) for engine in arguments.engines]
    rows.append(summarize("all", records))
    table = build_table(rows)
    print(table)
    if arguments.readme:
        write_block("kills", table)
    write_text_atomically(arguments.json, [json.dumps({"seed": arguments.seed, "rows": rows}, indent=1) + "\n"])
    raise SystemExit(1 if rows[-1]["different"] or rows[-1]["twice"] else 0)


@dataclass(slots=True)
class Reach:
    """How far an undisturbed run goes, so that most kills come before its end."""

    operations: int
    """File operations of the run's process; measured anew by each run that ends before its kill."""
    shards: int
    """Begun by a run from the start; what is finished stays, so kills wait for half of them at most."""


class Trial:
    """One corpus, run and killed with one engine until it is finished."""

    def __init__(
        self, layout: CorpusLayout, engine: str, address: str | None, *, reach: "Reach", chance: random.Random
    ) -> None:
        self._layout = layout
        self._engine = engine
        self._address = address
        self._chance = chance
        self._kills: Counter[str] = Counter()
        self._runs = 0
        self._reach = reach

    def kill(self, count: int) -> None:
        """Kills so many runs, or workers of them."""
        while self._kills.total() < count:
            kind = self._chance.choice(KINDS[self._engine])
            self._runs += 1
            self._kills[kind] += self._kill_at_operation() if kind == "operation" else self._kill_outside(kind)

    def finish(self, expected: dict[str, bytes]) -> dict[str, Any]:
        """Runs undisturbed, and says what has come of all."""
        import stand_in
        from test_engines import read_annotations

        process = stand_in.start(run, self._layout, self._engine, self._address)
        process.join()
        lines = self._read_log()
        begun = Counter(key for key, _ in lines)
        return {
            "engine": self._engine,
            "runs": self._runs + 1,
            "kills": dict(self._kills),
            "is_same": process.exitcode == 0 and read_annotations(self._layout) == expected,
            "begun": begun.total(),
            "begun_again": begun.total() - len(begun),
            "twice": sum(state == "twice" for _, state in lines),
        }

    def _kill_at_operation(self) -> bool:
        import stand_in

        at = self._chance.randrange(1, self._reach.operations)
        process = stand_in.start(run, self._layout, self._engine, self._address, at)
        process.join()
        if process.exitcode == 0:
            self._reach.operations = max(2, int((self._layout.root / "operations").read_text(encoding="utf-8")))
        return bool(process.exitcode == -signal.SIGKILL)

    def _kill_outside(self, kind: str) -> bool:
        """Waits for a random number of shards to be begun, and a little longer."""
        import stand_in

        before = len(self._read_log())
        wanted = before + self._chance.randrange(self._reach.shards // 2 + 1)
        process = stand_in.start(run, self._layout, self._engine, self._address)
        while process.is_alive() and len(self._read_log()) < wanted:
            time.sleep(_POLL_SECONDS)
        time.sleep(self._chance.uniform(0, _MOST_DELAY_SECONDS))
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
        root, mark = (os.getpid(), "ray::MapWorker") if self._engine == "ray-2" else (process.pid, "spawn_main")
        workers = [one for one in list_descendants(root) if mark in read_command(one)]
        if not (process.is_alive() and workers):
            return False
        with suppress(ProcessLookupError):
            os.kill(self._chance.choice(workers), signal.SIGKILL)
            return True
        return False

    def _read_log(self) -> list[tuple[str, str]]:
        return read_log(self._layout)


def read_log(layout: CorpusLayout) -> list[tuple[str, str]]:
    """The keys of the shards that were begun, each with "once", or "twice" if it was finished before."""
    path = layout.root / "annotated"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [(key, state) for key, _, state in (line.partition(" ") for line in lines) if state]


def run(layout: CorpusLayout, engine: str, address: str | None, kill_at: int = 0) -> None:
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
        with nullcontext() as nothing:
            yield nothing
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
    total = sum(SHARES[engine] for engine in engines)
    left = kills
    for engine in engines[:-1]:
        share = kills * SHARES[engine] // total
        left -= share
        yield engine, share
    yield engines[-1], left


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


def build_table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| engine | kills | corpora with the same bytes | shards begun | begun again | finished before |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        kinds = ", ".join(f"{kind} {count}" for kind, count in row["by_kind"].items())
        same = f"{row['corpora'] - row['different']} of {row['corpora']}"
        lines.append(
            f"| {row['engine']} | {row['kills']} ({kinds}) | {same} | {row['begun']:,} | {row['begun_again']:,} | "
            f"{row['twice']} |"
        )
    return "\n".join(lines)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE")
    parser.add_argument("--readme", action="store_true", help="write the table into README.md, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
