"""Shards done on a Ray cluster, by Ray Data (https://docs.ray.io/en/latest/data/data.html).

    groups of seed files -> shards (read tasks) -> a pool of actors with the task -> what `ShardResult` says

Every node must see the corpus under the same path, as on a shared file system or in an object store: workers read
the seeds and write their parts there. Texts go from the tasks that read to the actors, never through the driver.

Ray itself bounds what waits between tasks and actors by the memory of its object store. Here the words bound it: a
task reads no further shard while `AHEAD_SHARDS` full ones an actor are read and not done. So a cluster holds
as many words as it has actors, however big the corpus.
"""

import logging
import os
import pickle
import platform
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mudawwana.base.errors import EngineError, MudawwanaError
from mudawwana.base.explain import describe_install
from mudawwana.engines.here import TRIES
from mudawwana.engines.shards import Job, SeedWork, Shard, ShardResult, Task, describe_difference, iter_shards
from mudawwana.engines.worker import carry_error, do_shard, get_part_path, give_up, strip_units

_READER_CPUS = 0.25
"""Of a core: reading takes little time, and must never wait for the actors' cores."""
_LEAST_READERS = 4
AHEAD_SHARDS = 4
"""For each actor, how many full shards may be read and not done: two that it has, two that it gets next."""
_POLL_SECONDS = 2.0
"""At most, between two questions of a task that waits; what is read ahead lasts longer."""
_QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}

_Row = dict[str, Any]


class RayData:
    """The engine of a Ray cluster, or of a Ray on this machine where there is no address."""

    def __init__(self, workers: int, address: str | None = None) -> None:
        self.workers = workers
        self._address = address or os.environ.get("RAY_ADDRESS")

    def map_shards(self, job: Job, works: Sequence[SeedWork], samples: Sequence[Shard]) -> Generator[ShardResult]:
        """Yields as `Engine.map_shards`.

        Raises EngineError where Ray is not installed, does not answer, or gives up.
        """
        ray, is_ours = _connect(self._address, self.workers)
        try:
            job, works = _make_absolute(job, works)
            names: dict[str, str] = {}
            books = _keep_books(ray, AHEAD_SHARDS * self.workers * job.shard_words)
            groups = group_works(works, max(_LEAST_READERS, self.workers))
            inputs: list[Sequence[Shard | SeedWork]] = [*([sample] for sample in samples), *groups]
            error: MudawwanaError | None = None
            for row in _stream(ray, job, inputs, self.workers, books=books):
                result: ShardResult | MudawwanaError = pickle.loads(row["result"])  # noqa: S301 - our own actors'
                if isinstance(result, MudawwanaError):
                    # To the end: now and then Ray's driver crashes where tasks are cancelled that are reading.
                    error = error or result
                    ray.get(books.stop.remote())
                elif error is None:
                    yield _name_worker(result, names)
            if error:
                raise error
        except ray.exceptions.RayError as error:
            raise EngineError(f"Ray has given up; what is finished is kept. {error}") from error
        finally:
            if is_ours:
                ray.shutdown()


def _connect(address: str | None, workers: int) -> tuple[Any, bool]:
    """Ray, connected, and whether it was us who connected."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise EngineError(
            f"--engine ray needs Ray ({error}): {describe_install('ray')}, or leave --engine out."
        ) from error
    # It tells of each plan and its end, and that there are no bars.
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    if ray.is_initialized():
        return ray, False
    try:
        if address:
            ray.init(address=address, **_QUIET)
        else:
            start_ray(workers + 1)
    # Ray raises whatever its transport does where nothing answers.
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        raise EngineError(
            f"Ray at {address or 'this machine'} does not answer ({error}); check --address, or start one with "
            "`ray start --head`."
        ) from error
    return ray, True


def start_ray(cpus: int) -> None:
    """Starts a Ray of our own on this machine, whatever other runs here."""
    import ray

    # Ray lets its workers wait behind all other processes otherwise.
    own = {"include_dashboard": False, "_system_config": {"worker_niceness": 0}}
    ray.init(address="local", num_cpus=cpus, **own, **_QUIET)


def _make_absolute(job: Job, works: Sequence[SeedWork]) -> tuple[Job, list[SeedWork]]:
    """The same with absolute paths: elsewhere another folder is the current one."""
    layout = replace(job.layout, root=job.layout.root.absolute())
    seeds = ([replace(seed, path=seed.path.absolute()) for seed in work.seeds] for work in works)
    return replace(job, layout=layout), [
        replace(work, seed=first, others=tuple(others))
        for work, (first, *others) in zip(works, seeds, strict=True)
    ]


def group_works(works: Sequence[SeedWork], count: int) -> list[Sequence[SeedWork]]:
    """The seed files in order, in at most so many groups, each for one task to read; about the same words in each.

    A task a file would be 100,000 tasks for as many small files.
    """
    words = sum(work.words for work in works)
    groups: list[list[SeedWork]] = [[] for _ in range(count)]
    before = 0
    for work in works:
        groups[min(count - 1, before * count // max(1, words))].append(work)
        before += work.words
    return [group for group in groups if group]


def _keep_books(ray: Any, most_words: int) -> Any:
    """An actor of `_Books`, on the node of the driver: it is needed as long as that one is."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    return ray.remote(num_cpus=0, scheduling_strategy=here)(_Books).remote(most_words)


def _stream(
    ray: Any, job: Job, inputs: Sequence[Sequence[Shard | SeedWork]], workers: int, *, books: Any
) -> Iterator[_Row]:
    if not inputs:
        return
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # A block is full with its first shard.
    context.target_max_block_size = 1
    context.target_min_block_size = 1
    rows = ray.data.from_items([{"input": pickle.dumps(one)} for one in inputs], override_num_blocks=len(inputs))
    shards = rows.flat_map(_Reader(job, books), num_cpus=_READER_CPUS)
    results = shards.map_batches(
        _Actor,
        fn_constructor_args=(job, books),
        batch_size=1,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=2),
    )
    yield from results.iter_rows()


class _Reader:
    """Seed files -> their shards; a sample stays as it is."""

    def __init__(self, job: Job, books: Any) -> None:
        self._job = job
        self._books = books

    def __call__(self, row: _Row) -> Iterator[_Row]:
        inputs: Sequence[Shard | SeedWork] = pickle.loads(row["input"])  # noqa: S301 - our own driver's
        for one in inputs:
            for shard in [one] if isinstance(one, Shard) else iter_shards(self._job, one):
                if shard.units and not shard.is_sample and not self._wait(shard):
                    return
                yield {"shard": pickle.dumps(shard)}

    def _wait(self, shard: Shard) -> bool:
        """Until there is room for the shard's words; False where the run has failed."""
        import ray

        pause = _POLL_SECONDS / 64
        while (has_room := ray.get(self._books.take.remote(shard.seed, shard.key, shard.words))) is False:
            pause = min(2 * pause, _POLL_SECONDS)
            time.sleep(pause)
        return has_room is not None


class _Actor:
    """Does shards; loads the task when the first one comes that needs it."""

    def __init__(self, job: Job, books: Any) -> None:
        self._job = job
        self._books = books
        self._task: Task | None = None

    def __call__(self, batch: _Row) -> _Row:
        return {"result": [pickle.dumps(self._work(pickle.loads(one))) for one in batch["shard"]]}  # noqa: S301

    def _work(self, shard: Shard) -> ShardResult | MudawwanaError:
        if not shard.units:
            return ShardResult(shard)
        try:
            return self._do_shard(shard)
        except Exception as error:
            return carry_error(error)

    def _do_shard(self, shard: Shard) -> ShardResult:
        import ray

        if shard.is_sample:
            self._task = self._task or _load(self._job)
            return do_shard(self._job, self._task, shard, worker=_get_actor_id())
        if get_part_path(self._job.layout, shard, is_whole=True).is_file():
            result = ShardResult(strip_units(shard))
        else:
            self._task = self._task or _load(self._job)
            # An actor that dies is started anew with its shard, without end.
            if ray.get(self._books.count_try.remote(shard.seed, shard.key)) > TRIES:
                reason = f"its worker died, {TRIES} times, with this document or one beside it"
                result = give_up(self._job, shard, reason)
            else:
                result = do_shard(self._job, self._task, shard, worker=_get_actor_id())
        ray.get(self._books.give_back.remote(shard.seed, shard.key))
        return result


def _load(job: Job) -> Task:
    """Raises EngineError where this node has other models or other code than the driver."""
    if job.read_stamp:
        try:
            stamp = job.read_stamp()
        except MudawwanaError as error:
            raise EngineError(f"node {platform.node()}: {error}") from error
        if stamp != job.stamp:
            raise EngineError(
                f"node {platform.node()} differs from the driver: {describe_difference(stamp, job.stamp)}. "
                "Install the same versions of Mudawwana, Stanza and torch on all nodes, the same models under the "
                "same path, and run the same command again; what is finished is kept."
            )
    return job.load()


class _Books:
    """What readers and actors must know of each other; lives in an actor of its own, since each of them may die.

    Any of them may say the same twice: Ray does again what was lost with a node.
    """

    def __init__(self, most_words: int) -> None:
        self._most_words = most_words
        """How many may be read and not done; a shard alone may have more."""
        self._tries: Counter[tuple[str, str]] = Counter()
        self._words: dict[tuple[str, str], int] = {}
        """Of the shards that are read and not done."""
        self._done: set[tuple[str, str]] = set()
        self._total = self._peak = 0
        self._is_stopped = False

    def stop(self) -> None:
        """The run has failed: nothing more is read."""
        self._is_stopped = True

    def count_try(self, seed: str, key: str) -> int:
        """How often actors have begun with the shard."""
        self._tries[seed, key] += 1
        return self._tries[seed, key]

    def take(self, seed: str, key: str, words: int) -> bool | None:
        """Whether there is room for the shard; if so, it has it. None where the run has failed."""
        if self._is_stopped:
            return None
        if (seed, key) in self._words or (seed, key) in self._done:
            return True
        if self._words and self._total + words > self._most_words:
            return False
        self._words[seed, key] = words
        self._total += words
        self._peak = max(self._peak, self._total)
        return True

    def give_back(self, seed: str, key: str) -> None:
        """The shard is done."""
        self._total -= self._words.pop((seed, key), 0)
        self._done.add((seed, key))

    def get_peak(self) -> int:
        """The most words that were read and not done."""
        return self._peak


def _get_actor_id() -> str:
    import ray

    return str(ray.get_runtime_context().get_actor_id())


def _name_worker(result: ShardResult, names: dict[str, str]) -> ShardResult:
    """The result with its actor's id put as a number, from "1" in the order of their first results."""

    if not result.worker or result.worker == "lost":
        return result
    return replace(result, worker=names.setdefault(result.worker, str(len(names) + 1)))
