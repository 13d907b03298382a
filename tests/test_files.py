"""A folder of files takes its place as a whole, or not at all."""

import errno
import os
from pathlib import Path

import pytest

from mudawwana.base.errors import OutputError
from mudawwana.base.files import remove_temporary, stage_files
from stand_in import start

OWN = ("card", "data", "gone", "new", "statistics")
OLD = {"card": "old", "data/a": "old", "data/stale": "old", "gone/x": "old", "statistics": "old"}
NEW = {"card": "new", "data/a": "new", "data/b": "new", "new/x": "new", "statistics": "new"}
MOVES = 4 + 4


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def read(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def replace_files(folder: Path) -> None:
    with stage_files(folder, own=OWN, last="card") as staged:
        write(staged, NEW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, OLD | {"notes": "mine"})
    return tmp_path


def fail_at(monkeypatch: pytest.MonkeyPatch, number: int, action: type[Exception] | None = None) -> list[Path]:
    """Makes the move of this number, from 1, fail as on a full disk; without `action`, kills the process there."""
    moved: list[Path] = []
    rename = Path.rename

    def move(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == number:
            if action is None:
                os._exit(1)
            raise action(errno.ENOSPC, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", move)
    return moved


def test_it_becomes_all_of_what_is_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = fail_at(monkeypatch, 0)
    replace_files(folder)
    assert read(folder) == NEW | {"notes": "mine"}
    assert sorted(path.name for path in folder.iterdir()) == ["card", "data", "new", "notes", "statistics"]
    assert len(moved) == MOVES


@pytest.mark.parametrize("number", range(1, MOVES + 1))
def test_a_disk_that_is_full_at_any_move_leaves_all_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    fail_at(monkeypatch, number, OSError)
    with pytest.raises(OutputError, match=r"No space left on device.* as it was\."):
        replace_files(folder)
    assert read(folder) == OLD | {"notes": "mine"}


def _replace_and_die(folder: Path, number: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, number)
        replace_files(folder)


def test_killed_at_any_move_the_card_never_stands_over_other_files(tmp_path: Path) -> None:
    for number in range(1, MOVES + 1):
        folder = tmp_path / str(number)
        write(folder, OLD)
        process = start(_replace_and_die, folder, number)
        process.join()
        assert process.exitcode == 1
        remove_temporary(folder)
        found = read(folder)
        assert "card" not in found or found == OLD
        replace_files(folder)
        assert read(folder) == NEW


def test_what_killed_writers_left_goes_and_nothing_else(tmp_path: Path) -> None:
    kept = {"a.tmp": "", "audit/.hidden": "", "audit/b": ""}
    write(tmp_path, kept | {".a.conllu.12-0123abcd.tmp": "", "audit/.b.1-0.tmp": "", ".build.1-0.tmp/new/c": ""})
    remove_temporary(tmp_path)
    assert read(tmp_path) == kept
    assert not (tmp_path / ".build.1-0.tmp").exists()
    remove_temporary(tmp_path / "nowhere")
