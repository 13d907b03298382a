"""One run at a time on a corpus in an object store, where no operating system ends a lock with its process.

The lease is an object, `annotations/.work/lease`: who holds it, a random token, and when it was renewed last. The
holder's thread renews it; a lease that nobody renews for `EXPIRY_SECONDS` belongs to a run that is dead, and is
taken over. That time is measured by who waits, so that machines' clocks need not agree.

A lease is made only where there is none (`If-None-Match` on S3). Where two runs take over a dead one's in the same
instant, or the holder was cut off from the store for longer than a lease lasts, two may work for a moment; the
loser notices when it renews. That costs time and no data: parts are named by what they hold, files appear whole,
and both runs write the same bytes.
"""

import json
import secrets
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread, main_thread
from time import monotonic, sleep

from mudawwana.base.errors import LockError
from mudawwana.base.files import get_key, get_store, get_store_errors, remove_file

RENEWAL_SECONDS = 20.0
"""So often is a lease renewed."""
EXPIRY_SECONDS = 120.0
"""A lease that is as it was for so long is a dead run's."""
POLL_SECONDS = 5.0


@contextmanager
def hold_lease(
    path: Path, holder: Mapping[str, object], *, wait: bool, tell: Callable[[str], object]
) -> Iterator[None]:
    """Holds the lease at `path`; where another run does, says so by `tell` and waits, or does not wait.

    Raises LockError, with what the holder says of itself, where another run holds it and `wait` is not set, and
    where the lease was lost; the main thread is interrupted then, if it does not ignore SIGINT.
    """
    lease = _Lease(path, holder)
    while not lease.create():
        found = lease.read()
        message = f"another run works on this corpus: {_describe(found)}"
        if found and not wait and _seems_alive(found):
            raise LockError(f"{message}. {_REMEDY.format(EXPIRY_SECONDS)}")
        tell(f"{message}; waiting for its end.")
        if found and lease.watch(found):
            tell("That run is dead; going on in its place.")
            lease.remove(found)
        elif found and not wait:
            raise LockError(f"{message}. {_REMEDY.format(EXPIRY_SECONDS)}")
    ended = Event()
    thread = Thread(target=lease.keep, args=(ended,), daemon=True)
    thread.start()
    try:
        try:
            yield
        finally:
            ended.set()
            thread.join()
    except KeyboardInterrupt:
        if not lease.is_lost:
            raise
    finally:
        if not lease.is_lost:
            remove_file(path)
    if lease.is_lost:
        raise LockError(
            f"{path}: the lease on the corpus was lost, as this machine could not reach the store in time, or the "
            "lease was removed; run the same command again: what is finished is kept."
        )


_REMEDY = (
    "Wait for its end, or let --wait do so; if it was killed, the same command goes on {:.0f} seconds after its "
    "last renewal."
)


class _Lease:
    """A lease of this run's."""

    def __init__(self, path: Path, holder: Mapping[str, object]) -> None:
        self.is_lost = False
        self._path = path
        self._holder = {**holder, "token": secrets.token_hex(16)}

    def create(self) -> bool:
        """Whether there was none, and this run now holds it."""
        try:
            get_store(self._path).pipe_file(get_key(self._path), self._serialize(), mode="create")
        except FileExistsError:
            return False
        return True

    def read(self) -> dict[str, str]:
        """What the lease says that is there; {} if there is none, as its holder has just ended."""
        try:
            # In one request: a file that is opened must not change before it is read.
            content = json.loads(get_store(self._path).cat_file(get_key(self._path)))
        except (FileNotFoundError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def watch(self, found: Mapping[str, str]) -> bool:
        """Whether the lease stays as it is for as long as a lease lasts; returns as soon as it changes."""
        start = monotonic()
        while self.read() == found:
            if monotonic() - start >= EXPIRY_SECONDS:
                return True
            sleep(min(POLL_SECONDS, EXPIRY_SECONDS))
        return False

    def remove(self, found: Mapping[str, str]) -> None:
        """Removes a dead run's lease, unless another run was faster."""
        if self.read() == found:
            remove_file(self._path)

    def keep(self, ended: Event) -> None:
        """Renews the lease until the run ends, and interrupts the run where the lease is another's now."""
        last = monotonic()
        while not ended.wait(RENEWAL_SECONDS):
            try:
                if self.read().get("token") != self._holder["token"]:
                    break
                get_store(self._path).pipe_file(get_key(self._path), self._serialize())
                last = monotonic()
            except get_store_errors():
                if monotonic() - last >= EXPIRY_SECONDS:
                    break
        else:
            return
        self.is_lost = True
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)

    def _serialize(self) -> bytes:
        return json.dumps(
            {**self._holder, "renewed": datetime.now(UTC).isoformat(timespec="microseconds")}
        ).encode()


def _seems_alive(found: Mapping[str, str]) -> bool:
    """Whether, by the clocks of both machines, the lease was renewed in time."""
    try:
        renewed = datetime.fromisoformat(found["renewed"])
    except (KeyError, ValueError):
        return False
    return (datetime.now(UTC) - renewed).total_seconds() < EXPIRY_SECONDS


def _describe(found: Mapping[str, str]) -> str:
    shown = (f"{key} {value}" for key, value in found.items() if key != "token")
    return ", ".join(shown) or "it has just begun, or ended"
