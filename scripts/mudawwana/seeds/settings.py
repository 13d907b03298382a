"""seeds/corpus.toml -> Settings: the corpus's own facts and how it is to be annotated."""

import codecs
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

from mudawwana.base.errors import SettingsError
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.decoding import UTF8, find_damage

NAME_PATTERN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
"""What a corpus's name and a document's id may be."""
ID_RULE = "1 to 200 of A-Z, a-z, 0-9, '.', '_' and '-', the first no '.' or '-'"
"""The same in words."""

EMBEDDED = "embedded"
"""The name of the models that ship with the package."""
OFFICIAL_PACKAGES = ("padt", "default", "default_fast", "default_accurate")
"""The names under which Stanza offers Arabic models (trained on UD_Arabic-PADT)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What corpus.toml says, defaults filled in.

    That the facts of the data card are not empty is checked where the card is built: annotating needs none.
    """

    name: str
    title: str
    description: str
    licence: str
    """Of the annotations, as the Hub names it ("cc-by-sa-4.0"); each document has its own in documents.csv."""
    curators: tuple[str, ...]
    language: str = "ar"
    variety: str = "Modern Standard Arabic"
    homepage: str = ""
    citation: str = ""
    """BibTeX; "" where the card shall make one from the other facts."""
    version: str = "0.1.0"
    released: str = ""
    """The date of this version, YYYY-MM-DD."""
    contact: str = ""
    """Where to send corrections, and requests to take a text down."""
    personal_data: str = ""
    """What the texts say of people, and what was done about it."""
    gold_annotators: str = ""
    """Who made the gold layer, and how."""
    annotations_creators: tuple[str, ...] = ("machine-generated",)
    """As the Hub names them; "expert-generated" is a claim that only the corpus's people can make."""
    language_creators: tuple[str, ...] = ("found",)
    """Where the texts come from, likewise."""
    text_source: str = ""
    """Whose the texts are, for documents whose row in documents.csv does not say."""
    text_licence: str = ""
    """Under which terms the texts stand, likewise."""
    splits: str = ""
    """Percents of train, validation and test, such as "80/10/10", for a corpus of any size; "" leaves a small one
    `train` alone."""
    models: str = EMBEDDED
    """"embedded", one of Stanza's packages, or a folder."""
    paragraphs: Literal["line", "blank-line"] = "line"
    """What ends a paragraph: each line break, or blank lines only."""
    encoding: str = UTF8
    """Of the .txt and .csv files in seeds/, by Python's name; .jsonl and .parquet are UTF-8 by definition."""
    text_column: str = "text"
    """In seed files with a document a record."""
    id_column: str = "id"
    """Likewise."""


_ANNOTATION_KEYS = ("models", "paragraphs", "encoding", "text_column", "id_column")
_KEYS = {
    "corpus": [field.name for field in fields(Settings) if field.name not in _ANNOTATION_KEYS],
    "annotation": list(_ANNOTATION_KEYS),
}
_REQUIRED = [field.name for field in fields(Settings) if field.default is MISSING]
_LISTS = ("curators", "annotations_creators", "language_creators")
_PARAGRAPHS = ("line", "blank-line")


def load_settings(layout: CorpusLayout) -> Settings:
    """The settings of the corpus.

    Raises SettingsError that names every problem of the file, one a line.
    """
    path = layout.settings_path
    tables = _read_toml(layout)
    problems = list(_check_tables(tables))
    if problems:
        raise SettingsError("\n".join(f"{path}: {problem}" for problem in problems))
    values = {key: value for table in tables.values() for key, value in table.items()}
    encoding = _get_codec_name(values.get("encoding", UTF8))
    lists = {key: tuple(values[key]) for key in _LISTS if key in values}
    return Settings(**{**values, **lists, "encoding": encoding})


def _read_toml(layout: CorpusLayout) -> dict[str, Any]:
    path = layout.settings_path
    try:
        # utf-8-sig: some editors on Windows put a byte order mark first, which TOML does not allow.
        text = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError as error:
        raise SettingsError(f"{path}: not found; run `mudawwana init NAME` to lay out a corpus.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 ({error.reason}); save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise SettingsError(f"{path}:{line}: not TOML: {error}.") from error


def _check_tables(tables: Mapping[str, Any]) -> Iterator[str]:
    for name, table in tables.items():
        owner = next((owner for owner, keys in _KEYS.items() if name in keys), None)
        if name not in _KEYS and owner:
            yield f"{name!r} stands outside of every table; it belongs under [{owner}]."
        elif name not in _KEYS:
            yield f"unknown table [{name}]{_suggest(name, list(_KEYS))}"
        elif not isinstance(table, dict):
            yield f"[{name}] must be a table, found {_describe(table)}; write [{name}] on a line of its own."
        else:
            yield from _check_table(name, table)
    corpus = tables.get("corpus", {})
    for key in _REQUIRED:
        if isinstance(corpus, dict) and key not in corpus:
            yield f"[corpus] {key} is missing; add a line `{key} = ...`."


def _check_table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        problem = _check_value(key, value) if key in _KEYS[name] else f"unknown key{_suggest(key, _KEYS[name])}"
        if problem:
            yield f"[{name}] {key}: {problem}"


def _check_value(key: str, value: object) -> str:
    if key in _LISTS:
        is_strings = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return "" if is_strings else f'must be a list of strings such as ["A. Name"], found {_describe(value)}.'
    if not isinstance(value, str):
        return f'must be a string in "quotes", found {_describe(value)}.'
    if damage := find_damage(value):
        return f"{damage}, which no text holds; correct or remove it."
    if key == "name" and not NAME_PATTERN.fullmatch(value):
        return f"{value!r} must be {ID_RULE}; `title` takes any text."
    if key == "encoding" and not _get_codec_name(value):
        return (
            f"{value!r} is no encoding that Python knows; Arabic has for example utf-8, cp1256, iso8859-6, utf-16."
        )
    if key == "released" and value and not _is_date(value):
        return f"{value!r} is no date; write it as YYYY-MM-DD."
    if key == "splits" and value and not _are_shares(value):
        return f"{value!r} must be three whole percents that make 100, the first above 0, such as 80/10/10."
    if key == "paragraphs" and value not in _PARAGRAPHS:
        return f"{value!r} is unknown{_suggest(value, list(_PARAGRAPHS))}"
    return ""


def _are_shares(value: str) -> bool:
    if not re.fullmatch("[0-9]{1,3}/[0-9]{1,3}/[0-9]{1,3}", value):
        return False
    percents = [int(percent) for percent in value.split("/")]
    return sum(percents) == 100 and percents[0] > 0


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _get_codec_name(encoding: str) -> str:
    """Python's name of a text encoding, "" if there is none such; a byte order mark makes none of its own."""
    try:
        "a".encode(encoding)
        return codecs.lookup(encoding).name.removesuffix("-sig")
    # ValueError: a NUL in the name, or a codec that encodes nothing
    except (LookupError, ValueError):
        return ""


def _suggest(found: str, allowed: list[str]) -> str:
    near = get_close_matches(found, allowed, n=1)
    question = f"; did you mean {near[0]!r}? " if near else "; "
    return f"{question}Allowed: {', '.join(allowed)}."


def _describe(value: object) -> str:
    return f"{type(value).__name__} {value!r}"
