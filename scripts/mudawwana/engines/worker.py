"""What a worker does with a shard, whichever engine it belongs to."""

import ctypes
import resource
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mudawwana.base.errors import EngineError, MudawwanaError
from mudawwana.base.explain import explain, hide_secrets
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout, get_stem
from mudawwana.engines.quarantine import QuarantinedDocument
from mudawwana.engines.shards import Job, Shard, ShardResult, Task


def do_shard(job: Job, task: Task, shard: Shard, *, worker: str) -> ShardResult:
    """Writes the shard's part of the annotation file, unless it is a sample.

    Where the task fails, its documents are done one by one, and those that fail again are quarantined; the result
    says why it failed.

    Raises OutputError where the part cannot be written.
    """
    start = time.perf_counter()
    try:
        texts, quarantined, failure = list(task(shard.units)), list[QuarantinedDocument](), ""
    # Whatever it is: see `_do_one_by_one`.
    except Exception as error:
        failure = describe_failure(error)
        texts, quarantined = _do_one_by_one(task, shard)
    if not shard.is_sample:
        write_text_atomically(get_part_path(job.layout, shard, is_whole=not quarantined), texts)
    give_memory_back()
    seconds = time.perf_counter() - start
    return ShardResult(strip_units(shard), tuple(quarantined), worker, seconds, measure_peak(), failure)


def give_up(job: Job, shard: Shard, reason: str) -> ShardResult:
    """The result where nothing can be had of a shard: all its documents are quarantined."""
    if shard.is_sample:
        return ShardResult(strip_units(shard))
    write_text_atomically(get_part_path(job.layout, shard, is_whole=False), [])
    quarantined = (QuarantinedDocument(document.id, document.path, reason) for document, _ in shard.units)
    return ShardResult(strip_units(shard), tuple(quarantined), worker="lost")


def carry_error(error: Exception) -> MudawwanaError:
    """What a worker sends of an error that has ended it: a message, and the traceback as a note for `--debug`."""
    told = EngineError(f"a worker has failed: {explain(error)}")
    carried = error if isinstance(error, MudawwanaError) else told
    carried.add_note("".join(traceback.format_exception(error)))
    return carried


def describe_failure(error: Exception) -> str:
    """The error's type and message in one line."""
    return hide_secrets(" ".join(f"{type(error).__name__}: {error}".split()))


def strip_units(shard: Shard) -> Shard:
    return replace(shard, units=())


def get_parts_dir(layout: CorpusLayout, seed: str) -> Path:
    """Where the finished shards of a seed file wait for the others."""
    return layout.work_dir / get_stem(seed)


def get_bundles_dir(layout: CorpusLayout) -> Path:
    """Where finished shards of several seed files wait to be taken apart; no seed file has this stem."""
    return layout.work_dir / ".bundles"


def get_part_path(layout: CorpusLayout, shard: Shard, *, is_whole: bool) -> Path:
    """Where a shard's part of the file waits; one without quarantined documents is never taken for finished."""
    folder = get_bundles_dir(layout) if shard.owners else get_parts_dir(layout, shard.seed)
    return folder / f"{shard.key}{'' if is_whole else '.partial'}.conllu"


def measure_peak() -> int:
    """The most memory that this process has held so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def give_memory_back() -> None:
    """To the system: what torch has freed glibc keeps, in pieces, and a worker grew by 100 MB with each shard."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _do_one_by_one(task: Task, shard: Shard) -> tuple[list[str], list[QuarantinedDocument]]:
    texts: list[str] = []
    quarantined: list[QuarantinedDocument] = []
    for unit in shard.units:
        try:
            texts += list(task((unit,)))
        # Whatever it is: of millions of documents one must not end the run.
        except Exception as error:
            quarantined.append(QuarantinedDocument(unit[0].id, unit[0].path, describe_failure(error)))
    return texts, quarantined
