"""What a worker does with a shard, whichever engine it belongs to."""

import ctypes
import os
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from mudawwana.conllu_io import write_conllu
from mudawwana.engines.shards import Annotator, Job, Shard, ShardResult, Unit, build_stamp
from mudawwana.layout import CorpusLayout, get_stem
from mudawwana.quarantine import QuarantinedDocument
from mudawwana.records import Sentence


def load_annotator(models: str, stock: bool) -> Annotator:
    """Stanza with these models, on one thread.

    Two workers of one thread each do more than one of two, and the bytes never depend on the number of threads.
    """
    _spare_memory()
    import torch

    from mudawwana.annotate import annotate_documents
    from mudawwana.models import load_models

    torch.set_num_threads(1)
    loaded = load_models(models, stock=stock)
    for name in ("pos", "depparse"):
        processor = loaded.pipeline.processors[name]
        processor.bulk_process = _give_back_before(processor.bulk_process)
    return lambda units: annotate_documents(units, loaded)


def read_own_stamp(models: str, stock: bool) -> str:
    """The stamp of what `load_annotator` gives on this machine (see `build_stamp`).

    Raises ModelError where the models are not to be had.
    """
    _spare_memory()
    from mudawwana.models import identify_models

    return build_stamp(*identify_models(models), stock=stock)


def annotate_shard(job: Job, annotate: Annotator, shard: Shard, *, worker: str) -> ShardResult:
    """Writes the shard's part of the annotation file, unless it is a sample.

    Where the models fail, its documents are annotated one by one, and those that fail again are quarantined.

    Raises OutputError where the part cannot be written.
    """
    start = time.perf_counter()
    try:
        sentences, quarantined = _annotate(annotate, shard.units), list[QuarantinedDocument]()
    except Exception:
        sentences, quarantined = _annotate_one_by_one(annotate, shard)
    if not shard.is_sample:
        write_conllu(get_part_path(job.layout, shard, is_whole=not quarantined), sentences)
    _give_memory_back()
    seconds = time.perf_counter() - start
    return ShardResult(strip_units(shard), tuple(quarantined), worker, seconds, measure_peak())


def give_up(job: Job, shard: Shard, reason: str) -> ShardResult:
    """The result where nothing can be had of a shard: all its documents are quarantined."""
    if shard.is_sample:
        return ShardResult(strip_units(shard))
    write_conllu(get_part_path(job.layout, shard, is_whole=False), [])
    quarantined = (QuarantinedDocument(document.id, shard.seed, reason) for document, _ in shard.units)
    return ShardResult(strip_units(shard), tuple(quarantined), worker="lost")


def strip_units(shard: Shard) -> Shard:
    return replace(shard, units=())


def get_parts_dir(layout: CorpusLayout, seed: str) -> Path:
    """Where the finished shards of a seed file wait for the others."""
    return layout.work_dir / get_stem(seed)


def get_part_path(layout: CorpusLayout, shard: Shard, *, is_whole: bool) -> Path:
    """Where a shard's annotation waits; one without its quarantined documents is never taken for finished."""
    return get_parts_dir(layout, shard.seed) / f"{shard.key}{'' if is_whole else '.partial'}.conllu"


def measure_peak() -> int:
    """The most memory that this process has held so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _spare_memory() -> None:
    """Says it to torch, which asks the environment when it is imported."""
    # oneDNN keeps what it has compiled for each shape of a product, and shapes hardly ever come again.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
    # Large tensors on whole huge pages, where the system has them: the heap falls into fewer pieces.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def _give_back_before(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The process, without what those before it have left: in these two a worker has most."""

    def give_back_and_process(documents: Any) -> Any:
        _give_memory_back()
        return process(documents)

    return give_back_and_process


def _give_memory_back() -> None:
    """What torch has freed glibc keeps, in pieces: a worker would grow by 100 MB with each shard, for long."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _annotate(annotate: Annotator, units: tuple[Unit, ...]) -> list[Sentence]:
    return [sentence for _, sentences in annotate(units) for sentence in sentences]


def _annotate_one_by_one(annotate: Annotator, shard: Shard) -> tuple[list[Sentence], list[QuarantinedDocument]]:
    sentences: list[Sentence] = []
    quarantined: list[QuarantinedDocument] = []
    for unit in shard.units:
        try:
            sentences += _annotate(annotate, (unit,))
        # Whatever it is: of millions of documents one must not end the run.
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            quarantined.append(QuarantinedDocument(unit[0].id, shard.seed, reason))
    return sentences, quarantined
