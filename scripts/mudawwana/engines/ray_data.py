"""Annotate on a Ray cluster, by Ray Data (https://docs.ray.io/en/latest/data/data.html).

    seed files -> shards (read tasks) -> a pool of actors with Stanza -> what `ShardResult` says, to the driver

Every node must see the corpus under the same path, as on a shared file system or in an object store: workers read
the seeds and write their parts there. Texts go from the tasks that read to the actors, never through the driver. A
block holds one shard of at most `Job.shard_words` words and an actor has two, so a cluster holds so many words in
flight, however big the corpus.
"""

import os
import pickle
import traceback
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

from mudawwana.engines.here import TRIES
from mudawwana.engines.shards import Annotator, Job, SeedWork, Shard, ShardResult, iter_shards
from mudawwana.engines.worker import annotate_shard, get_part_path, give_up, strip_units
from mudawwana.errors import EngineError, MudawwanaError

_READER_CPUS = 0.25
"""Of a core: reading takes little time, and must never wait for the actors' cores."""

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
            names: dict[str, str] = {}
            for row in _stream(ray, job, [*samples, *works], self.workers):
                result: ShardResult | MudawwanaError = pickle.loads(row["result"])  # noqa: S301 - our own actors'
                if isinstance(result, MudawwanaError):
                    raise result
                yield _name_worker(result, names)
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
            f"--engine ray needs Ray ({error}): pip install 'mudawwana[ray]', or leave --engine out."
        ) from error
    if ray.is_initialized():
        return ray, False
    # Its own, not one that happens to run here; Ray lets its workers wait behind all others otherwise.
    ours = {"num_cpus": workers + 1, "include_dashboard": False, "_system_config": {"worker_niceness": 0}}
    place: dict[str, Any] = {"address": address} if address else {"address": "local", **ours}
    try:
        ray.init(**place, log_to_driver=False, logging_level="ERROR")
    # Ray raises whatever its transport does where nothing answers.
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        raise EngineError(
            f"Ray at {address or 'this machine'} does not answer ({error}); check --address, or start one with "
            "`ray start --head`."
        ) from error
    return ray, True


def _stream(ray: Any, job: Job, inputs: Sequence[Shard | SeedWork], workers: int) -> Iterator[_Row]:
    if not inputs:
        return
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # A block is full with its first shard.
    context.target_max_block_size = 1
    context.target_min_block_size = 1
    rows = ray.data.from_items([{"input": pickle.dumps(one)} for one in inputs], override_num_blocks=len(inputs))
    shards = rows.flat_map(_Reader(job), num_cpus=_READER_CPUS)
    results = shards.map_batches(
        _Actor,
        fn_constructor_args=(job, ray.remote(num_cpus=0)(_Tries).remote()),
        batch_size=1,
        num_cpus=1,
        max_restarts=-1,
        max_task_retries=-1,
        compute=ray.data.ActorPoolStrategy(size=workers, max_tasks_in_flight_per_actor=2),
    )
    yield from results.iter_rows()


class _Reader:
    """A seed file -> its shards; a sample stays as it is."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, row: _Row) -> Iterator[_Row]:
        one: Shard | SeedWork = pickle.loads(row["input"])  # noqa: S301 - our own driver's
        shards = iter([one]) if isinstance(one, Shard) else iter_shards(self._job, one)
        return ({"shard": pickle.dumps(shard)} for shard in shards)


class _Actor:
    """Annotates shards; loads its models when the first one comes that needs them."""

    def __init__(self, job: Job, tries: Any) -> None:
        self._job = job
        self._tries = tries
        self._annotate: Annotator | None = None

    def __call__(self, batch: _Row) -> _Row:
        return {"result": [pickle.dumps(self._work(pickle.loads(one))) for one in batch["shard"]]}  # noqa: S301

    def _work(self, shard: Shard) -> ShardResult | MudawwanaError:
        if not shard.units or get_part_path(self._job.layout, shard, is_whole=True).is_file():
            return ShardResult(strip_units(shard))
        try:
            self._annotate = self._annotate or self._job.load()
            if not shard.is_sample and self._count_try(shard) > TRIES:
                reason = f"its worker died, {TRIES} times, with this document or one beside it"
                return give_up(self._job, shard, reason)
            return annotate_shard(self._job, self._annotate, shard, worker=_get_actor_id())
        except MudawwanaError as error:
            return error
        except Exception:
            return EngineError(f"a worker has failed:\n{traceback.format_exc()}")

    def _count_try(self, shard: Shard) -> int:
        """How often actors have begun with the shard; one that dies is started anew with it, without end."""
        import ray

        count: int = ray.get(self._tries.add.remote(shard.seed, shard.key))
        return count


class _Tries:
    """Lives in an actor of its own as long as the run, since the others may die."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, seed: str, key: str) -> int:
        self._counts[seed, key] += 1
        return self._counts[seed, key]


def _get_actor_id() -> str:
    import ray

    return str(ray.get_runtime_context().get_actor_id())


def _name_worker(result: ShardResult, names: dict[str, str]) -> ShardResult:
    """The result with its actor's id put as a number, from "1" in the order of their first results."""

    if not result.worker or result.worker == "lost":
        return result
    return replace(result, worker=names.setdefault(result.worker, str(len(names) + 1)))
