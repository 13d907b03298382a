"""Corpora in object stores: a path with `://` -> a root folder that reads as a `pathlib.Path` does.

Such paths are `upath.UPath`s, by fsspec. What differs there from a disk stands in files.py: objects appear whole
or not at all, cannot be renamed, and there are no folders.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from mudawwana.base.errors import StoreError
from mudawwana.base.explain import describe_install
from mudawwana.base.files import get_key, get_store, get_store_errors


def open_store(url: str) -> Path:
    """The root of the corpus there, once the store has answered.

    Raises StoreError where it does not answer, says no, or has nothing there.
    """
    try:
        from upath import UPath

        # Other processes write there, too: what a listing said a moment ago holds no longer.
        root = cast(Path, UPath(url.rstrip("/"), use_listings_cache=False))
        store = get_store(root)
    except ImportError as error:
        raise StoreError(
            f"{url}: needs packages that are not installed ({error}): {describe_install('s3')} for s3://, or "
            "fsspec's package for another store."
        ) from error
    except ValueError as error:
        raise StoreError(
            f"{url}: no kind of store that fsspec knows ({error}); write s3://BUCKET/PATH."
        ) from error
    # file:// is this machine's disk.
    if "file" in store.protocol:
        return Path(get_key(root))
    with translate_errors(root):
        store.ls(get_key(root))
    return root


@contextmanager
def translate_errors(root: Path) -> Iterator[None]:
    """Turns what the store's libraries raise meanwhile into StoreError; nothing to do for a corpus on a disk."""
    try:
        yield
    except get_store_errors() as error:
        if get_store(root) is None:
            raise
        if isinstance(error, FileNotFoundError):
            raise StoreError(
                f"{root}: not found ({error}); check the names of bucket and folder: a corpus has an object "
                "seeds/corpus.toml."
            ) from error
        raise StoreError(
            f"{root}: the store does not answer, or refuses ({type(error).__name__}: {error}); check credentials "
            "(for S3: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE), AWS_ENDPOINT_URL and network, "
            "and run the same command again: what is finished is kept."
        ) from error
