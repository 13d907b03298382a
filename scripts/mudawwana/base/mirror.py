"""A corpus in an object store -> a copy on this machine's disk to build from, and its data set back up.

A build reads everything several times and in places; so it works on a copy. That needs room for the seeds, the
annotations and the data set in the folder for temporary files (TMPDIR names another).
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from mudawwana.base.errors import MudawwanaError, StoreError
from mudawwana.base.files import get_key, get_store, remove_file
from mudawwana.base.layout import CorpusLayout


@contextmanager
def mirror_corpus(layout: CorpusLayout) -> Iterator[CorpusLayout]:
    """The corpus itself where it is on a disk; else a copy, whose `corpus/` is put into the store at the end.

    Of the data set that is there the copy has the files' names alone, each with a mark in place of the content:
    what a build removes goes from the store, too, and what it does not touch stays there as it is. Where an error
    ends the work, the store stays as it is; the error names the store's paths.
    """
    if get_store(layout.root) is None:
        yield layout
        return
    with TemporaryDirectory(prefix="mudawwana-") as folder:
        local = CorpusLayout(Path(folder) / "corpus")
        _download(layout, local)
        before = _list_files(layout.corpus_dir)
        mark = secrets.token_bytes(16)
        for name in before:
            _prepare(local.corpus_dir / name).write_bytes(mark)
        try:
            yield local
        except MudawwanaError as error:
            raise type(error)(str(error).replace(str(local.root), str(layout.root))) from error
        _upload(local, layout, before, mark)


def _download(layout: CorpusLayout, local: CorpusLayout) -> None:
    store = get_store(layout.root)
    for folder in ("seeds", "annotations"):
        for name in _list_files(layout.root / folder):
            if not name.startswith(f"{layout.work_dir.name}/"):
                path = _prepare(local.root / folder / name)
                store.get_file(get_key(layout.root / folder / name), str(path))
    if layout.citation_path.exists():
        store.get_file(get_key(layout.citation_path), str(local.citation_path))


def _holds(path: Path, raw: bytes) -> bool:
    """Whether the file is there and has these bytes and no others."""
    return path.is_file() and path.stat().st_size == len(raw) and path.read_bytes() == raw


def _upload(local: CorpusLayout, layout: CorpusLayout, before: list[str], mark: bytes) -> None:
    """What a build has written, the card, which names the other files, last; then goes what is no more."""
    store = get_store(layout.root)
    paths = [path for path in local.corpus_dir.rglob("*") if path.is_file()]
    names = [path.relative_to(local.corpus_dir).as_posix() for path in paths]
    card = local.data_set.card_path.name
    for name in sorted(names, key=lambda name: (name == card, name)):
        if not _holds(local.corpus_dir / name, mark):
            store.put_file(str(local.corpus_dir / name), get_key(layout.corpus_dir / name))
    for name in sorted({*before} - {*names}):
        remove_file(layout.corpus_dir / name)


def _list_files(folder: Path) -> list[str]:
    """The objects below a folder, by their paths in it.

    Raises StoreError where one has a name that leads out of the folder.
    """
    paths = [PurePosixPath(path) for path in get_store(folder).find(get_key(folder))]
    for path in paths:
        if ".." in path.parts:
            raise StoreError(f"{folder}: an object has `..` in its name, {path}; rename it.")
    return sorted(path.relative_to(get_key(folder)).as_posix() for path in paths)


def _prepare(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
