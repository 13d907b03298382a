"""A pattern as text -> what it asks of a sentence; page/help_view.js explains the language to its users.

    pattern   := part ("," part)*                       all in one sentence, each item another word
    part      := ["!"] item (link item)*                with "!": there is nothing like this
    item      := [NAME ":"] box | NAME                  NAME alone: the item that was named before
    box       := "[" [either] "]" | STRING [%d]         STRING alone: [word=STRING %d]
    link      := (nothing) | "+" | "..." | "[]{2,4}"    next word | in the token | any between | 2-4
               | ">nsubj" | ">nsubj|obj:*" | ">"        head of, by relation; "<" the other way round
    either    := both ("|" both)*
    both      := not ("&" not)*
    not       := "!" not | "(" either ")" | test
    test      := ATTRIBUTE ("=" | "!=") STRING [%d]     the whole value, as a regular expression
               | ATTRIBUTE ("==" | "!==") STRING [%d]   letter by letter
               | ATTRIBUTE ("=" | "!=" | "<" | "<=" | ">" | ">=") NUMBER

A text without [ and " is plain words: consecutive tokens, each matched as `word` without vowels and hamza, and but
for the first without a clitic before it.
What a word does not have (`feats.Case` of a verb) is the empty string.
The constants say how large a pattern may be: DuckDB plans some larger ones for minutes, without a way to stop it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from mudawwana.arabic.spellings import fold_for_search
from mudawwana.base.errors import PatternError
from mudawwana.explore.attributes import ATTRIBUTES, FOLDABLE, Attribute, get_attribute
from mudawwana.explore.expressions import check_depth, check_expression, find_alternatives

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<gap>\[\s*\]\s*\{\s*(?P<least>[0-9]{1,3})\s*(?P<to>,\s*(?P<most>[0-9]{1,3})?\s*)?\})
    | (?P<any>\.\.\.|…)
    | (?P<compare>!==|==|!=|<=|>=|=)
    | (?P<arrow>[<>](?:[a-z]+(?::(?:[a-z]+|\*))?(?:\|[a-z]+(?::(?:[a-z]+|\*))?)*)?)
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<name>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9]*(?:\[[a-z]+\])?)?)
    | (?P<fold>%d)
    | (?P<mark>[\[\](){}&|!,:+])""",
    re.VERBOSE,
)
_MOST_CHARACTERS = 5000
_MOST_ITEMS = 30
_MOST_ABSENT = 10  # parts with "!"
_MOST_TESTS = 100
_MOST_DIGITS = 15  # so many a number of JavaScript holds, too
_RESERVED = ("layer", "doc_id", "sent_id")  # columns of the statement beside the items'
_TOO_MANY_ITEMS = f"a pattern asks for {_MOST_ITEMS} words at most"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison; strings with `literals` or else `expression`, numbers with `number`."""

    attribute: Attribute
    operator: str
    """`=` or `!=`; for numbers also `<`, `<=`, `>`, `>=`."""
    literals: tuple[str, ...] | None = None
    expression: str = ""
    number: float = 0
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions, all or any of which must hold; negation stands in the tests alone."""

    kind: Literal["all", "any"]
    items: tuple["Condition", ...]


Condition = Comparison | Group


@dataclass(frozen=True, slots=True)
class Item:
    """A word that the pattern asks for."""

    name: str
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Link:
    """How two items stand to each other, by their places in the pattern's list of items."""

    kind: Literal["gap", "token", "inside", "head"]
    """`gap`: words between; `token`: first of the next token; `inside`: next word of it; `head`: left is head."""
    left: int
    right: int
    least: int = 0
    most: int | None = 0
    """Of words between, None without a limit."""
    relations: tuple[str, ...] = ()
    """Any of these; `obl:*` is obl with or without a subtype; none: whatever relation."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Items with their links."""

    items: tuple[int, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a pattern asks of a sentence."""

    items: tuple[Item, ...]
    """Those of `present` first, in the order of the text."""
    present: Clause
    absent: tuple[Clause, ...]
    span: int
    """So many items from the first stand side by side: what a concordance puts in its middle."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the items that a hit has."""
        return tuple(self.items[place].name for place in self.present.items)


class _Lexeme(NamedTuple):
    kind: str
    text: str
    place: int
    groups: dict[str, str | None]


@dataclass(slots=True)
class _Part:
    """A part as it is read; items by name."""

    is_absent: bool
    own: list[str] = field(default_factory=list)
    links: list[tuple[str, str, Link]] = field(default_factory=list)
    is_sequence: bool = True


def parse_pattern(text: str) -> Pattern:
    """What the text asks for.

    Raises PatternError with the place (0-based code point) of what it cannot read.

    >>> pattern = parse_pattern('V:[upos="VERB"] >nsubj [lemma="رئيس"%d]')  # "president"
    >>> pattern.names, pattern.present.links[0].relations
    (('V', 'w1'), ('nsubj',))
    """
    if len(text) > _MOST_CHARACTERS:
        raise PatternError(f"a pattern has {_MOST_CHARACTERS} characters at most", _MOST_CHARACTERS)
    if "[" in text or '"' in text:
        return _Parser(_split(text), len(text)).parse()
    found = list(re.finditer(r"\S+", text))
    if not found:
        raise PatternError("a word or a pattern is missing", 0)
    if len(found) > _MOST_ITEMS:
        raise PatternError(_TOO_MANY_ITEMS, found[_MOST_ITEMS].start())
    words = [one.group() for one in found]
    word = ATTRIBUTES["word"]
    items = [Item(f"w{n}", Comparison(word, "=", (one,), is_folded=True)) for n, one in enumerate(words, start=1)]
    links = tuple(Link("token", n, n + 1) for n in range(len(words) - 1))
    return Pattern(tuple(items), Clause(tuple(range(len(items))), links), (), len(items))


def _split(text: str) -> list[_Lexeme]:
    lexemes: list[_Lexeme] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            what = "this quote is not closed" if text[at] == '"' else f"{text[at]} has no meaning here"
            raise PatternError(what, at)
        if found.lastgroup != "space":
            lexemes.append(_Lexeme(str(found.lastgroup), found.group(), at, found.groupdict()))
        at = found.end()
    return lexemes


class _Parser:
    """Reads lexemes from left to right; one method a rule of the grammar."""

    def __init__(self, lexemes: list[_Lexeme], end: int) -> None:
        self._lexemes = lexemes
        self._at = 0
        self._end = end
        self._conditions: dict[str, Condition | None] = {}
        self._present: list[str] = []
        self._tests = 0
        self._depth = 0
        self._absent = 0
        self._names = {one.text.lower() for one, two in pairwise(lexemes) if two.text == ":"}

    def parse(self) -> Pattern:
        parts = [self._parse_part()]
        while self._take(","):
            parts.append(self._parse_part())
        if self._at < len(self._lexemes):
            raise PatternError(f"{self._lexemes[self._at].text} is not expected here", self._place)
        first = next((number for number, part in enumerate(parts) if not part.is_absent), None)
        if first is None:
            raise PatternError("a pattern needs a part without !", 0)
        names = self._present + [name for part in parts if part.is_absent for name in part.own]
        numbers = {name: number for number, name in enumerate(names)}
        links = [link for part in parts if not part.is_absent for link in _number(part, numbers)]
        absent = [part for part in parts if part.is_absent]
        return Pattern(
            tuple(Item(name, self._conditions[name]) for name in names),
            Clause(tuple(range(len(self._present))), tuple(links)),
            tuple(Clause(tuple(numbers[name] for name in part.own), _number(part, numbers)) for part in absent),
            len(parts[first].own) if parts[first].is_sequence else 1,
        )

    @property
    def _place(self) -> int:
        return self._lexemes[self._at].place if self._at < len(self._lexemes) else self._end

    def _see(self, *texts: str) -> bool:
        return self._at < len(self._lexemes) and self._lexemes[self._at].text in texts

    def _see_kind(self, *kinds: str) -> bool:
        return self._at < len(self._lexemes) and self._lexemes[self._at].kind in kinds

    def _take(self, text: str) -> bool:
        self._at += (found := self._see(text))
        return found

    def _next(self) -> _Lexeme:
        self._at += 1
        return self._lexemes[self._at - 1]

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise PatternError(f"{text} is missing", self._place)

    def _parse_part(self) -> _Part:
        start = self._place
        part = _Part(self._take("!"))
        self._absent += part.is_absent
        if self._absent > _MOST_ABSENT:
            raise PatternError(f"a pattern has {_MOST_ABSENT} parts with ! at most", start)
        place = self._place
        left = self._parse_item(part)
        while self._at < len(self._lexemes) and not self._see(","):
            left = self._parse_link(part, left)
        if part.is_absent and not part.own and not part.links:
            raise PatternError(f"!{left} is never true: {left} is there", place)
        return part

    def _parse_link(self, part: _Part, left: str) -> str:
        """Reads a link and the item behind it; the item's name."""
        lexeme = self._lexemes[self._at]
        turned = lexeme.text.startswith("<")
        if lexeme.kind == "arrow":
            link = Link("head", 0, 0, relations=tuple(filter(None, self._next().text[1:].split("|"))))
        elif lexeme.kind == "gap":
            link = self._parse_gap()
        elif lexeme.kind == "any":
            self._next()
            link = Link("gap", 0, 0, most=None)
        else:
            link = Link("inside" if self._take("+") else "gap", 0, 0)
        part.is_sequence &= link.kind != "head"
        right = self._parse_item(part)
        if left == right:
            raise PatternError(f"{left} cannot stand on both sides", lexeme.place)
        part.links.append((right, left, link) if turned else (left, right, link))
        return right

    def _parse_gap(self) -> Link:
        lexeme = self._next()
        least = int(lexeme.groups["least"] or 0)
        most = int(lexeme.groups["most"]) if lexeme.groups["most"] else None if lexeme.groups["to"] else least
        if most is not None and most < least:
            raise PatternError(f"the numbers of words must rise: {least} is more than {most}", lexeme.place)
        return Link("gap", 0, 0, least, most)

    def _parse_item(self, part: _Part) -> str:
        place = self._place
        if self._see_kind("gap"):
            raise PatternError("[]{...} stands between two words", place)
        if not self._see_kind("name"):
            return self._define(part, self._name_item(), self._parse_box())
        name = self._next().text
        if self._take(":"):
            self._check_name(name, place)
            return self._define(part, name, self._parse_box())
        if name not in self._present and name not in part.own:
            raise PatternError(f"there is no {name}: before this name stands no {name}:[...]", place)
        part.is_sequence = False
        return name

    def _check_name(self, name: str, place: int) -> None:
        if name.lower() in {one.lower() for one in self._conditions}:
            raise PatternError(f"there is a {name} already; capital and small letters count as the same", place)
        if "." in name or name.lower() in _RESERVED:
            raise PatternError(f"{name} cannot name a word; take letters, digits and _, such as V", place)

    def _name_item(self) -> str:
        return next(
            name
            for name in (f"w{number}" for number in range(1, len(self._lexemes) + 2))
            if name not in self._names and name not in self._conditions
        )

    def _define(self, part: _Part, name: str, condition: Condition | None) -> str:
        self._conditions[name] = condition
        part.own.append(name)
        if not part.is_absent:
            self._present.append(name)
        return name

    def _parse_box(self) -> Condition | None:
        if len(self._conditions) == _MOST_ITEMS:
            raise PatternError(_TOO_MANY_ITEMS, self._place)
        if self._see_kind("string"):
            return self._parse_text(ATTRIBUTES["word"], "=", is_folded=True)
        if not self._take("["):
            raise PatternError('a word is missing, such as [upos="VERB"] or []', self._place)
        condition = None if self._see("]") else self._parse_either(negated=False)
        self._expect("]")
        return condition

    def _parse_either(self, *, negated: bool) -> Condition:
        items = [self._parse_both(negated=negated)]
        while self._take("|"):
            items.append(self._parse_both(negated=negated))
        return items[0] if len(items) == 1 else Group("all" if negated else "any", tuple(items))

    def _parse_both(self, *, negated: bool) -> Condition:
        items = [self._parse_not(negated=negated)]
        while self._take("&"):
            items.append(self._parse_not(negated=negated))
        return items[0] if len(items) == 1 else Group("any" if negated else "all", tuple(items))

    def _parse_not(self, *, negated: bool) -> Condition:
        while self._take("!"):
            negated = not negated
        place = self._place
        if self._take("("):
            self._depth += 1
            check_depth(self._depth, place)
            condition = self._parse_either(negated=negated)
            self._depth -= 1
            self._expect(")")
            return condition
        return self._parse_test(negated=negated)

    def _parse_test(self, *, negated: bool) -> Condition:
        place = self._place
        self._tests += 1
        if self._tests > _MOST_TESTS:
            raise PatternError(f"a pattern has {_MOST_TESTS} tests at most", place)
        name = self._next().text if self._see_kind("name") else ""
        attribute = get_attribute(name)
        if not attribute:
            raise PatternError(
                f"{name + ' is nothing that a word has' if name else 'something to compare is missing'}; "
                f"it has {', '.join(ATTRIBUTES)}",
                place,
            )
        if not self._see_kind("compare") and not self._see("<", ">"):
            raise PatternError("= or != is missing", self._place)
        place, operator = self._place, self._next().text
        if attribute.kind == "number":
            return self._parse_number(attribute, operator, place, negated=negated)
        if operator not in ("=", "!=", "==", "!=="):
            raise PatternError(f"{attribute.name} is text, which {operator} does not compare", place)
        if negated:
            operator = operator[1:] if operator[0] == "!" else f"!{operator}"
        return self._parse_text(attribute, operator)

    def _parse_number(self, attribute: Attribute, operator: str, place: int, *, negated: bool) -> Comparison:
        if operator in ("==", "!=="):
            raise PatternError(f"{attribute.name} is a number, which = and != compare", place)
        if not self._see_kind("number"):
            raise PatternError(f"{attribute.name} is compared with a number", self._place)
        opposites = {"=": "!=", "<": ">=", ">": "<="}
        opposites |= {two: one for one, two in opposites.items()}
        place, text = self._place, self._next().text
        if sum(map(str.isdecimal, text)) > _MOST_DIGITS:
            raise PatternError(f"a number has {_MOST_DIGITS} digits at most", place)
        number = float(text)
        return Comparison(attribute, opposites[operator] if negated else operator, number=number)

    def _parse_text(self, attribute: Attribute, operator: str, *, is_folded: bool = False) -> Comparison:
        if not self._see_kind("string"):
            raise PatternError(f'{attribute.name} is compared with a text in quotes: "..."', self._place)
        lexeme = self._next()
        value, places = _unquote(lexeme)
        if self._see_kind("fold"):
            if attribute.name not in FOLDABLE:
                raise PatternError(f"%d goes with {', '.join(FOLDABLE)}", self._place)
            self._next()
            is_folded = True
        if attribute.kind == "truth" and value not in ("true", "false"):
            raise PatternError(f'{attribute.name} is "true" or "false"', lexeme.place)
        if operator.endswith("=="):
            return Comparison(attribute, operator[:-1], (value,), is_folded=is_folded)
        check_expression(value, places)
        literals = find_alternatives(value)
        if is_folded and literals is None:  # without its vowels, an expression may be none any more
            folded = fold_for_search(value)
            check_expression(folded, [lexeme.place] * (len(folded) + 1))
        return Comparison(
            attribute, operator, literals, "" if literals is not None else value, is_folded=is_folded
        )


def _number(part: _Part, numbers: dict[str, int]) -> tuple[Link, ...]:
    return tuple(
        Link(link.kind, numbers[left], numbers[right], link.least, link.most, link.relations)
        for left, right, link in part.links
    )


def _unquote(lexeme: _Lexeme) -> tuple[str, list[int]]:
    r"""The value in the quotes, with the place of each of its characters and of its end; `\"` is a quote."""
    value, places = "", []
    at = 1
    while at < len(lexeme.text) - 1:
        places.append(lexeme.place + at)
        at += lexeme.text.startswith('\\"', at)
        pair = lexeme.text[at : at + 2] if lexeme.text[at] == "\\" else lexeme.text[at]
        value += pair
        places += [lexeme.place + at + 1] * (len(pair) - 1)
        at += len(pair)
    return value, [*places, lexeme.place + len(lexeme.text) - 1]


def describe_error(text: str, error: PatternError) -> str:
    """The message with the place, counted from 1, and what stands there."""
    rest: Sequence[str] = text[error.place : error.place + 10]
    return f"character {error.place + 1}{f' (at {rest})' if rest else ' (the end)'}: {error}"
