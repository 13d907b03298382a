"""How far an annotation is, on stderr: a bar in a terminal, elsewhere a line a minute."""

import sys
import time
from collections import defaultdict
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from mudawwana.engines.shards import ShardResult

LINE_SECONDS = 60.0
_NAMED_WORKERS = 8


class Progress:
    """Words done and to do, words a second, time left, and words a second of each worker.

    Words are space-separated words of the seeds. What was done before this run counts as done, but not for speed.
    """

    def __init__(self, words: int, words_to_do: int, *, workers: int) -> None:
        from tqdm import tqdm

        self._words = words
        self._before = words - words_to_do
        self._done = 0
        self._workers = workers
        self._work: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        self._samples: list[float] = []
        self._start = time.monotonic()
        self._ended = Event()
        self._bar = tqdm(
            total=words, initial=self._before, unit="word", unit_scale=True, desc="Annotating", disable=None
        )

    def __enter__(self) -> Self:
        if not sys.stderr.isatty():
            Thread(target=self._print_lines, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._bar.close()

    def update(self, result: "ShardResult") -> None:
        """Takes note of a shard that is done."""
        if not result.worker:
            return
        if result.shard.is_sample:
            self._samples.append(result.shard.words / result.seconds)
            if len(self._samples) == self._workers:
                self._bar.write(self.describe_estimate(), file=sys.stderr)
            return
        words, seconds = self._work[result.worker]
        self._work[result.worker] = (words + result.shard.words, seconds + result.seconds)
        self._done += result.shard.words
        self._bar.set_postfix_str(self._describe_workers(), refresh=False)
        self._bar.update(result.shard.words)

    def describe_estimate(self) -> str:
        """What the samples let expect: each worker has annotated one, all at the same time."""
        rate = sum(self._samples)
        left = self._words - self._before - self._done
        return (
            f"Measured on a sample: {rate:,.0f} words/s with {self._workers} workers; {left:,} words will take "
            f"about {_format(left / rate)}."
        )

    def describe(self, elapsed_seconds: float) -> str:
        """One line for the state after so many seconds."""
        done = self._before + self._done
        line = f"{done:,} of {self._words:,} words"
        if not self._done:
            return f"{line}, no shard finished yet"
        rate = self._done / elapsed_seconds
        left = _format((self._words - done) / rate)
        return f"{line}, {rate:,.0f} words/s ({self._describe_workers()}), {left} left"

    def _describe_workers(self) -> str:
        rates = {name: words / seconds for name, (words, seconds) in sorted(self._work.items()) if seconds}
        if len(rates) > _NAMED_WORKERS:
            return f"{len(rates)} workers, {min(rates.values()):,.0f} to {max(rates.values()):,.0f} each"
        return ", ".join(f"worker {name} {rate:,.0f}" for name, rate in rates.items())

    def _print_lines(self) -> None:
        while not self._ended.wait(LINE_SECONDS):
            click.echo(self.describe(time.monotonic() - self._start), err=True)


def _format(seconds: float) -> str:
    """A time in the two units that matter.

    >>> _format(93_800), _format(3_700), _format(75), _format(8)
    ('1 d 2 h', '1 h 1 min', '1 min 15 s', '8 s')
    """
    rest = round(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count or parts or unit == "s":
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])
