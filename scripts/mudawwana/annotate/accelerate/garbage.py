"""Python's search for garbage, put off: it would look through all words and all of torch, again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def pause_garbage() -> Iterator[None]:
    """No search while the block runs; what is unreachable then is found later."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
