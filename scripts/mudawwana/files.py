"""Files written whole or not at all, and digests."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mudawwana.errors import OutputError


@contextmanager
def replace_atomically(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; on success it takes `path`'s place, else it is removed.

    A reader, or a run after a crash, sees the old file or the new one, never a part.

    Raises OutputError where the disk is full, or the folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror or error}); make room there, or allow writing, and run "
            "the same command again. What stood there before is as it was."
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def stage_files(folder: Path) -> Iterator[Path]:
    """A temporary folder inside `folder`; on success its files take their places there, else nothing changes.

    Raises OutputError where the disk is full, or the folder cannot be written to.
    """
    temporary = folder / f".build.{os.getpid()}.tmp"
    try:
        temporary.mkdir(parents=True, exist_ok=True)
        yield temporary
        paths = sorted(path for path in temporary.rglob("*") if path.is_file())
        for path in paths:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        for path in paths:
            target = folder / path.relative_to(temporary)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror or error}); make room there, or allow writing, and run "
            "the same command again."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_text_atomically(path: Path, pieces: Iterable[str]) -> None:
    """Writes the pieces one after the other as UTF-8 with LF line ends, whole or not at all."""
    with replace_atomically(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def hash_file(path: Path) -> str:
    """The hexadecimal SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
