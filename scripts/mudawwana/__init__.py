"""Mudawwana: from raw Arabic text to a valid, searchable Universal Dependencies data set.

The public names are those of `mudawwana.api`, which is loaded when the first of them is asked for: the command
line must answer before numpy and udtools are there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mudawwana.api import *  # noqa: F403

    __version__: str


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("mudawwana")
    if not name.startswith("_"):
        api = import_module("mudawwana.api")
        if name in api.__all__:
            return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(["__version__", *import_module("mudawwana.api").__all__])
