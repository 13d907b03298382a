"""The walls of the house: `.importlinter` is kept by the code, and a forbidden import breaks it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mudawwana
from conftest import REPOSITORY

CONTRACTS = REPOSITORY / ".importlinter"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the package's code."""
    source = Path(mudawwana.__file__).parent
    shutil.copytree(source, tmp_path / "mudawwana", ignore=lambda folder, names: _list_others(Path(folder), names))
    return tmp_path


def _list_others(folder: Path, names: list[str]) -> list[str]:
    return [name for name in names if not (folder / name).is_dir() and not name.endswith(".py")]


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    command = [sys.executable, "-c", code, str(CONTRACTS), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(house), "COLUMNS": "200"}
    return subprocess.run(  # noqa: S603
        command, cwd=house, env=environment, capture_output=True, text=True, check=False
    )


def test_the_contracts_are_kept(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("base/files.py", "import mudawwana.arabic.script"),
        ("engines/here.py", "import mudawwana.annotate.task"),
        ("explore/hits.py", "import mudawwana.exports.vertical"),
        ("compare/audit/sample.py", "import mudawwana.compare.audit.sheet"),
        ("engines/worker.py", "import torch"),
        ("dataset/facts.py", "import udtools"),
        ("explore/app.py", "import huggingface_hub"),
        ("engines/here.py", "def late():\n    import ray"),
        ("seeds/init.py", "import click"),
        ("stray.py", "X = 1"),
    ],
)
def test_a_forbidden_import_breaks_them(house: Path, file: str, line: str) -> None:
    with (house / "mudawwana" / file).open("a", encoding="utf-8") as code:
        code.write(f"\n{line}\n")
    result = lint(house)
    assert result.returncode == 1
    assert " 0 broken" not in result.stdout
    assert Path(file).stem in result.stdout
