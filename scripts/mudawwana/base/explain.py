"""Any error that a user may meet -> one message: what happened, where, and what to do. And no secret in it.

The command line prints what `explain` says, and workers send it; `reading` says which file a library gave up.
"""

import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EISDIR, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path
from urllib.parse import quote

from mudawwana.base.errors import InputError, MudawwanaError

_LIBRARY_ERRORS = {
    "aiohttp": ("ClientError",),
    "botocore.exceptions": ("BotoCoreError", "ClientError"),
    "csv": ("Error",),
    "datasets.exceptions": ("DatasetsError",),
    "duckdb": ("Error",),
    "httpx2": ("HTTPError",),
    "lzma": ("LZMAError",),
    "pickle": ("UnpicklingError",),
    "pyarrow.lib": ("ArrowException",),
    "ray.exceptions": ("RayError",),
    "yaml": ("YAMLError",),
    "zipfile": ("BadZipFile",),
    "zlib": ("error",),
}
"""What libraries raise, by module; `get_library_errors` adds what Python's own do."""

_REMEDIES = {
    ENOENT: "it should be there: check its name, or put it back",
    EISDIR: "a file belongs there: move the folder away",
    ENOTDIR: "a folder belongs there: move the file away",
    ENOSPC: "make room on that disk, and run the same command again",
    EROFS: "nothing can be written there: choose another place",
    EACCES: "allow reading and writing there, or choose another place",
    EPERM: "allow reading and writing there, or choose another place",
}
REBUILD = "run `mudawwana build`, which writes it anew"
"""The remedy for a damaged file of the data set."""
_SECRET_VARIABLES = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_LEAST_SECRET_CHARS = 6
_SECRETS = re.compile(r"\bhf_[A-Za-z0-9]{8,}|(?<=://)[^/\s@]+(?=@)|(?i:(?<=bearer )|(?<=bearer%20))[^\s\"',;)]+")
_HIDDEN = "***"


def explain(error: BaseException) -> str:
    """What to tell a user of an error that has ended a command, without secrets."""
    if isinstance(error, MudawwanaError):
        message = str(error)
    elif isinstance(error, OSError):
        message = _explain_os_error(error)
    elif isinstance(error, MemoryError):
        message = f"memory was not enough ({_describe(error)}); give fewer --workers, or close other programs."
    elif isinstance(error, get_library_errors()) and type(error) is not ValueError:
        message = (
            f"{_describe(error)}; run the same command again; where a file is damaged, get it whole "
            "again (those in corpus/ by `mudawwana build`)."
        )
    else:
        message = (
            f"{_describe(error)}, in {_find_place(error)}; nobody has expected that: please report it with what "
            "the same command prints with --debug."
        )
    return hide_secrets(message)


def get_library_errors() -> tuple[type[Exception], ...]:
    """What libraries that are loaded raise where a file or an answer is not what it should be."""
    loaded = [(sys.modules[module], names) for module, names in _LIBRARY_ERRORS.items() if module in sys.modules]
    return (
        OSError,
        EOFError,
        ValueError,
        *(getattr(module, name) for module, names in loaded for name in names),
    )


def describe_install(extra: str) -> str:
    """How to get what an optional part needs, for an error's remedy; Mudawwana comes as a checkout alone.

    >>> describe_install("ray")
    "pip install -e '.[ray]' in Mudawwana's folder"
    """
    return f"pip install -e '.[{extra}]' in Mudawwana's folder"


@contextmanager
def reading(path: Path, remedy: str) -> Iterator[None]:
    """Turns what libraries raise meanwhile of a damaged file into an InputError that names it, and the remedy."""
    try:
        yield
    except get_library_errors() as error:
        if isinstance(error, OSError) and error.errno:
            raise  # not the content: it says itself which file cannot be opened, and why
        raise InputError(
            f"{path}: cannot be read, it is damaged or of another kind ({_describe(error)}); {remedy}."
        ) from error


def hide_secrets(text: str) -> str:
    """The text with stars for tokens and passwords, wherever a server or a library has put them.

    >>> hide_secrets("GET https://me:word@example.org/ with Authorization: Bearer abc")
    'GET https://***@example.org/ with Authorization: Bearer ***'
    """
    for secret in sorted(_find_secrets(), key=len, reverse=True):
        for spelling in {secret, quote(secret, safe="")}:
            text = text.replace(spelling, _HIDDEN)
    return _SECRETS.sub(_HIDDEN, text)


def _find_secrets() -> set[str]:
    """The tokens and keys of this user: from the environment, and from where `hf auth login` puts them."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    path = Path(os.environ.get("HF_TOKEN_PATH") or Path(home, "token")).expanduser()
    found = {os.environ.get(name, "").strip() for name in _SECRET_VARIABLES}
    with suppress(OSError, ValueError):  # there is none, or none that could stand in a message
        found.add(path.read_text(encoding="utf-8").strip())
    return {secret for secret in found if len(secret) >= _LEAST_SECRET_CHARS}


def _explain_os_error(error: OSError) -> str:
    places = " -> ".join(str(place) for place in (error.filename, error.filename2) if place is not None)
    remedy = _REMEDIES.get(error.errno or 0, "run the same command again")
    return f"{places}: {_describe(error)}; {remedy}." if places else f"{_describe(error)}; {remedy}."


def _describe(error: BaseException) -> str:
    """The error in one line; of several lines the first, as libraries advise their own users in the others."""
    told = getattr(error, "strerror", None) or str(error)
    first = next((line.strip() for line in str(told).splitlines() if line.strip()), "")
    name = type(error).__name__
    return first if isinstance(error, OSError) and first else f"{name}: {first}".removesuffix(": ")


def _find_place(error: BaseException) -> str:
    """The last line of this package on the way to the error."""
    package = Path(__file__).parent.parent
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(package)
    ]
    return f"{Path(frames[-1].filename).relative_to(package)}:{frames[-1].lineno}" if frames else "a library"
