"""What changed between two versions of an annotation."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mudawwana.cli import main
from mudawwana.compare.diff import compare_versions
from small_corpus import ANNOTATION, write_corpus


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """Of the second version d1 has another tag and lemma, d2 is gone, d3 is new."""
    old, new = tmp_path / "old.conllu", tmp_path / "new.conllu"
    old.write_text(ANNOTATION.format("d1") + ANNOTATION.format("d2"), encoding="utf-8")
    changed = ANNOTATION.format("d1").replace("سَلَام\tNOUN", "سَلَامَة\tPROPN")
    new.write_text(changed + ANNOTATION.format("d3"), encoding="utf-8")
    return old, new


def test_changes_are_counted_by_column(versions: tuple[Path, Path]) -> None:
    [diff] = compare_versions(*versions).values()
    assert diff.units["documents"] == [2, 2]
    assert diff.counts["document"] == 2
    assert (diff.counts["upos"], diff.counts["lemma"], diff.counts["head"]) == (1, 1, 0)
    assert diff.relabelled["upos"] == {"NOUN → PROPN": 1}


def test_a_version_does_not_differ_from_itself(versions: tuple[Path, Path]) -> None:
    old, _ = versions
    [diff] = compare_versions(old, old).values()
    assert not diff.counts
    assert call(old, old, "--exit-code").exit_code == 0


def test_a_word_that_was_split_is_told_apart(tmp_path: Path) -> None:
    old, new = tmp_path / "old.conllu", tmp_path / "new.conllu"
    old.write_text(ANNOTATION.format("d1"), encoding="utf-8")
    columns = "\tNOUN\t_\t_\t"
    split = (
        "1-2\tسلام\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|start_char=0|end_char=4\n"
        f"1\tس\tس{columns}0\troot\t_\tstart_char=0|end_char=1\n"
        f"2\tلام\tلام{columns}1\tnmod\t_\tstart_char=1|end_char=4\n"
        "3\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\tstart_char=4|end_char=5\n\n"
    )
    new.write_text(ANNOTATION.format("d1").partition("1\tسلام")[0] + split, encoding="utf-8")
    [diff] = compare_versions(old, new).values()
    assert diff.units["words"] == [2, 3]
    assert diff.counts["word"] >= 1
    assert diff.counts["upos"] == 0


def test_layers_of_a_corpus(tmp_path: Path) -> None:
    layout = write_corpus(tmp_path, {"d1.txt": ["d1"]}, gold=["d1"])
    assert set(compare_versions(layout.root, layout.root)) == {"auto", "gold"}
    outcome = call(layout.root, layout.auto_dir)
    assert outcome.exit_code == 1
    assert "name a layer's folder" in outcome.stderr


class TestCommand:
    def test_text_and_status(self, versions: tuple[Path, Path]) -> None:
        outcome = call(*versions)
        assert outcome.exit_code == 0
        assert "NOUN → PROPN" in outcome.stdout
        assert call(*versions, "--exit-code").exit_code == 1

    def test_json(self, versions: tuple[Path, Path]) -> None:
        [content] = json.loads(call(*versions, "--json").stdout).values()
        assert content["counts"]["upos"] == 1

    def test_changelog_is_markdown(self, versions: tuple[Path, Path]) -> None:
        text = call(*versions, "--changelog").stdout
        assert "d3" in text and "- " in text
        assert call(*versions, "--changelog", "--json").exit_code == 2

    def test_html_escapes_and_isolates(self, versions: tuple[Path, Path], tmp_path: Path) -> None:
        old, new = versions
        new.write_text(new.read_text(encoding="utf-8").replace("سَلَامَة", "<b>سَلَامَة"), encoding="utf-8")
        page = tmp_path / "diff.html"
        assert call(old, new, "--html", page).exit_code == 0
        html = page.read_text(encoding="utf-8")
        assert "&lt;b&gt;سَلَامَة" in html and "<b>سَلَامَة" not in html
        assert "<bdi" in html or 'dir="' in html
