"""In place of Stanza where a test is about runs, not about annotation: a paragraph becomes a sentence, at once.

What a paragraph says may make it fail, or end or stop the process that works on it.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.errors import ModelError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence, Word
from mudawwana.engines.assembly import AnnotationFile
from mudawwana.engines.run import Engine, Run
from mudawwana.engines.shards import Job, ShardResult, Task, Unit, compute_key
from mudawwana.seeds.documents import check_seeds
from mudawwana.seeds.settings import Settings

SETTINGS = Settings("a", "A", "A.", "other", ("A",))
FAILING = "خطأ"  # "error": RuntimeError
KILLING = "موت"  # "death": kills the process, each time
KILLING_ONCE = "مرة"  # "once": kills the process, the first time
TOGETHER = "معا"  # "together": RuntimeError, unless the document is alone
STOPPING = "وقوف"  # "standstill": says so through the pipe `alive`, and goes on for ever

TWICE = 3
"""The exit status of `run_killed` where a finished shard is annotated again."""

_OPERATIONS = {"open", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "stand_in"}


def build_job(layout: CorpusLayout, *, shard_words: int, stamp: str = "stand-in") -> Job:
    return Job(layout, SETTINGS, stamp, partial(load, layout.root), shard_words)


def run(job: Job, engine: Engine) -> tuple[list[Path], list[ShardResult]]:
    """The annotation files in the order in which they were done, and the results of the shards."""
    results: list[ShardResult] = []
    seeds = check_seeds(job.layout, job.settings)
    files = list(Run(job, seeds).annotate(engine, advance=results.append))
    return [file.path for file in files], results


def load(root: Path) -> Task:
    return partial(_annotate, root)


def fail_to_load() -> Task:
    os._exit(1)


def read_other_stamp() -> str:
    return "models m; torch 2.1"


def fail_to_read_stamp() -> str:
    raise ModelError("models/: tagger.pt not found")


def start(function: Any, *arguments: object) -> Any:
    """A process that may have workers of its own, started in little time."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["stand_in"])
    process = context.Process(target=function, args=arguments)
    process.start()
    return process


def run_killed(layout: CorpusLayout, engine: Engine, kill_at: int) -> int:
    """Runs in a process that SIGKILL ends before its `kill_at`-th file operation (0: never); how many it did."""
    process = start(run_and_die, layout, engine, kill_at)
    process.join()
    assert process.exitcode in ((-signal.SIGKILL, 0) if kill_at else (0,))
    count_path = layout.root / "operations"
    return int(count_path.read_text()) if process.exitcode == 0 else kill_at


def run_and_die(layout: CorpusLayout, engine: Engine, kill_at: int) -> None:
    """What `run_killed` does in its process."""
    count = 0

    def count_operation(event: str, _: object) -> None:
        nonlocal count
        if event not in _OPERATIONS:
            return
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count_operation)
    run_watched(layout, engine)
    (layout.root / "operations").write_text(str(count))


def run_watched(layout: CorpusLayout, engine: Engine) -> None:
    """Notes each annotation of a shard in a file `annotated`: its key, and whether it was finished before."""
    seeds = check_seeds(layout, SETTINGS)
    done = {key for seed in seeds for key in AnnotationFile(layout, seed).work.done}
    job = build_job(layout, shard_words=40)
    run(replace(job, load=partial(_load_watched, layout, done, job.stamp)), engine)


def _load_watched(layout: CorpusLayout, done: set[str], stamp: str) -> Task:
    def annotate(units: Sequence[Unit]) -> Iterator[str]:
        key = compute_key(units, stamp)
        is_finished = key in done or any(layout.work_dir.glob(f"*/{key}.conllu"))
        with (layout.root / "annotated").open("a", encoding="utf-8") as file:
            file.write(f"{key} {'twice' if is_finished else 'once'}\n")
        if is_finished:
            os._exit(TWICE)
        return _annotate(layout.root, units)

    return annotate


def run_command(layout: CorpusLayout, *arguments: str) -> None:
    """`mudawwana annotate` with the stand-in, for a process of its own; stderr goes to a file `stderr`."""
    import mudawwana.annotate.task
    from mudawwana.cli import main

    # A shell that starts the tests in the background lets SIGINT be ignored; here it is to work.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    mudawwana.annotate.task.build_job = lambda *_, **__: build_job(layout, shard_words=40)
    with (layout.root / "stderr").open("a", encoding="utf-8") as stderr, redirect_stderr(stderr):
        main(["annotate", str(layout.root), *arguments])


def _annotate(root: Path, units: Sequence[Unit]) -> Iterator[str]:
    for document, paragraphs in units:
        for paragraph in paragraphs:
            if TOGETHER in paragraph.text and len(units) > 1:
                raise RuntimeError("the models fail on several")
            sys.audit("stand_in")
            _maybe_fail(root, paragraph.text)
            comments = [f"# newdoc id = {document.id}"] if paragraph.id.endswith("-p1") else []
            comments += [f"# newpar id = {paragraph.id}", f"# sent_id = {paragraph.id}-s1"]
            words = [
                Word(number, form, form, "X", "_", "_", str(number - 1), "dep" if number > 1 else "root", "_", "_")
                for number, form in enumerate(paragraph.text.split(), start=1)
            ]
            yield serialize_sentence(Sentence((*comments, f"# text = {paragraph.text}"), tuple(words)))


def _maybe_fail(root: Path, text: str) -> None:
    if FAILING in text:
        raise RuntimeError("the models fail\nhere")
    if KILLING in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if KILLING_ONCE in text and not (root / "killed").exists():
        (root / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if STOPPING in text:
        with (root / "alive").open("w") as pipe:
            pipe.write("alive")
            pipe.flush()
            while True:
                signal.pause()
