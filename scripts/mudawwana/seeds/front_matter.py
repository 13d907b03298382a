"""What a .txt file says of itself: lines `key: value` between two lines `---`, the first of which begins the file.

Not YAML, but what is mostly written as YAML reads the same: a key at the line's start, a colon with white space or
the line's end behind it, and the rest of the line as it stands, whatever characters are in it. Quotation marks
around the whole key or value are taken off as YAML has them. Lines that are empty or begin with `#` say nothing.
All else (values of several lines, lists below their key, keys below a key) is refused.

Where no key stands right behind the first `---`, the file is all text; so an empty line there, or in front, makes
text of what would be a key. But the name of a fact near such a line is refused, as front matter was meant.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import dropwhile, islice
from pathlib import Path

import yaml

from mudawwana.base.errors import DocumentError
from mudawwana.seeds.decoding import find_damage
from mudawwana.seeds.names import FACTS, find_name_problem

_RULE = re.compile(r"---[ \t]*")
_QUOTED = r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^']|'')*'"
_LINE = re.compile(rf"({_QUOTED}|[^\s:#\"'-][^:]*?)[ \t]*:(?:[ \t]+(.*?))?[ \t]*")
_SILENT = re.compile(r"(?:#.*)?\s*")
_ALMOST_RULE = re.compile(r"\s*[-+\u2010-\u2015]+\s*")
_FACT = re.compile(rf"\W*(?:id|{'|'.join(FACTS)})\W*?[:=]", re.IGNORECASE)
_NEAR_LINES = 10
_SHOWN_CHARS = 60

_Line = tuple[int, int, str]
"""Its 1-based number, the offset behind its end, and what stands in it, without the end."""


def split_front_matter(path: Path, text: str) -> tuple[dict[str, str], int]:
    """What the front matter says, and the offset where the document begins; ({}, 0) if there is none.

    Raises DocumentError, with the line, for what is meant to be front matter and cannot be read as such.
    """
    lines = _iter_lines(text)
    _, _, first = next(lines)
    if not _RULE.fullmatch(first):
        _check_almost(path, _iter_lines(text))
        return {}, 0
    behind = next(dropwhile(lambda line: line[2].startswith("#"), lines), (0, 0, ""))
    if not _LINE.fullmatch(behind[2]):
        _check_almost(path, _iter_lines(text))
        return {}, 0
    return _read_lines(path, islice(_iter_lines(text), 1, None))


def _iter_lines(text: str) -> Iterator[_Line]:
    start = number = 0
    while start < len(text) or not number:
        number += 1
        end = text.find("\n", start) + 1 or len(text) + 1
        yield number, min(end, len(text)), text[start : end - 1]
        start = end


def _check_almost(path: Path, lines: Iterable[_Line]) -> None:
    """Raises DocumentError where a line of dashes begins a text, and a fact stands below it."""
    lines = dropwhile(lambda line: not line[2].strip(), lines)
    _, _, first = next(lines, (0, 0, ""))
    for number, _, line in islice(lines, _NEAR_LINES) if _ALMOST_RULE.fullmatch(first) else ():
        if _FACT.match(line):
            raise DocumentError(
                f"{path}:{number}: {line[:_SHOWN_CHARS]!r} looks like front matter, which is read only between a "
                "line `---` that is the file's first and another one, with `key: value` right behind it; write it "
                "so, or remove the line of dashes if all is text."
            )
        if _RULE.fullmatch(line):
            return


def _read_lines(path: Path, lines: Iterable[_Line]) -> tuple[dict[str, str], int]:
    """The metadata up to the closing `---`, and the offset behind it."""
    metadata: dict[str, str] = {}
    number = 1
    for number, end, line in lines:
        if _RULE.fullmatch(line):
            return metadata, end
        if _SILENT.fullmatch(line):
            continue
        key, value = _read_line(f"{path}:{number}: front matter", line)
        if key in metadata:
            raise DocumentError(f"{path}:{number}: front matter: a second {key!r}; remove one.")
        metadata[key] = value
    raise DocumentError(
        f"{path}:{number}: front matter: the file ends without the `---` that closes it; add that line, or "
        "remove the dashes if all is text."
    )


def _read_line(place: str, line: str) -> tuple[str, str]:
    found = _LINE.fullmatch(line)
    if not found:
        raise DocumentError(
            f"{place}: found {line[:_SHOWN_CHARS]!r}, expected `key: value` from the line's start, all of the "
            "value in this one line, or the closing `---`; write it so, or remove the dashes if all is text."
        )
    key, value = _take_off_quotes(found[1]), _take_off_quotes(found[2] or "")
    problem = find_name_problem(key)
    if not problem and (damage := find_damage(value)):
        problem = f"{key!r}: {damage}, which no text holds; correct or remove it."
    if problem:
        raise DocumentError(f"{place}: {problem}")
    return key, value


def _take_off_quotes(text: str) -> str:
    r"""The text without quotation marks around all of it; in double ones escapes become what they stand for.

    >>> [_take_off_quotes(text) for text in ('"خبر \\"عاجل\\""', "'a''b'", '"قال" نعم')]  # "news", "he said" yes
    ['خبر "عاجل"', "a'b", '"قال" نعم']
    """
    if not re.fullmatch(_QUOTED, text):
        return text
    try:
        return str(yaml.safe_load(text))
    except yaml.YAMLError:  # a backslash that begins no escape
        return text
