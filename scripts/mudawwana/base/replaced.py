"""The one way to have another library's code do otherwise where it offers no argument for it."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """`owner.name`, an attribute of another library's, is `value` for as long as the block lasts.

    Behind the block, also one that an exception leaves, the owner is as it was: what it had inherited, it inherits
    again. All threads see `value`. Blocks within blocks end in turn.

    Raises AttributeError where there is nothing to replace: the library has changed.
    """
    getattr(owner, name)
    own = vars(owner)
    is_own = name in own
    kept = own.get(name)  # as it is written in a class: a static method, say, not the function
    setattr(owner, name, value)
    try:
        yield
    finally:
        if is_own:
            setattr(owner, name, kept)
        else:
            delattr(owner, name)
