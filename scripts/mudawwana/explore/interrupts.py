"""What ends a query before it is done: a limit in seconds, or the end of the program."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf
from threading import Condition, Thread
from time import monotonic
from typing import TypeVar

from duckdb import DuckDBPyConnection, InterruptException, OutOfMemoryException

from mudawwana.base.errors import LimitError

LIMIT_SECONDS = 10.0
"""So long may one query of a search run, unless the user says otherwise."""

_TICK_SECONDS = 0.05
_STOPPED = "the explorer has been stopped."

Answer = TypeVar("Answer")


class Interrupter:
    """Interrupts queries; safe to use from several threads and from a signal's handler."""

    def __init__(self) -> None:
        self._ends: dict[DuckDBPyConnection, float] = {}
        self._changed = Condition()
        self._is_stopped = False
        Thread(target=self._interrupt, daemon=True).start()

    def run(self, cursor: DuckDBPyConnection, work: Callable[[], Answer], *, seconds: float | None) -> Answer:
        """What the work brings, for which the cursor may take so many seconds, None without a limit.

        In a thread of its own, as the main one heeds no signal while DuckDB works. Raises LimitError where it took
        longer, where it needed more memory than there is, and after `stop`.
        """
        with self._watch(cursor, seconds), ThreadPoolExecutor(1) as thread:
            try:
                return thread.submit(work).result()
            except (KeyboardInterrupt, SystemExit):
                self.stop()
                raise

    @contextmanager
    def _watch(self, cursor: DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
        with self._changed:
            if self._is_stopped:
                raise LimitError(_STOPPED)
            self._ends[cursor] = inf if seconds is None else monotonic() + seconds
            self._changed.notify()
        try:
            yield
        except InterruptException as error:
            raise LimitError(_STOPPED if self._is_stopped else _describe(seconds)) from error
        except OutOfMemoryException as error:
            raise LimitError("the search needs more memory than there is; ask for less at once.") from error
        finally:
            with self._changed:
                del self._ends[cursor]

    def stop(self) -> None:
        """Ends what runs; nothing runs any more."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify()

    def _interrupt(self) -> None:
        # Again and again: DuckDB forgets an interrupt that comes just before a query begins.
        with self._changed:
            while self._ends or not self._is_stopped:
                for cursor, end in list(self._ends.items()):
                    if self._is_stopped or end <= monotonic():
                        cursor.interrupt()
                self._changed.wait(_TICK_SECONDS if self._ends else None)


@contextmanager
def open_interrupter() -> Iterator[Interrupter]:
    """An interrupter, stopped at the end."""
    interrupter = Interrupter()
    try:
        yield interrupter
    finally:
        interrupter.stop()


def _describe(seconds: float | None) -> str:
    taken = f" after {seconds:g} seconds" if seconds is not None else ""
    return f"the search was stopped{taken}; ask for less at once, or give it more time by --time-limit."
