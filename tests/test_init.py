"""A corpus that `init` lays out is one that can be used."""

from pathlib import Path

import pytest

from mudawwana.base.errors import DocumentError, SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.documents import read_documents
from mudawwana.seeds.init import init_corpus
from mudawwana.seeds.names import derive_name
from mudawwana.seeds.settings import load_settings
from mudawwana.seeds.table import COLUMNS


def test_files(tmp_path: Path) -> None:
    root = tmp_path / "corpora" / "tajriba"
    paths = init_corpus(root, "tajriba")
    assert [path.relative_to(root).as_posix() for path in paths] == [
        "seeds/corpus.toml",
        "seeds/documents.csv",
        "annotations/auto/.gitkeep",
        "annotations/gold/.gitkeep",
        "corpus/.gitkeep",
        "README.md",
        ".gitignore",
    ]
    assert set(paths) == {path for path in root.rglob("*") if path.is_file()}
    assert (root / "README.md").read_text(encoding="utf-8").startswith("# tajriba\n")


def test_runs_as_soon_as_a_text_is_there(tmp_path: Path) -> None:
    init_corpus(tmp_path, "tajriba")
    layout = CorpusLayout(tmp_path)
    settings = load_settings(layout)
    assert (settings.name, settings.title, settings.licence) == ("tajriba", "tajriba", "other")
    assert layout.documents_path.read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"
    with pytest.raises(DocumentError, match="no documents"):
        read_documents(layout, settings)
    (layout.seeds_dir / "a.txt").write_text("سلام.", encoding="utf-8")
    assert [document.id for document in read_documents(layout, settings)] == ["a"]


def test_refuses_a_corpus(tmp_path: Path) -> None:
    init_corpus(tmp_path, "one")
    with pytest.raises(SettingsError, match=r"corpus\.toml: there is a corpus already"):
        init_corpus(tmp_path, "two")
    assert load_settings(CorpusLayout(tmp_path)).name == "one"


def test_keeps_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    assert tmp_path / "README.md" not in init_corpus(tmp_path, "tajriba")
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["my corpus", "مدونة", 'a"b\\'])
def test_any_folder_name_does(tmp_path: Path, name: str) -> None:
    init_corpus(tmp_path, name)
    settings = load_settings(CorpusLayout(tmp_path))
    assert settings.title == name
    assert settings.name == derive_name(name)
    assert settings.curators == (f"The curators of {name}",)
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")
