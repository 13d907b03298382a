"""Files written whole or not at all, and digests; on a disk or in an object store (see stores.py)."""

import hashlib
import io
import os
import secrets
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from mudawwana.base.errors import OutputError

_STORE_ERRORS = {"botocore.exceptions": ("BotoCoreError", "ClientError"), "aiohttp": ("ClientError",)}
"""What the stores' libraries raise beside OSError, by module."""

_TOKEN = secrets.token_hex(4)


def get_store(path: Path) -> Any:
    """The file system, by fsspec, of a path in an object store; None for a path on a disk."""
    return getattr(path, "fs", None)


def get_key(path: Path) -> str:
    """The name by which the store knows a path of its own."""
    return path.path  # type: ignore[attr-defined,no-any-return]


def get_store_errors() -> tuple[type[Exception], ...]:
    """What reading and writing may raise, on a disk or in a store whose libraries are loaded."""
    loaded = [(sys.modules[module], names) for module, names in _STORE_ERRORS.items() if module in sys.modules]
    return (OSError, *(getattr(module, name) for module, names in loaded for name in names))


@contextmanager
def open_binary(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, read as they are asked for."""
    with path.open("rb") as file:
        # fsspec's own `readline` has no limit, and fetches a block for each line.
        yield file if get_store(path) is None else io.BufferedReader(file, 1 << 20)


def read_range(path: Path, start: int, size: int) -> bytes:
    """So many bytes from the 0-based `start` on."""
    store = get_store(path)
    if store is not None:
        return bytes(store.cat_file(get_key(path), start=start, end=start + size)) if size else b""
    with path.open("rb") as file:
        file.seek(start)
        return file.read(size)


def list_folder(folder: Path) -> list[Path]:
    """What stands in the folder, by name; nothing where there is none."""
    store = get_store(folder)
    if store is None:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    try:
        # In one request.
        keys = store.ls(get_key(folder), detail=False)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(folder / name for name in {key.rstrip("/").rpartition("/")[2] for key in keys} if name)


def remove_file(path: Path) -> None:
    """Removes the file if it is there."""
    store = get_store(path)
    if store is None:
        path.unlink(missing_ok=True)
    elif path.exists():
        # Not `rm`, to which `[` and `*` in a name say that it is a pattern; UPath.unlink calls that.
        store.rm_file(get_key(path))


def remove_tree(folder: Path) -> None:
    """Removes the folder and all that is in it, if it is there."""
    store = get_store(folder)
    if store is None and folder.is_dir():
        shutil.rmtree(folder)
    for path in () if store is None else store.find(get_key(folder)):
        store.rm_file(path)


@contextmanager
def replace_atomically(path: Path) -> Iterator[Path]:
    """A temporary path on a disk to write to; on success it takes `path`'s place, else it is removed.

    A reader, or a run after a crash, sees the old file or the new one, never a part. The temporary file stands
    beside `path`, or on this machine where that is in an object store.

    Raises OutputError where the disk is full, or the folder cannot be written to.
    """
    try:
        with _replace_object(path) if get_store(path) else _replace_file(path) as temporary:
            yield temporary
    except get_store_errors() as error:
        raise OutputError(
            f"{path}: cannot be written ({_describe(error)}); make room there, or allow writing, and run the same "
            "command again. What stood there before is as it was."
        ) from error


@contextmanager
def _replace_file(path: Path) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{_name_writer()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def _replace_object(path: Path) -> Iterator[Path]:
    with TemporaryDirectory(prefix="mudawwana-") as folder:
        temporary = Path(folder) / "object"
        yield temporary
        # One upload: a store shows an object when it has all of it, in however many parts it came.
        get_store(path).put_file(str(temporary), get_key(path))


@contextmanager
def stage_files(folder: Path, *, own: Collection[str], last: str) -> Iterator[Path]:
    """A temporary folder to write to; on success what stands in it becomes all of what `own` names in `folder`.

    `own` are entries of `folder`, files or folders: as wholes they give way to those of the temporary folder, or
    go where that has none. `last` is the first that goes and the last that comes: what says of the others what
    they are never stands beside others. Where anything fails, all is as it was.

    Raises OutputError where the disk is full, or the folder cannot be written to.
    """
    temporary = folder / f".build.{_name_writer()}.tmp"
    new, old = temporary / "new", temporary / "old"
    try:
        for one in (new, old):
            one.mkdir(parents=True, exist_ok=True)
        yield new
        for path in new.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        names = sorted(own, key=lambda name: (name != last, name))
        moves = [(folder / name, old / name) for name in names if os.path.lexists(folder / name)]
        _move_all([*moves, *((new / name, folder / name) for name in reversed(names) if (new / name).exists())])
    except OSError as error:
        raise OutputError(
            f"{folder}: cannot be written ({_describe(error)}); make room there, or allow writing, and run the "
            "same command again. What stood there before is as it was."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move_all(moves: Sequence[tuple[Path, Path]]) -> None:
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise


def remove_temporary(folder: Path) -> None:
    """Removes what writers that were killed have left in the folder, at any depth; only for its one writer.

    In an object store there is nothing: temporary files are on this machine.
    """
    if get_store(folder) is not None:
        return
    for path in sorted(folder.rglob(".*.tmp")):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def write_text_atomically(path: Path, pieces: Iterable[str]) -> None:
    """Writes the pieces one after the other as UTF-8 with LF line ends, whole or not at all."""
    with replace_atomically(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)


def hash_file(path: Path) -> str:
    """The hexadecimal SHA-256 of the file's bytes."""
    with open_binary(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # binary, and buffered


def _name_writer() -> str:
    """For temporary names: machines that share a disk have processes of the same number.

    The same for all files of a process, as torch.save writes the name of its file into it.
    """
    return f"{os.getpid()}-{_TOKEN}"


def _describe(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
