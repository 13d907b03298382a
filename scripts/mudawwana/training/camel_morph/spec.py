"""Affixes of Camel Morph and the conditions under which they stand together.

A row of `MSA-*-MORPH.csv` is an affix: the conditions that it sets (COND-S), and tests of what its neighbours set
(COND-T), separated by spaces, all of which must hold: `a||b` one of these is set, `!a` it is not, `else` none of
what the same affix's other rows test in that place. A stem sets and tests conditions, too. What is put together is
right if every part's tests hold for all that is set.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple

Conditions = frozenset[str]
Tests = tuple[tuple[Conditions, bool], ...]
"""Pairs: one of these names is set (True), or none is (False)."""


class Affix(NamedTuple):
    """One row of the specification."""

    form: str
    """Buckwalter, "" for an affix without letters."""
    features: Mapping[str, str]
    """Such as per, gen, num, asp, mod, cas, stt."""
    tests: Tests
    sets: Conditions


class Cell(NamedTuple):
    """Affixes around a stem that go together."""

    prefix: str
    suffix: str
    features: dict[str, str]
    sets: Conditions


def read_affixes(path: Path) -> dict[str, list[Affix]]:
    """The affixes by class, such as "[IVBuff]", in the file's order."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["DEFINE"] == "MORPH"]
    siblings: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        terms = row["COND-T"].split()
        for place, term in enumerate(terms):
            if term != "else":
                siblings.setdefault(_name_group(row, terms, place), set()).update(term.split("||"))
    affixes: dict[str, list[Affix]] = {}
    for row in rows:
        affixes.setdefault(row["CLASS"], []).append(_read_affix(row, siblings))
    return affixes


def _name_group(row: Mapping[str, str], terms: list[str], place: int) -> tuple[str, ...]:
    """What an `else` in that place is the rest of: rows of one affix whose earlier terms are the same."""
    return (row["CLASS"], row["FUNC"], *terms[:place])


def _read_affix(row: Mapping[str, str], siblings: Mapping[tuple[str, ...], set[str]]) -> Affix:
    terms = row["COND-T"].split()
    tests = []
    for place, term in enumerate(terms):
        if term == "else":
            others = siblings.get(_name_group(row, terms, place), set())
            tests.append((frozenset(name for name in others if not name.startswith("!")), False))
        elif term != "_":
            tests.append(parse_test(term))
    features = dict(pair.split(":", 1) for pair in row["FEAT"].split() if ":" in pair)
    form = row["FORM"].strip().removeprefix("_")
    return Affix(form, features, tuple(tests), frozenset(row["COND-S"].split()) - {"_"})


def parse_test(term: str) -> tuple[Conditions, bool]:
    """The test that a term of COND-T is, but for `else`."""
    names = frozenset(name.lstrip("!") for name in term.split("||"))
    return names, not term.startswith("!")


def hold(tests: Tests, conditions: Conditions) -> bool:
    return all(names.isdisjoint(conditions) is not wanted for names, wanted in tests)


def iter_cells(
    prefixes: list[list[Affix]], suffixes: list[list[Affix]], stem: Conditions, *, tests: Tests, known: Conditions
) -> Iterator[Cell]:
    """The right combinations of one affix of each list, for a stem that sets `stem` and asks for `tests`.

    `known` are the conditions that only stems set: affixes that a stem rules out are left out at the start.
    """
    slots = [[affix for affix in slot if _may_stand(affix, stem, known)] for slot in (*prefixes, *suffixes)]
    for parts in product(*slots):
        conditions = stem.union(*(part.sets for part in parts))
        if hold(tests, conditions) and all(hold(part.tests, conditions) for part in parts):
            features = {name: value for part in parts for name, value in part.features.items()}
            before, behind = parts[: len(prefixes)], parts[len(prefixes) :]
            yield Cell(_join(before), _join(behind), features, conditions)


def _may_stand(affix: Affix, stem: Conditions, known: Conditions) -> bool:
    return not any(
        (names <= known and names.isdisjoint(stem)) if wanted else not names.isdisjoint(stem)
        for names, wanted in affix.tests
    )


def _join(parts: Iterable[Affix]) -> str:
    return "".join(part.form for part in parts)
