"""What the package says of itself; that it builds and runs, `make package` shows."""

import configparser
from pathlib import Path

import yaml

from conftest import REPOSITORY
from mudawwana.annotate.models import get_embedded_dir

_METADATA = configparser.ConfigParser(interpolation=None)
_METADATA.read(REPOSITORY / "setup.cfg", encoding="utf-8")


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == _METADATA["metadata"]["version"]
    assert citation["license"] in _METADATA["metadata"]["license"]
    assert [one["name"] for one in citation["authors"]] == [_METADATA["metadata"]["author"]]


def test_the_notice_names_what_the_models_come_from() -> None:
    assert "NOTICE" in _METADATA["metadata"]["license_files"]
    notice = " ".join(read("NOTICE").split())
    credits = [line.removeprefix("  - ") for line in read_card().splitlines() if line.startswith("  - ")]
    named = [one for one in credits if "(CC" in one]
    assert len(named) == 4
    for credit in named:
        assert credit.split(":")[0] in notice
        assert credit.partition(": ")[2] in notice


def read_card() -> str:
    return Path(get_embedded_dir() / "pos.md").read_text(encoding="utf-8")
