"""What `# generator` says leads back to the code."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

from click.testing import CliRunner

from conftest import REPOSITORY
from mudawwana.annotate.generator import ROOMS, describe_generator, hash_code
from mudawwana.cli import main

PACKAGE = "scripts/mudawwana"


def git(repository: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(repository), *who, *arguments], check=True)  # noqa: S603, S607


def test_the_version_is_what_annotations_say() -> None:
    outcome = CliRunner().invoke(main, ["--version"])
    assert (outcome.exit_code, outcome.output) == (0, f"{describe_generator()}\n")


def test_the_digest_finds_its_commits(tmp_path: Path) -> None:
    for room in ROOMS:
        ignored = shutil.ignore_patterns("*.pt", "__pycache__")
        shutil.copytree(REPOSITORY / PACKAGE / room, tmp_path / PACKAGE / room, ignore=ignored)
    git(tmp_path, "init", "-q")
    digests = []
    for subject in ("first", "second"):
        (tmp_path / PACKAGE / "base" / "misc.py").write_text(f"# {subject}\n", encoding="utf-8")
        digests.append(hash_code(tmp_path / PACKAGE))
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", subject)
    module = load("find_commits", REPOSITORY / "scripts" / "find_commits.py")
    for digest, subject in zip(digests, ("first", "second"), strict=True):
        (line,) = module.find_commits(tmp_path, digest)
        assert line.endswith(f" {subject}")
    assert list(module.find_commits(tmp_path, "0" * 16)) == []


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
