"""Annotate a corpus: what is finished stays, an engine does the rest, the annotation files are put together."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Protocol

from mudawwana.documents import SeedFile
from mudawwana.engines.assembly import AnnotationFile, remove_leftovers
from mudawwana.engines.shards import Job, SeedWork, Shard, ShardResult, build_sample, iter_shards
from mudawwana.engines.worker import load_annotator, read_own_stamp
from mudawwana.layout import CorpusLayout
from mudawwana.settings import Settings

CALIBRATION_WORDS = 100_000
"""From so many words to annotate on, each worker first measures its speed on a sample."""
SAMPLE_WORDS = 10_000


class Engine(Protocol):
    """Where shards are annotated."""

    workers: int
    """How many at a time."""

    def map_shards(self, job: Job, works: Sequence[SeedWork], samples: Sequence[Shard]) -> Generator[ShardResult]:
        """The results of the samples and of all shards of the seed files, in any order, done ones included."""
        ...


def build_job(layout: CorpusLayout, settings: Settings, models: str, *, stock: bool = False) -> Job:
    """The annotation of a corpus by Stanza with these models (see `load_models`).

    Raises ModelError where they are not to be had.
    """
    # On another node another folder may be the current one.
    models = str(Path(models).absolute()) if Path(models).is_dir() else models
    read_stamp = partial(read_own_stamp, models, stock)
    return Job(layout, settings, read_stamp(), partial(load_annotator, models, stock), read_stamp=read_stamp)


class Run:
    """One annotation of a corpus, once its seeds are checked; the caller holds the corpus's lock."""

    def __init__(self, job: Job, seeds: Sequence[SeedFile]) -> None:
        remove_leftovers(job.layout, seeds)
        self._job = job
        self._seeds = seeds
        self._files = {file.name: file for file in (AnnotationFile(job.layout, seed) for seed in seeds)}
        self._works = [file.work for file in self._files.values()]
        self.words = sum(seed.raw_words for seed in seeds)
        """Space-separated words of the corpus."""
        self.words_to_do = sum(map(self._count_words_to_do, self._works))

    def annotate(self, engine: Engine, *, advance: Callable[[ShardResult], object]) -> Generator[AnnotationFile]:
        """Writes the annotation file of each seed file; yields it as soon as it is on disk.

        `advance` is told of each shard, also of those that were done already.

        Raises OutputError where a file cannot be written, EngineError where the workers cannot work.
        """
        samples = self._build_samples(engine.workers)
        try:
            with closing(engine.map_shards(self._job, self._works, samples)) as results:
                for result in results:
                    advance(result)
                    if not result.shard.is_sample and self._files[result.shard.seed].add(result):
                        file = self._files[result.shard.seed]
                        file.write()
                        yield file
        finally:
            # Workers that were stopped may have been writing.
            remove_leftovers(self._job.layout, self._seeds)

    def _build_samples(self, count: int) -> list[Shard]:
        if self.words_to_do < CALIBRATION_WORDS:
            return []
        sample = build_sample(self._job, (work.seed for work in self._works), SAMPLE_WORDS)
        return [sample] * count if sample else []

    def _count_words_to_do(self, work: SeedWork) -> int:
        if not work.done:
            return work.seed.raw_words
        return sum(shard.words for shard in iter_shards(self._job, work) if shard.units)
