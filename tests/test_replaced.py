"""What another library's code finds while one of its attributes is replaced, and what is left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from mudawwana.base.replaced import replaced


class Base:
    def name(self) -> str:
        return "base"

    @staticmethod
    def count() -> int:
        return 1


class Heir(Base):
    pass


@contextmanager
def unchanged(*owners: object) -> Iterator[None]:
    """Behind the block the owners have the attributes of before: the same objects in the same order."""
    before = [list(vars(owner).items()) for owner in owners]
    yield
    assert [list(vars(owner).items()) for owner in owners] == before


def test_a_module_says_otherwise_for_as_long_as_the_block_lasts() -> None:
    module = ModuleType("library")
    module.answer = 1  # type: ignore[attr-defined]
    with unchanged(module), replaced(module, "answer", 2):
        assert module.answer == 2


def test_a_method_of_a_class_and_a_static_one() -> None:
    heir = Heir()
    with unchanged(Base, Heir):
        with replaced(Base, "name", lambda self: type(self).__name__), replaced(Base, "count", lambda self: 2):
            assert (heir.name(), heir.count()) == ("Heir", 2)
        assert (heir.name(), heir.count(), Base.count()) == ("base", 1, 1)


def test_what_is_inherited_is_inherited_again() -> None:
    heir, other = Heir(), Heir()
    with unchanged(heir, Heir, Base), replaced(heir, "name", lambda: "own"):
        assert (heir.name(), other.name()) == ("own", "base")
    with unchanged(heir, Heir, Base), replaced(Heir, "name", lambda self: "heir"):
        assert (heir.name(), Base().name()) == ("heir", "base")


def test_blocks_within_blocks_end_in_turn() -> None:
    heir = Heir()
    with unchanged(heir), replaced(heir, "name", lambda: "outer"):
        with replaced(heir, "name", lambda: "inner"):
            assert heir.name() == "inner"
        assert heir.name() == "outer"


def test_an_exception_leaves_nothing_behind() -> None:
    heir = Heir()
    with (
        unchanged(heir, Base),
        pytest.raises(ValueError, match="inside"),
        replaced(heir, "name", None),
        replaced(Base, "count", None),
    ):
        raise ValueError("inside")


def test_what_is_not_there_is_not_replaced() -> None:
    with unchanged(Base), pytest.raises(AttributeError, match="embed"), replaced(Base, "embed", None):
        pass
