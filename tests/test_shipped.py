"""What stands in the repository: seeds, annotations, data set and models belong together."""

import json
import shutil
from pathlib import Path

from datasets import load_dataset

from conftest import REPOSITORY
from mudawwana.annotate.generator import describe_generator
from mudawwana.annotate.models import PROCESSORS, Models, get_embedded_dir
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.files import hash_file
from mudawwana.base.layout import CorpusLayout
from mudawwana.dataset.build import build_dataset
from mudawwana.seeds.settings import load_settings
from mudawwana.validate.corpus import check_corpus

SEED = "000_15940584731ed4aa"
LAYOUT = CorpusLayout(REPOSITORY)


def list_files(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in folder.rglob("*") if path.is_file()}


def test_the_shipped_annotations_have_no_error() -> None:
    assert [one for one in check_corpus(LAYOUT, load_settings(LAYOUT)) if one.severity == "error"] == []


def test_the_seed_is_untouched_and_whole() -> None:
    seed = LAYOUT.seeds_dir / f"{SEED}.txt"
    assert hash_file(seed) == "bf4c051f0b3a6da5193bc3bf8cfa3114e4a63807e434d111176b95b9482c2c19"
    sentences = list(read_conllu(LAYOUT.get_annotation_path("auto", f"seeds/{SEED}.txt")))
    paragraphs = [sentence.get_comment("newpar id") for sentence in sentences]
    assert [paragraph for paragraph in paragraphs if paragraph] == [f"{SEED}-p{number}" for number in range(1, 12)]


def test_building_from_the_shipped_annotations_gives_the_shipped_bytes(tmp_path: Path) -> None:
    for name in ("seeds", "annotations"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "CITATION.cff", tmp_path)
    copy = CorpusLayout(tmp_path)
    build_dataset(copy, load_settings(copy))
    assert list_files(copy.corpus_dir) == list_files(LAYOUT.corpus_dir)


def test_the_shipped_annotations_are_the_embedded_models_own(models: Models) -> None:
    [first, *_] = read_conllu(LAYOUT.get_annotation_path("auto", f"seeds/{SEED}.txt"))
    assert first.get_comment("models") == f"embedded {models.fingerprint}"
    scores = json.loads((get_embedded_dir() / "scores.json").read_text(encoding="utf-8"))
    assert scores["fingerprint"] == models.fingerprint


def test_the_shipped_annotations_are_by_this_code() -> None:
    """Where it is not, whoever runs `make corpus` in a fresh clone gets other files: do so, and commit them."""
    [first, *_] = read_conllu(LAYOUT.get_annotation_path("auto", f"seeds/{SEED}.txt"))
    assert first.get_comment("generator") == describe_generator()


def test_each_embedded_model_is_small_and_has_a_card() -> None:
    folder = get_embedded_dir()
    weights = sorted(folder.glob("*.pt"))
    assert {path.stem for path in weights} >= set(PROCESSORS)
    assert sum(path.stat().st_size for path in weights) <= 40_000_000
    for path in weights:
        card = path.with_suffix(".md").read_text(encoding="utf-8")
        assert "CC BY-SA" in card
        assert "LAS" in card


def test_the_data_set_loads_offline() -> None:
    sentences = load_dataset(str(LAYOUT.corpus_dir), split="train")
    tokens = load_dataset(str(LAYOUT.corpus_dir), "tokens", split="train")
    documents = load_dataset(str(LAYOUT.corpus_dir), "documents", split="train")
    assert sum(len(row["tokens"]) for row in sentences) == len(tokens)
    assert documents["id"] == [SEED]
    assert documents[0]["text"].encode() == (LAYOUT.seeds_dir / f"{SEED}.txt").read_bytes()
