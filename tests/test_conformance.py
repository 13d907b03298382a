"""One fault a file: exactly that incident is found in it, and none in a valid file.

`conformance/invalid/<incident-id>.conllu` is the annotation of the seed file beside it, of the same stem (without
one there is no seed); `<incident-id>.csv` is its corpus's documents.csv where that is not as `mudawwana annotate`
leaves it. Each stands in a corpus together with `conformance/valid/one-document`.
"""

import shutil
from pathlib import Path

import pytest

from conftest import REPOSITORY
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.documents import check_seeds, update_documents_csv
from mudawwana.seeds.settings import Settings
from mudawwana.validate.corpus import check_corpus
from mudawwana.validate.incidents import INCIDENTS, Incident

FOLDER = REPOSITORY / "tests" / "conformance"
ALWAYS = FOLDER / "valid" / "one-document.conllu"
INVALID = sorted((FOLDER / "invalid").glob("*.conllu"))
SETTINGS = Settings("a", "A", "A.", "other", ("A",))


def check(annotation: Path, root: Path) -> list[Incident]:
    layout = CorpusLayout(root)
    layout.auto_dir.mkdir(parents=True)
    layout.seeds_dir.mkdir()
    for path in {ALWAYS, annotation}:
        shutil.copy(path, layout.auto_dir)
        for seed in (path.with_suffix(".txt"), path.with_suffix(".jsonl")):
            if seed.exists():
                shutil.copy(seed, layout.seeds_dir)
    table = annotation.with_suffix(".csv")
    if table.exists():
        shutil.copy(table, layout.documents_path)
    else:
        update_documents_csv(layout, check_seeds(layout, SETTINGS))
    return check_corpus(layout, SETTINGS)


@pytest.mark.parametrize("annotation", INVALID, ids=lambda path: path.stem)
def test_exactly_the_incident_of_its_name(annotation: Path, tmp_path: Path) -> None:
    incidents = check(annotation, tmp_path)
    assert [incident.id for incident in incidents] == [annotation.stem], incidents
    assert incidents[0].path == f"annotations/auto/{annotation.name}"


@pytest.mark.parametrize("annotation", sorted((FOLDER / "valid").glob("*.conllu")), ids=lambda path: path.stem)
def test_valid_files_have_no_incident(annotation: Path, tmp_path: Path) -> None:
    assert check(annotation, tmp_path) == []


def test_every_incident_of_ours_has_a_file() -> None:
    elsewhere = {"card-differs", "data-set-outdated", "gold-with-confidence"}  # test_card.py, test_validate.py
    assert set(INCIDENTS) - elsewhere <= {path.stem for path in INVALID}


def test_every_level_of_ud_has_a_file(tmp_path: Path) -> None:
    others = [path for path in INVALID if path.stem not in INCIDENTS]
    levels = [check(path, tmp_path / path.stem)[0].level for path in others]
    assert sorted(set(levels)) == [1, 2, 3, 4, 5]
