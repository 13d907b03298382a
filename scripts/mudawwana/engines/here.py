"""Shards done on this machine: in this process, or in several."""

import os
import signal
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from threading import Thread

from mudawwana.base.errors import EngineError, MudawwanaError
from mudawwana.engines.limits import count_cores, measure_memory
from mudawwana.engines.shards import SHARD_WORDS, Job, SeedWork, Shard, ShardResult, iter_shards
from mudawwana.engines.worker import carry_error, do_shard, give_up

WORKER_BYTES = 1_500_000_000
"""The most that a worker with the embedded models may need."""
TRIES = 3
"""A shard with which so many workers have died is given up."""


class Here:
    """The engine of this machine; one worker alone works in this process."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map_shards(self, job: Job, works: Sequence[SeedWork], samples: Sequence[Shard]) -> Generator[ShardResult]:
        shards = chain(samples, chain.from_iterable(iter_shards(job, work) for work in works))
        return _map_in_processes(job, shards, self.workers) if self.workers > 1 else _map_in_process(job, shards)


def count_workers(words: int) -> int:
    """As many workers as there are cores and memory for (see limits.py), but no more than shards to expect."""
    return max(1, min(count_cores(), measure_memory() // WORKER_BYTES, words // SHARD_WORDS))


def _map_in_process(job: Job, shards: Iterator[Shard]) -> Generator[ShardResult]:
    task = None
    for shard in shards:
        if shard.units:
            task = task or job.load()
            yield do_shard(job, task, shard, worker="1")
        else:
            yield ShardResult(shard)


def _map_in_processes(job: Job, shards: Iterator[Shard], count: int) -> Generator[ShardResult]:
    workers: dict[Connection, _Worker] = {}
    waiting: deque[Shard] = deque()
    deaths: Counter[tuple[str, str]] = Counter()
    names = map(str, range(1, 1 << 30))
    try:
        while True:
            busy = sum(worker.shard is not None for worker in workers.values())
            # No shard is read before a worker is free for it.
            while len(waiting) < count - busy and (shard := next(shards, None)):
                if shard.units:
                    waiting.append(shard)
                else:
                    yield ShardResult(shard)
            if not (busy or waiting):
                return
            for _ in range(len(workers), busy + len(waiting)):
                worker = _Worker(job, next(names))
                workers[worker.connection] = worker
            for worker in workers.values():
                if worker.is_idle and waiting:
                    worker.give(waiting.popleft())
            for connection in wait([one.connection for one in workers.values() if not one.is_idle]):
                worker = workers[connection]  # type: ignore[index]  # `wait` gives back what it was given
                try:
                    if result := worker.receive():
                        yield result
                except EOFError:
                    del workers[worker.connection]
                    yield from _bury(job, worker, deaths, waiting)
    finally:
        for worker in workers.values():
            worker.kill()


def _bury(
    job: Job, worker: "_Worker", deaths: Counter[tuple[str, str]], waiting: deque[Shard]
) -> Iterator[ShardResult]:
    """Puts the shard of a worker that has died back, or gives it up."""
    reason = worker.kill()
    if worker.shard is None:
        raise EngineError(
            f"a worker {reason} before it had loaded its models. If memory was short ({WORKER_BYTES >> 20} MiB a "
            "worker), give fewer --workers; what is finished is kept."
        )
    shard = worker.shard
    deaths[shard.seed, shard.key] += 1
    if deaths[shard.seed, shard.key] < TRIES:
        waiting.appendleft(shard)
    else:
        yield give_up(job, shard, f"its worker {reason}, {TRIES} times, with this document or one beside it")


class _Worker:
    """A process that does one shard at a time; it lives no longer than this process."""

    def __init__(self, job: Job, name: str) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.shard: Shard | None = None
        """What it works on."""
        self._is_loaded = False
        self._process = context.Process(target=_serve, args=(theirs, job, name), daemon=True)
        with _hold_back_interrupts():
            self._process.start()
        theirs.close()

    @property
    def is_idle(self) -> bool:
        return self._is_loaded and self.shard is None

    def give(self, shard: Shard) -> None:
        self.shard = shard
        with suppress(OSError):  # it has died: `receive` will say so
            self.connection.send(shard)

    def receive(self) -> ShardResult | None:
        """Its result, or None where it has loaded its models.

        Raises EOFError where it has died, and the MudawwanaError that it has met.
        """
        try:
            message = self.connection.recv()
        except OSError as error:
            raise EOFError from error
        if isinstance(message, MudawwanaError):
            raise message
        self._is_loaded = True
        if message is not None:
            self.shard = None
        result: ShardResult | None = message
        return result

    def kill(self) -> str:
        """Ends it, if it has not ended; how it has, in words."""
        self._process.kill()
        self._process.join()
        self.connection.close()
        code = self._process.exitcode or 0
        if code == -signal.SIGKILL:
            return "was killed (mostly: out of memory)"
        return f"died by signal {-code}" if code < 0 else f"ended with status {code}"


@contextmanager
def _hold_back_interrupts() -> Iterator[None]:
    """A process that begins now never sees Ctrl-C, not even before `_serve` ignores it; this one does, later."""
    # It lets interrupts through when it is started, which a first worker would do.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection, job: Job, name: str) -> None:
    # Ctrl-C reaches the whole group of processes; the first one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        task = job.load()
        connection.send(None)
        while True:
            connection.send(do_shard(job, task, connection.recv(), worker=name))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:
        connection.send(carry_error(error))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
