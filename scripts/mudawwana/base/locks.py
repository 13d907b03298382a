"""One run at a time on a corpus.

The lock is the operating system's, on `annotations/.work/lock`: it ends with its process, however that ends, so no
lock is ever left behind. A file beside it says who holds it. In an object store it is a lease (see leases.py).
"""

import getpass
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from mudawwana.base.errors import LockError, OutputError
from mudawwana.base.files import get_store
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.leases import hold_lease


@contextmanager
def lock_corpus(layout: CorpusLayout, *, wait: bool, tell: Callable[[str], object]) -> Iterator[None]:
    """Holds the corpus; where another run does, says so by `tell` and waits, or does not wait.

    Raises LockError, with the holder's process, host, user and start, where another run holds it and `wait` is
    not set; OutputError where the folder cannot be written to.
    """
    if get_store(layout.root) is not None:
        with hold_lease(layout.work_dir / "lease", _build_holder(), wait=wait, tell=tell):
            yield
        return
    path = layout.work_dir / "lock"
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            message = f"{layout.root}: another run works on this corpus: {_describe_holder(path)}"
            if not wait:
                raise LockError(f"{message}. Wait for its end, or let --wait do so.") from error
            tell(f"{message}; waiting for its end.")
            lock.acquire()
        _get_holder_path(path).write_text(json.dumps(_build_holder()), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); allow writing there.") from error
    try:
        yield
    finally:
        _get_holder_path(path).unlink(missing_ok=True)
        lock.release()


def _get_holder_path(path: Path) -> Path:
    return path.with_name("lock.holder")


def _build_holder() -> dict[str, object]:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"process": os.getpid(), "host": socket.gethostname(), "user": getpass.getuser(), "since": since}


def _describe_holder(path: Path) -> str:
    """What the holder has written of itself; it may be between taking the lock and writing."""
    try:
        holder = json.loads(_get_holder_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "it has just begun"
    return ", ".join(f"{key} {value}" for key, value in holder.items())
