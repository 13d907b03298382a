"""How to cite the data set: CITATION.cff, BibTeX and one line of text, all from the facts of corpus.toml."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from mudawwana.base.errors import BuildError
from mudawwana.seeds.settings import Settings

_ESCAPES = str.maketrans({char: f"\\{char}" for char in "&%$#_{}"})


def build_cff(settings: Settings) -> dict[str, Any]:
    """The data set's CITATION.cff (https://citation-file-format.github.io, version 1.2.0)."""
    licence = get_spdx_id(settings.licence)
    return {
        "cff-version": "1.2.0",
        "message": "If you use this data set, please cite it as below.",
        "type": "dataset",
        "title": settings.title,
        "authors": [{"name": curator} for curator in settings.curators],
        "version": settings.version,
        "date-released": settings.released,
        **({"license": licence} if licence else {}),
        **({"url": settings.homepage} if settings.homepage else {}),
    }


def serialize_cff(cff: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(dict(cff), allow_unicode=True, sort_keys=False, width=115)
    return text


def read_cff(path: Path) -> dict[str, Any]:
    """What a CITATION.cff says.

    Raises BuildError where it is no YAML, or lacks what a citation needs.
    """
    try:
        cff = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BuildError(f"{path}: not YAML in UTF-8 ({error}); correct it, or remove the file.") from error
    needed = ("title", "authors", "version", "date-released")
    missing = [key for key in needed if not (isinstance(cff, dict) and cff.get(key))]
    if missing:
        raise BuildError(f"{path}: no {', '.join(missing)}; the data card cites it: add the keys.")
    return {str(key): value for key, value in cff.items()}


def build_bibtex(cff: Mapping[str, Any], key: str) -> str:
    r"""A BibTeX entry (https://ctan.org/pkg/biblatex; `@misc`, which old styles know, too).

    >>> print(build_bibtex({"title": "A & B", "authors": [{"name": "مريم"}], "version": "1.0",
    ...     "date-released": "2026-11-23"}, "ab"))
    @misc{ab,
      title = {A \& B},
      author = {{مريم}},
      year = {2026},
      version = {1.0},
    }
    """
    facts = {
        "title": _escape(str(cff["title"])),
        "author": " and ".join(map(_format_author, cff["authors"])),
        "year": str(cff["date-released"])[:4],
        "version": _escape(str(cff["version"])),
        "url": str(cff.get("url", "")),
    }
    lines = [f"  {fact} = {{{value}}}," for fact, value in facts.items() if value]
    return "\n".join([f"@misc{{{re.sub(r'[^A-Za-z0-9-]+', '', key) or 'corpus'},", *lines, "}"])


def build_apa(cff: Mapping[str, Any]) -> str:
    """One line in APA's style."""
    authors = ", ".join(author.get("name") or _format_person(author) for author in cff["authors"])
    kind = "Data set" if cff.get("type") == "dataset" else "Computer software"
    url = f" {cff['url']}" if cff.get("url") else ""
    return (
        f"{authors} ({str(cff['date-released'])[:4]}). *{cff['title']}* (Version {cff['version']}) [{kind}].{url}"
    )


def _format_author(author: Mapping[str, str]) -> str:
    """A second pair of braces keeps BibTeX from splitting a group's name."""
    return f"{{{_escape(author['name'])}}}" if "name" in author else _escape(_format_person(author))


def _format_person(author: Mapping[str, str]) -> str:
    return ", ".join(part for key in ("family-names", "given-names") if (part := author.get(key, "")))


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def get_spdx_id(licence: str) -> str:
    """The SPDX id of a licence, "" where we know none.

    >>> get_spdx_id("CC BY-SA 4.0"), get_spdx_id("Ask the publisher")
    ('CC-BY-SA-4.0', '')
    """
    name = re.sub(r"[^a-z0-9.]+", "-", licence.lower()).strip("-")
    if not re.fullmatch(r"cc-by(-nc)?(-sa|-nd)?-[234]\.[05]|cc0-1\.0|apache-2\.0|mit", name):
        return ""
    return {"apache-2.0": "Apache-2.0"}.get(name, name.upper())


def get_licence_name(licence: str) -> str:
    """As UD writes it, where we know the licence.

    >>> get_licence_name("cc-by-sa-4.0"), get_licence_name("Ask the publisher")
    ('CC BY-SA 4.0', 'Ask the publisher')
    """
    return re.sub(r"^CC-(.+)-([0-9.]+)$", r"CC \1 \2", get_spdx_id(licence)) or licence
