"""Annotated documents beside those of a seed file, in any order and with gaps on both sides."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudawwana.base.conllu_io import read_annotated_documents, read_document_ids
from mudawwana.base.records import Sentence
from mudawwana.base.walker import AnnotationWalker

IDS = st.lists(st.sampled_from("abcdef"), unique=True)
SENTENCE = "1\tسلام\t_\tX\t_\t_\t0\troot\t_\t_\n\n"  # "peace"


def make_walker(ids: list[str]) -> AnnotationWalker:
    return AnnotationWalker(((one, [Sentence((f"# newdoc id = {one}",), ())]) for one in ids), ids)


def walk(seed: list[str], annotated: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """By document of the seed what was walked over, and what was left."""
    walker = make_walker(annotated)
    steps = {one: [found for found, _ in walker.walk_to(one)] for one in seed}
    return steps, [found for found, _ in walker.walk_on()]


@given(IDS, IDS)
def test_each_annotated_document_comes_once_and_in_order(seed: list[str], annotated: list[str]) -> None:
    steps, rest = walk(seed, annotated)
    assert [found for step in steps.values() for found in step] + rest == annotated


@given(IDS, IDS)
def test_a_document_is_last_where_it_is_found(seed: list[str], annotated: list[str]) -> None:
    steps, _ = walk(seed, annotated)
    for one, step in steps.items():
        assert not step or (step[-1] == one and one not in step[:-1])


@given(IDS)
def test_the_same_documents_meet_one_by_one(ids: list[str]) -> None:
    assert walk(ids, ids) == ({one: [one] for one in ids}, [])


def test_what_lies_behind_is_not_looked_for() -> None:
    assert walk(["a", "b", "c"], ["b", "a", "x", "c", "y"]) == (
        {"a": ["b", "a"], "b": [], "c": ["x", "c"]},
        ["y"],
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        SENTENCE,
        f"# newdoc id = d\n{SENTENCE}{SENTENCE}# newdoc id = e\n# newpar\n{SENTENCE}",
        f"{SENTENCE}# newdoc id = d\n{SENTENCE}",
        f"#newdoc id=d\n{SENTENCE}# newdoc\n{SENTENCE}# newdoc id\n{SENTENCE}",
        f"# newdoc id = d\n# newdoc id = e\n{SENTENCE}# x = # newdoc id = f\n{SENTENCE}",
    ],
)
def test_ids_are_those_of_the_documents_that_are_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.conllu"
    path.write_text(text, encoding="utf-8")
    assert read_document_ids(path) == [one for one, _ in read_annotated_documents(path)]
