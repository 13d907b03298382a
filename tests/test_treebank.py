"""The whole of UD_Arabic-PUD's training part, where it is at hand; it is not part of the repository."""

import os
from pathlib import Path

import pytest

from conftest import REPOSITORY
from mudawwana.base.conllu_io import read_conllu, serialize_sentence, write_conllu
from mudawwana.base.records import Sentence
from mudawwana.training.augment import augment_sentences
from mudawwana.training.edits import normalise_sentence
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.train import SEED, split_by_document
from mudawwana.validate.corpus import check_ud

TREEBANK = Path(os.environ.get("MUDAWWANA_TREEBANK", REPOSITORY.parent / "shared" / "treebank" / "ar_pud.conllu"))

pytestmark = pytest.mark.skipif(
    not TREEBANK.is_file(), reason="needs ar_pud.conllu of UD_Arabic-PUD: set MUDAWWANA_TREEBANK to its path"
)


@pytest.fixture(scope="module")
def prepared() -> list[Sentence]:
    return list(prepare_treebank(read_conllu(TREEBANK)))


def test_reading_and_writing_loses_nothing() -> None:
    text = "".join(map(serialize_sentence, read_conllu(TREEBANK)))
    assert text == TREEBANK.read_text(encoding="utf-8")


@pytest.mark.parametrize("is_augmented", [False, True])
def test_the_prepared_treebank_is_valid(is_augmented: bool, prepared: list[Sentence], tmp_path: Path) -> None:
    sentences = prepared
    if is_augmented:
        sentences = list(augment_sentences(map(normalise_sentence, prepared), seed=SEED))
    path = tmp_path / "prepared.conllu"
    write_conllu(path, sentences)
    assert [str(incident) for incident in check_ud(path)] == []


def test_tokens_stay_as_they_are_written(prepared: list[Sentence]) -> None:
    for before, after in zip(read_conllu(TREEBANK), prepared, strict=True):
        assert after.text == before.text
        assert "".join(token.form + " " * token.space_after for token in after.tokens).strip() == before.text


def test_the_split_is_fixed(prepared: list[Sentence]) -> None:
    train, dev = split_by_document(prepared)
    assert (len(train), len(dev)) == (827, 71)
