"""The values of a pattern: regular expressions of a kind that Python, DuckDB and browsers read alike.

A value is matched against the whole of what a word has, as concordancers do: `NOUN|PROPN`, `كت.*`. Letters stand
for themselves; `. | ( ) [ ] * + ? { }` have their usual meanings and are letters behind a backslash.
"""

import re

from mudawwana.base.errors import PatternError

_SPECIAL = frozenset(r".|()[]*+?{}^$\\")
_ESCAPABLE = _SPECIAL | set("-&~/")
_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{1,3})(?:(,)([0-9]{1,3})?)?\}")
_PIECE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{[^}]*\}|.", re.DOTALL)
MOST_DEPTH = 50
"""So deep may brackets stand in each other, in a value as in a box: each level is a call of a function."""
_MOST_TIMES = 100
# Characters, with all repetitions written out; RE2 repeats nothing more than a thousand times, and has a bound of
# some megabytes for the whole.
_MOST_REPEATED = 1000
_MOST_WRITTEN = 5000


def find_alternatives(value: str) -> tuple[str, ...] | None:
    r"""The strings that the value stands for, where it is no more than a choice of strings; else None.

    >>> find_alternatives(r"NOUN|PROPN"), find_alternatives(r"\."), find_alternatives("كت.*")
    (('NOUN', 'PROPN'), ('.',), None)
    """
    alternatives = [""]
    escaped = False
    for letter in value:
        if escaped:
            alternatives[-1] += letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == "|":
            alternatives.append("")
        elif letter in _SPECIAL:
            return None
        else:
            alternatives[-1] += letter
    return tuple(alternatives)


def check_expression(value: str, places: list[int]) -> None:
    """Raises PatternError where the value is no regular expression of our kind.

    `places` has the place in the pattern of each of its characters, and of its end.
    """
    depth: list[int] = []
    at = 0
    may_repeat = False
    while at < len(value):
        letter = value[at]
        if letter == "\\":
            at = _pass_escape(value, at, places)
            may_repeat = True
        elif letter == "[":
            at = _pass_class(value, at, places)
            may_repeat = True
        elif letter in "*+?{":
            at = _pass_quantifier(value, at, places, may_repeat=may_repeat)
            may_repeat = False
        elif letter in "^$]}":
            raise PatternError(f"{letter} as a letter is written \\{letter}", places[at])
        else:
            if letter == "(":
                depth.append(at)
                check_depth(len(depth), places[at])
            elif letter == ")":
                if not depth:
                    raise PatternError("this ) closes nothing; as a letter it is written \\)", places[at])
                depth.pop()
            may_repeat = letter not in "(|"
            at += 1
    if depth:
        raise PatternError("this ( is not closed; as a letter it is written \\(", places[depth[-1]])
    _check_size(value, places)


def check_depth(depth: int, place: int) -> None:
    """Raises PatternError where so many open brackets are too many."""
    if depth > MOST_DEPTH:
        raise PatternError(f"more than {MOST_DEPTH} brackets are open here", place)


def _check_size(value: str, places: list[int]) -> None:
    """Looks at an expression that is right but for its size."""
    size = last = 0
    sizes_before: list[int] = []
    for piece in _PIECE.finditer(value):
        text = piece.group()
        if text[0] == "{":
            times = max(map(int, re.findall("[0-9]+", text)))
            _check_most(last * times if times > 1 else 0, _MOST_REPEATED, places[piece.start()])
            size += last * max(times - 1, 0)
        elif text not in ("*", "+", "?"):
            if text == "(":
                sizes_before.append(size)
            size += len(text)
            last = size - sizes_before.pop() if text == ")" else len(text)
        _check_most(size, _MOST_WRITTEN, places[piece.start()])


def _check_most(size: int, most: int, place: int) -> None:
    if size > most:
        raise PatternError(f"with its repetitions written out, this has more than {most} characters", place)


def _pass_escape(value: str, at: int, places: list[int]) -> int:
    if at + 1 == len(value):
        raise PatternError("a backslash needs the character that it makes a letter", places[at])
    if value[at + 1] not in _ESCAPABLE:
        raise PatternError(
            f"\\{value[at + 1]} has no meaning here; a backslash makes . | ( ) [ ] * + ? {{ }} letters", places[at]
        )
    return at + 2


def _pass_class(value: str, at: int, places: list[int]) -> int:
    r"""Behind a class such as `[ابت]`, `[^ا-ي]`; the characters - ^ [ ] and \ in it need a backslash."""
    start, at = at, at + 1 + value.startswith("^", at + 1)
    first = at
    while at < len(value) and value[at] != "]":
        letter = value[at]
        is_range = at > first and letter == "-" and value[at + 1 : at + 2] not in ("", "]", "[", "\\", "-", "^")
        if is_range:
            if value[at - 1] > value[at + 1] or value[at - 2 : at - 1] in ("\\", "-"):
                raise PatternError("no range of characters; as a letter - is written \\-", places[at])
            at += 2
        elif letter in "-^[&~":
            raise PatternError(f"{letter} as a letter in [...] is written \\{letter}", places[at])
        else:
            at = _pass_escape(value, at, places) if letter == "\\" else at + 1
    if at >= len(value):
        raise PatternError("this [ is not closed; as a letter it is written \\[", places[start])
    if at == first:
        raise PatternError("there is no character between [ and ]", places[start])
    return at + 1


def _pass_quantifier(value: str, at: int, places: list[int], *, may_repeat: bool) -> int:
    found = _QUANTIFIER.match(value, at)
    if not found:
        raise PatternError("a number of times is written {2}, {2,} or {2,4}; as a letter { is \\{", places[at])
    if not may_repeat:
        raise PatternError(f"{found.group()} has nothing to repeat; as a letter it needs a backslash", places[at])
    least, _, most = found.groups()
    bounds = [int(bound) for bound in (least, most) if bound]
    if bounds != sorted(bounds) or max(bounds, default=0) > _MOST_TIMES:
        raise PatternError(f"the times must rise, to {_MOST_TIMES} at most", places[at])
    return found.end()
