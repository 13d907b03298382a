"""The annotation of a corpus as a task for an engine: what each worker loads, does, and is known by."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mudawwana.annotate.generator import hash_own_code
from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.layout import CorpusLayout
from mudawwana.engines.shards import Job, Task, Unit
from mudawwana.engines.worker import give_memory_back
from mudawwana.seeds.settings import EMBEDDED, OFFICIAL_PACKAGES, Settings


def build_job(layout: CorpusLayout, settings: Settings, models: str, *, stock: bool = False) -> Job:
    """The annotation of a corpus by Stanza with these models (see `load_models`).

    Raises ModelError where they are not to be had.
    """
    # On another node another folder may be the current one.
    is_folder = models not in (EMBEDDED, *OFFICIAL_PACKAGES) and Path(models).is_dir()
    models = str(Path(models).absolute()) if is_folder else models
    read_stamp = partial(read_own_stamp, models, stock)
    return Job(layout, settings, read_stamp(), partial(load_task, models, stock), read_stamp=read_stamp)


def load_task(models: str, stock: bool) -> Task:
    """Stanza with these models, on one thread.

    Two workers of one thread each do more than one of two, and the bytes never depend on the number of threads.
    """
    _spare_memory()
    import torch

    from mudawwana.annotate.annotator import annotate_documents
    from mudawwana.annotate.models import load_models

    torch.set_num_threads(1)
    loaded = load_models(models, stock=stock)
    for name in ("pos", "depparse"):
        processor = loaded.pipeline.processors[name]
        processor.bulk_process = _give_back_before(processor.bulk_process)

    def annotate(units: Sequence[Unit]) -> Iterator[str]:
        for _, sentences in annotate_documents(units, loaded):
            yield from map(serialize_sentence, sentences)

    return annotate


def read_own_stamp(models: str, stock: bool) -> str:
    """The stamp of what `load_task` gives on this machine (see `build_stamp`).

    Raises ModelError where the models are not to be had.
    """
    _spare_memory()
    from mudawwana.annotate.models import identify_models

    return build_stamp(*identify_models(models), stock=stock)


def build_stamp(models_name: str, fingerprint: str, *, stock: bool) -> str:
    """The models, and what runs them: versions, and of Mudawwana the code, which a checkout may change."""
    versions = [f"{package} {version(package)}" for package in ("mudawwana", "stanza", "torch")]
    modules = "stock" if stock else "accelerated"
    return "; ".join([f"models {models_name} {fingerprint}", modules, *versions, f"code {hash_own_code()}"])


def _spare_memory() -> None:
    """Says it to torch, which asks the environment when it is imported."""
    # oneDNN keeps what it has compiled for each shape of a product, and shapes hardly ever come again.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
    # Large tensors on whole huge pages, where the system has them: the heap falls into fewer pieces.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")


def _give_back_before(process: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The process, without what those before it have left: in these two a worker has most."""

    def give_back_and_process(documents: Any) -> Any:
        give_memory_back()
        return process(documents)

    return give_back_and_process
