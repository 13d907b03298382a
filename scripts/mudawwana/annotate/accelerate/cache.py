"""What is known about word types, of which a text has far fewer than words."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Type = TypeVar("Type", bound=Hashable)
Value = TypeVar("Value")

TYPE_COUNT = 50_000
"""How many types a cache keeps: nine words in ten of a large corpus, some megabytes."""


class TypeCache(Generic[Type, Value]):
    """Values by type, each computed once while it is remembered; those used longest ago are forgotten."""

    def __init__(self, capacity: int = TYPE_COUNT) -> None:
        self._capacity = capacity
        self._values: dict[Type, Value] = {}

    def get_all(self, types: Iterable[Type], compute: Callable[[Sequence[Type]], Iterable[Value]]) -> list[Value]:
        """The value of each; `compute` gets those that are not known, each once, and gives theirs in order."""
        types = list(types)
        found = {one: self._values.pop(one) for one in dict.fromkeys(types) if one in self._values}
        unknown = [one for one in dict.fromkeys(types) if one not in found]
        if unknown:
            found |= zip(unknown, compute(unknown), strict=True)
        self._values |= found
        for one in list(self._values)[: max(0, len(self._values) - self._capacity)]:
            del self._values[one]
        return [found[one] for one in types]

    def __len__(self) -> int:
        return len(self._values)
