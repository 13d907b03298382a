"""One run over a corpus: what is finished stays, an engine does the rest, files are put together."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import Protocol

from mudawwana.base.files import remove_tree
from mudawwana.engines.assembly import AnnotationFile, remove_leftovers
from mudawwana.engines.bundles import Bundle
from mudawwana.engines.shards import Job, SeedWork, Shard, ShardResult, build_sample, group_seeds, iter_shards
from mudawwana.engines.worker import get_bundles_dir
from mudawwana.seeds.documents import SeedFile

CALIBRATION_WORDS = 100_000
"""From so many words to do on, each worker first measures its speed on a sample."""
SAMPLE_WORDS = 10_000


class Engine(Protocol):
    """Where shards are done."""

    workers: int
    """How many at a time."""

    def map_shards(self, job: Job, works: Sequence[SeedWork], samples: Sequence[Shard]) -> Generator[ShardResult]:
        """The results of the samples and of all shards of the seed files, in any order, done ones included."""
        ...


class Run:
    """One run over a corpus, once its seeds are checked; the caller holds the corpus's lock."""

    def __init__(self, job: Job, seeds: Sequence[SeedFile]) -> None:
        remove_leftovers(job.layout, seeds)
        self._job = job
        self._seeds = seeds
        self._files = {file.name: file for file in (AnnotationFile(job.layout, seed) for seed in seeds)}
        groups = group_seeds(seeds, job.shard_words)
        bundles = [Bundle(job.layout, [self._files[seed.name] for seed in group]) for group in groups]
        self._bundles = {bundle.name: bundle for bundle in bundles}
        self._works = [bundle.work for bundle in bundles]
        self.problems = [file.problem for file in self._files.values() if file.problem]
        """What of earlier runs cannot be read, and so is done anew; a line each."""
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
                    if not result.shard.is_sample:
                        yield from self._bundles[result.shard.seed].add(result)
            # What is left there is of documents that are others now.
            remove_tree(get_bundles_dir(self._job.layout))
        finally:
            # Workers that were stopped may have been writing.
            remove_leftovers(self._job.layout, self._seeds)

    def _build_samples(self, count: int) -> list[Shard]:
        if self.words_to_do < CALIBRATION_WORDS:
            return []
        sample = build_sample(self._job, self._seeds, SAMPLE_WORDS)
        return [sample] * count if sample else []

    def _count_words_to_do(self, work: SeedWork) -> int:
        if not work.done:
            return work.words
        return sum(shard.words for shard in iter_shards(self._job, work) if shard.units)
