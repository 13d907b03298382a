"""Time and memory of `mudawwana annotate` against words, workers and engine.

    python scripts/benchmarks scaling arwiki.txt.xz

The corpora are the first 10^3, 10^4, 10^5 and 10^6 space-separated words of a raw text (a paragraph a line), each
one seed file of documents of about 800 words. Each row is `mudawwana annotate` as a user runs it, a process of its
own on a corpus that has no annotations, with the embedded models:

- seconds: from the command's start to its end; words/s are those, and the ratio is to one worker, same engine;
- start: the same command on as many short documents, in files of their own, as there are workers, so all that
  does not grow with the words (Python, models, Ray); without start: words/s when this is taken off;
- estimated, took: for jobs from 100,000 words on the run measures itself on a sample and says how long the rest
  will take; beside it stands how long it took from then on;
- biggest worker: the highest resident memory of any process (VmHWM in /proc/PID/status, the kernel's own peak);
- together: the highest sum of proportional set sizes of the whole process tree (/proc/PID/smaps_rollup, in samples
  of about a second);
- words/s a core: by the processor time of the whole process tree.

Every row of one size must have written the same bytes (SHA-256 over all annotation files), or nothing is recorded.
Memory over time is that of the biggest processes, as many as there are workers, in the rows of the biggest size;
growth is the median of the last quarter of the run less that of the second quarter, the highest of the workers.

Finished rows are kept in --work as long as models and annotating code are the same: the same command goes on.
--size and --only (repeatable) choose what to measure; all rows that are kept are written. Prints Markdown; writes
scaling.json, scaling.svg and memory.svg to --results; with --readme the table goes into README.md, too. Needs
Linux's /proc.
"""

import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from command_line import PATH, folder_option, readme_option, subcommand, text_argument
from corpora import DOCUMENT_WORDS, lay_out
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.engines.here import WORKER_BYTES
from mudawwana.seeds.documents import check_seeds
from mudawwana.seeds.settings import load_settings
from processes import MUDAWWANA, ProcessTree, call_alone
from reporting import (
    LIMIT_COLOUR,
    RESULTS,
    build_table,
    open_drawing,
    read_record,
    write_block,
    write_drawing,
    write_record,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ENGINES = ("here", "ray")
WORKERS = (1, 2)
NAMES = tuple(f"{engine}-{workers}" for engine in ENGINES for workers in WORKERS)
TARGET_RATIO = 1.8
_START_WORDS = 0
"""In place of a size, the corpus that measures the start."""
_SAMPLE_SECONDS = 1.0
_ESTIMATE = re.compile(r"Measured on a sample: ([\d,]+) words/s .* ([\d,]+) words will take")
_WORD_LINE = re.compile(rb"^\d+\t", re.MULTILINE)
_FIGURES = """\
![Words a second, and memory of the biggest worker, against words](scripts/benchmarks/results/scaling.svg)

![Memory of each worker over the run](scripts/benchmarks/results/memory.svg)
"""
_COLOURS = {"here": "#3b6ea5", "ray": "#c98a1b"}


class Plan(NamedTuple):
    """One row to measure; the size in space-separated words."""

    engine: str
    workers: int
    size: int


@subcommand(__doc__)
@text_argument
@click.option("--size", "sizes", type=int, multiple=True, default=SIZES, metavar="WORDS", help="Repeatable.")
@click.option("--only", type=click.Choice(NAMES), multiple=True, default=NAMES, help="Repeatable.")
@folder_option("--work", "build/scaling", "Finished rows.")
@click.option("--results", type=PATH, default=RESULTS, metavar="DIR")
@readme_option
def main(
    text: Path, sizes: tuple[int, ...], only: tuple[str, ...], work: Path, results: Path, readme: bool
) -> None:
    stamp = call_alone(read_stamp)
    for size in sorted(sizes):
        for engine, _, workers in (name.partition("-") for name in only):
            for plan in (Plan(engine, int(workers), _START_WORDS), Plan(engine, int(workers), size)):
                _ensure_row(text, work, plan, stamp)
        check_bytes(_read_rows(work, stamp))
    rows = summarize(_read_rows(work, stamp))
    table = build_report(rows)
    print(table)
    record = {
        "stamp": stamp,
        "cores": os.cpu_count(),
        "target_ratio": TARGET_RATIO,
        "check_words_a_second": measure_check(work, max(row["size"] for row in rows)),
        "rows": rows,
    }
    write_record(results / "scaling.json", record)
    draw_scaling(rows, results / "scaling.svg")
    draw_memory(rows, results / "memory.svg")
    if readme:
        write_block("scaling", f"{table}\n\n{_FIGURES}")


def read_stamp() -> str:
    """What the annotations depend on besides the documents; loads torch, so for a process of its own."""
    from mudawwana.annotate.models import identify_models
    from mudawwana.annotate.task import build_stamp

    return build_stamp(*identify_models("embedded"), stock=False)


def _ensure_row(text: Path, work: Path, plan: Plan, stamp: str) -> None:
    """Measures the row, unless one is kept that was measured with this stamp."""
    path = work / "rows" / f"{plan.engine}-{plan.workers}-{plan.size}.json"
    if read_record(path).get("stamp") != stamp:
        row = measure(text, work, plan)
        print({key: value for key, value in row.items() if key != "series"}, file=sys.stderr)
        write_record(path, row | {"stamp": stamp})


def _read_rows(work: Path, stamp: str) -> list[dict[str, Any]]:
    """All rows that are kept, whole with those that measure their start."""
    found = map(read_record, sorted((work / "rows").glob("*.json")))
    return [row for row in found if row["stamp"] == stamp]


def measure(text: Path, work: Path, plan: Plan) -> dict[str, Any]:
    """Runs one row."""
    layout = _get_layout(work, str(plan.size) if plan.size else f"start-{plan.workers}")
    if plan.size:
        lay_out(text, layout.root, plan.size, file_words=plan.size)
    else:
        lay_out(text, layout.root, 2 * plan.workers * DOCUMENT_WORDS, file_words=1)
        _shorten(layout, plan.workers)
    shutil.rmtree(layout.root / "annotations", ignore_errors=True)
    layout.documents_path.unlink(missing_ok=True)
    load_average = os.getloadavg()[0]
    timed = _run([str(layout.root), "--engine", plan.engine, "--workers", str(plan.workers)], plan.workers)
    written = describe_annotations(layout)
    shutil.rmtree(layout.root / "annotations")
    row = {"engine": plan.engine, "workers": plan.workers, "size": plan.size, "load_average": load_average}
    seed_bytes = sum(path.stat().st_size for path in layout.seeds_dir.glob("*.jsonl"))
    return row | {"words": _count_seed_words(layout), "seed_bytes": seed_bytes} | timed | written


def _get_layout(work: Path, name: str) -> CorpusLayout:
    return CorpusLayout(work / "corpora" / name)


def _shorten(layout: CorpusLayout, files: int) -> None:
    """Leaves so many seed files, with one short document in each."""
    for path in sorted(layout.seeds_dir.glob("*.jsonl"))[files:]:
        path.unlink()
    for path in layout.seeds_dir.glob("*.jsonl"):
        record = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
        record["text"] = " ".join(record["text"].split()[:5])
        write_text_atomically(path, [json.dumps(record, ensure_ascii=False) + "\n"])


def _run(options: Sequence[str], workers: int) -> dict[str, Any]:
    start = time.perf_counter()
    command = [*MUDAWWANA, "annotate", *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        lines: list[tuple[float, str]] = []
        reader = Thread(target=_read_lines, args=(process.stderr, lines))
        reader.start()
        tree = ProcessTree(process.pid)
        while process.poll() is None:
            tree.sample()
            try:
                process.wait(_SAMPLE_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        seconds = time.perf_counter() - start
        reader.join()
    if process.returncode:
        raise SystemExit(
            f"{' '.join(command)}: status {process.returncode}\n" + "".join(line for _, line in lines)
        )
    biggest = tree.list_biggest(workers)
    return {
        "seconds": seconds,
        "cpu_seconds": tree.cpu_seconds,
        "worker_peak_bytes": tree.process_peaks[biggest[0]],
        "peak_bytes": tree.peak_bytes,
        **_find_estimate(lines, start + seconds),
        "series": [
            [round(seconds, 1), *(resident.get(process, 0) >> 20 for process in sorted(biggest))]
            for seconds, resident in tree.series
        ],
    }


def _read_lines(stderr: IO[str] | None, lines: list[tuple[float, str]]) -> None:
    lines.extend((time.perf_counter(), line) for line in stderr or ())


def _find_estimate(lines: Iterable[tuple[float, str]], end: float) -> dict[str, float]:
    """What the run said of itself, and what it took; seconds, both from when it said so."""
    for when, line in lines:
        if found := _ESTIMATE.search(line):
            rate, words = (int(number.replace(",", "")) for number in found.groups())
            return {"estimated_seconds": words / rate, "took_seconds": end - when}
    return {}


def describe_annotations(layout: CorpusLayout) -> dict[str, Any]:
    """The annotation files' digest, size and words (syntactic ones, as UD counts)."""
    digest = hashlib.sha256()
    size = words = 0
    for path in sorted(layout.auto_dir.glob("*.conllu")):
        raw = path.read_bytes()
        digest.update(f"{path.name} {len(raw)}\n".encode() + raw)
        size, words = size + len(raw), words + sum(1 for _ in _WORD_LINE.finditer(raw))
    return {"sha256": digest.hexdigest(), "conllu_bytes": size, "ud_words": words}


def _count_seed_words(layout: CorpusLayout) -> int:
    return sum(seed.raw_words for seed in check_seeds(layout, load_settings(layout)))


def measure_check(work: Path, size: int) -> float:
    """Words a second of what a run does with all seeds before anything is annotated: they are read and checked."""
    start = time.perf_counter()
    words = _count_seed_words(_get_layout(work, str(size)))
    return words / (time.perf_counter() - start)


def check_bytes(rows: Iterable[dict[str, Any]]) -> None:
    """Raises SystemExit where two rows of one corpus have written different bytes."""
    digests: dict[tuple[int, int], dict[str, str]] = {}
    for row in rows:
        by_name = digests.setdefault((row["size"], row["words"]), {})
        by_name[f"{row['engine']}, {row['workers']} workers"] = row["sha256"]
    for (size, _), by_name in digests.items():
        if len(set(by_name.values())) > 1:
            listed = "\n".join(f"  {digest}  {name}" for name, digest in by_name.items())
            raise SystemExit(f"{size:,} words: the annotations differ; nothing is recorded.\n{listed}")


def summarize(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what follows from several; those that measure the start are in the others' `start_seconds`."""
    found = {(row["size"], row["engine"], row["workers"]): row for row in rows}
    biggest = max(row["size"] for row in rows)
    summarized = []
    for (size, engine, workers), row in sorted(found.items()):
        if size == _START_WORDS:
            continue
        one = found.get((size, engine, 1))
        seconds, start = row["seconds"], found[_START_WORDS, engine, workers]["seconds"]
        more: dict[str, Any] = {
            "words_a_second": row["words"] / seconds,
            "words_a_core_second": row["words"] / row["cpu_seconds"],
            "start_seconds": start,
            "words_a_second_without_start": row["words"] / (seconds - start) if seconds > start else None,
            "ratio": one["seconds"] / seconds if one else None,
        }
        if size == biggest:
            more["growth_bytes"] = _measure_growth(row["series"])
        kept = {key: value for key, value in row.items() if key not in ("stamp", "series")}
        summarized.append(kept | more | ({"series": row["series"]} if size == biggest else {}))
    return summarized


def _measure_growth(series: Sequence[Sequence[float]]) -> int:
    """Bytes; the median of the last quarter less that of the second quarter, the highest of the processes."""
    end = series[-1][0]
    growths = []
    for place in range(1, len(series[0])):
        early = [one[place] for one in series if end / 4 <= one[0] < end / 2]
        late = [one[place] for one in series if one[0] >= end * 3 / 4]
        growths.append((statistics.median(late) - statistics.median(early)) if early and late else 0)
    return round(max(growths)) << 20


def build_report(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    columns = (
        *("words", "engine", "workers", "seconds", "words/s", "ratio", "start", "without start"),
        *("estimated, took", "biggest worker", "together", "words/s a core"),
    )
    return "\n\n".join(
        (build_table(columns, map(_spell_row, rows), left=(1,)), "\n".join(_describe_targets(rows)))
    )


def _spell_row(row: dict[str, Any]) -> Sequence[object]:
    without = row["words_a_second_without_start"]
    return (
        f"{row['words']:,}",
        row["engine"],
        row["workers"],
        f"{row['seconds']:,.1f}",
        f"{row['words_a_second']:,.0f}",
        f"{row['ratio']:.2f}" if row["ratio"] else "",
        f"{row['start_seconds']:.1f} s",
        f"{without:,.0f}" if without else "",
        f"{row['estimated_seconds']:,.0f}, {row['took_seconds']:,.0f} s" if "took_seconds" in row else "",
        f"{row['worker_peak_bytes'] / 1e6:,.0f} MB",
        f"{row['peak_bytes'] / 1e6:,.0f} MB",
        f"{row['words_a_core_second']:,.0f}",
    )


def _describe_targets(rows: Sequence[dict[str, Any]]) -> list[str]:
    biggest = max(row["size"] for row in rows)
    last = [row for row in rows if row["size"] == biggest]
    ratios = [
        f"{row['engine']} {row['ratio']:.2f} ({'held' if row['ratio'] >= TARGET_RATIO else 'missed'})"
        for row in last
        if row["workers"] == max(WORKERS) and row["ratio"]
    ]
    peak = max(row["worker_peak_bytes"] for row in last)
    growth = max(row["growth_bytes"] for row in last)
    lines = (
        [f"Two workers to one at {biggest:,} words, {TARGET_RATIO} at least: {', '.join(ratios)}."]
        if ratios
        else []
    )
    return [
        *lines,
        f"The biggest worker over {biggest:,} words: {peak / 1e6:,.0f} MB of {WORKER_BYTES / 1e6:,.0f} MB "
        f"({'held' if peak <= WORKER_BYTES else 'missed'}); from the second to the last quarter of the run it "
        f"grew by {growth / 1e6:,.0f} MB. All rows of one size have the same bytes.",
    ]


def draw_scaling(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Words a second and memory of the biggest worker, against words."""
    figure = open_drawing(9, 3.6)
    speed, memory = figure.subplots(1, 2)
    for engine in ENGINES:
        for workers in WORKERS:
            own = [row for row in rows if (row["engine"], row["workers"]) == (engine, workers)]
            words = [row["words"] for row in own]
            style = _get_style(engine, workers)
            speed.plot(words, [row["words_a_second"] for row in own], marker="o", **style)
            memory.plot(words, [row["worker_peak_bytes"] / 1e6 for row in own], marker="o", **style)
    memory.axhline(WORKER_BYTES / 1e6, color=LIMIT_COLOUR, linestyle=":")
    for axes, title in ((speed, "words a second, start included"), (memory, "MB, biggest worker (dotted: limit)")):
        axes.set_xscale("log")
        _label(axes, "words", title)
    speed.legend(frameon=False)
    write_drawing(figure, path)


def draw_memory(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Resident memory of each worker over the run, for the rows of the biggest size."""
    own = [row for row in rows if "series" in row]
    figure = open_drawing(9, 3.6)
    axes = figure.add_subplot()
    for row in own:
        style = _get_style(row["engine"], row["workers"])
        for place in range(1, row["workers"] + 1):
            seconds = [one[0] for one in row["series"]]
            megabytes = [one[place] * 1.048576 for one in row["series"]]
            axes.plot(seconds, megabytes, linewidth=1, **style)
            style["label"] = None
    axes.axhline(WORKER_BYTES / 1e6, color=LIMIT_COLOUR, linestyle=":")
    _label(axes, "seconds", f"MB of each worker over {own[0]['words']:,} words (dotted: limit)")
    axes.legend(frameon=False)
    write_drawing(figure, path)


def _get_style(engine: str, workers: int) -> dict[str, Any]:
    label = f"{engine}, {workers} worker{'s' if workers > 1 else ''}"
    return {"label": label, "color": _COLOURS[engine], "linestyle": "-" if workers == 1 else "--"}


def _label(axes: "Axes", below: str, title: str) -> None:
    axes.set_ylim(bottom=0)
    axes.set_xlabel(below)
    axes.set_title(title, fontsize="medium")
