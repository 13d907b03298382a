"""Random sentences, random patterns, and a matcher that tries every word for every item.

A pattern is made of Python functions, and its text beside them: neither the parser nor the SQL is asked.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import permutations

from mudawwana.arabic.spellings import fold_for_search
from mudawwana.base.records import MultiwordToken, Sentence, Token, Word

FORMS = ("كتاب", "كِتَاب", "إلى", "الى", "و", "قال", "a.b", "it's", "(", '"', "مكتبة")
UPOS = ("NOUN", "VERB", "ADP")
DEPRELS = ("nsubj", "nsubj:pass", "obj", "case")
FEATS = ("_", "Case=Gen", "Case=Nom|Foo=x", "Definite=Def|Foo=yy", "Case=Gen|Definite=Def")


@dataclass(frozen=True)
class Place:
    """A word with its token."""

    word: Word
    token: Token
    token_id: int

    @property
    def features(self) -> dict[str, str]:
        return {} if self.word.feats == "_" else dict(item.split("=") for item in self.word.feats.split("|"))

    @property
    def is_first(self) -> bool:
        return self.token.words[0] is self.word

    @property
    def is_mwt(self) -> bool:
        return len(self.token.words) > 1


Check = Callable[[Place], bool]
LinkCheck = Callable[[Place, Place], bool]


@dataclass
class NaiveClause:
    own: list[tuple[str, Check]] = field(default_factory=list)
    links: list[tuple[str, LinkCheck, str]] = field(default_factory=list)


@dataclass
class NaivePattern:
    text: str = ""
    present: NaiveClause = field(default_factory=NaiveClause)
    absent: list[NaiveClause] = field(default_factory=list)


def find_naively(pattern: NaivePattern, sentence: Sentence) -> set[tuple[int, ...]]:
    """The word ids of every hit, in the items' order."""
    places = [
        Place(word, token, number) for number, token in enumerate(sentence.tokens, start=1) for word in token.words
    ]
    hits = (found for found in _assign(pattern.present, {}, places))
    return {
        tuple(place.word.id for place in hit.values())
        for hit in hits
        if not any(next(_assign(clause, hit, places), None) for clause in pattern.absent)
    }


def _assign(clause: NaiveClause, known: dict[str, Place], places: list[Place]) -> Iterator[dict[str, Place]]:
    free = [place for place in places if place not in known.values()]
    for chosen in permutations(free, len(clause.own)):
        found = known | {name: place for (name, _), place in zip(clause.own, chosen, strict=True)}
        checks = all(check(place) for (_, check), place in zip(clause.own, chosen, strict=True))
        if checks and all(check(found[left], found[right]) for left, check, right in clause.links):
            yield found


def make_sentences(chance: random.Random, count: int) -> list[Sentence]:
    return [_make_sentence(chance, f"d{number // 5}-p1-s{number}") for number in range(count)]


def _make_sentence(chance: random.Random, sent_id: str) -> Sentence:
    length = chance.randint(1, 7)
    order = chance.sample(range(1, length + 1), length)
    heads = {word: chance.choice(order[:place]) if place else 0 for place, word in enumerate(order)}
    words = tuple(
        Word(
            number,
            chance.choice(FORMS),
            chance.choice(FORMS[:4]),
            chance.choice(UPOS),
            "_",
            chance.choice(FEATS),
            str(heads[number]),
            chance.choice(DEPRELS) if heads[number] else "root",
            "_",
            "_",
        )
        for number in range(1, length + 1)
    )
    ranges, first = [], 1
    while first <= length:
        last = min(length, first + chance.choice((0, 0, 1, 2)))
        if last > first:
            ranges.append(MultiwordToken(first, last, chance.choice(FORMS), "_", "_"))
        first = last + 1
    return Sentence((f"# sent_id = {sent_id}", "# text = -"), words, tuple(ranges))


def make_pattern(chance: random.Random) -> NaivePattern:
    pattern = NaivePattern()
    parts = []
    for _ in range(chance.choice((1, 1, 2))):
        names = [name for name, _ in pattern.present.own]
        parts.append(_make_part(chance, pattern.present, names, chance.randint(1, 3 - len(names) or 1)))
    for _ in range(chance.choice((0, 0, 1, 2))):
        clause = NaiveClause()
        names = [name for name, _ in pattern.present.own]
        parts.append("!" + _make_part(chance, clause, names, chance.randint(1, 2)))
        pattern.absent.append(clause)
    pattern.text = ", ".join(parts)
    return pattern


def _make_part(chance: random.Random, clause: NaiveClause, known: list[str], length: int) -> str:
    text, left = "", ""
    for _ in range(length):
        references = [name for name in known if name != left]
        link_text, link, is_turned = _make_link(chance) if left else ("", None, False)
        # Names are told apart by a number that counts all items of the pattern.
        if references and length > 1 and chance.random() < 0.4:
            name = box = chance.choice(references)
        else:
            name = f"N{chance.randrange(10**9)}"
            box_text, check = _make_box(chance)
            box = f"{name}:{box_text}"
            clause.own.append((name, check))
        text += f"{link_text}{box}"
        if link:
            clause.links.append((name, link, left) if is_turned else (left, link, name))
        left = name
    return text


def _make_link(chance: random.Random) -> tuple[str, LinkCheck | None, bool]:
    least, more = chance.randint(0, 2), chance.randint(0, 2)
    labels = chance.choice(("nsubj", "nsubj:*", "obj|case", ""))
    is_turned = chance.random() < 0.5

    def is_head(head: Place, dependent: Place) -> bool:
        return dependent.word.head == str(head.word.id) and (
            not labels
            or any(re.fullmatch(one.replace(":*", "(:.*)?"), dependent.word.deprel) for one in labels.split("|"))
        )

    return chance.choice(
        (
            (" ", lambda a, b: b.word.id == a.word.id + 1, False),
            (" + ", lambda a, b: b.word.id == a.word.id + 1 and b.token_id == a.token_id, False),
            (" ... ", lambda a, b: b.word.id > a.word.id, False),
            (f" []{{{least},}} ", lambda a, b: b.word.id - a.word.id - 1 >= least, False),
            (f" []{{{least}}} ", lambda a, b: b.word.id - a.word.id - 1 == least, False),
            (
                f"[]{{{least},{least + more}}}",
                lambda a, b: least <= b.word.id - a.word.id - 1 <= least + more,
                False,
            ),
            (f" {'<' if is_turned else '>'}{labels} ", is_head, is_turned),
            (f" {'<' if is_turned else '>'}{labels} ", is_head, is_turned),
        )
    )


def _make_box(chance: random.Random) -> tuple[str, Check]:
    if chance.random() < 0.15:
        return "[]", lambda place: True
    text, check = _make_condition(chance, 2)
    return f"[{text}]", check


def _make_condition(chance: random.Random, depth: int) -> tuple[str, Check]:
    kind = chance.random()
    if depth and kind < 0.15:
        text, check = _make_condition(chance, depth - 1)
        return f"!({text})", lambda place: not check(place)
    if depth and kind < 0.4:
        (one, check_one), (two, check_two) = _make_condition(chance, depth - 1), _make_condition(chance, depth - 1)
        if chance.random() < 0.5:
            return f"({one}) & ({two})", lambda place: check_one(place) and check_two(place)
        return f"({one} | {two})", lambda place: check_one(place) or check_two(place)
    return _make_test(chance)


def _make_test(chance: random.Random) -> tuple[str, Check]:
    form, upos, number = chance.choice(FORMS), chance.choice(UPOS), chance.randint(1, 5)
    literal = form.replace('"', '\\"')
    sign = chance.choice(("=", "!="))
    is_same = sign == "="
    compare = chance.choice(("<", "<=", ">", ">=", "=", "!="))
    comparisons: dict[str, Callable[[int, int], bool]] = {
        **{"<": int.__lt__, "<=": int.__le__, ">": int.__gt__},
        **{">=": int.__ge__, "=": int.__eq__, "!=": int.__ne__},
    }
    tests: tuple[tuple[str, Check], ...] = (
        (f'upos{sign}"{upos}"', lambda place: (place.word.upos == upos) == is_same),
        (f'upos{sign}"{upos}|VERB"', lambda place: (place.word.upos in (upos, "VERB")) == is_same),
        (f'form{sign}="{literal}"', lambda place: (place.word.form == form) == is_same),
        (f'token{sign}="{literal}"', lambda place: (place.token.form == form) == is_same),
        (
            f'lemma{sign}"كتاب|إلى"%d',
            lambda place: (fold_for_search(place.word.lemma) in ("كتاب", "الي")) == is_same,
        ),
        (f'form{sign}"ك.*ا?ب"', lambda place: bool(re.fullmatch("ك.*ا?ب", place.word.form)) == is_same),
        (f'word{sign}"كِتاب"%d', lambda place: _is_word(place, "كتاب") == is_same),
        (f'feats.Case{sign}"Gen"', lambda place: (place.features.get("Case") == "Gen") == is_same),
        (f'feats.Case{sign}""', lambda place: ("Case" not in place.features) == is_same),
        (f'feats.Case{sign}"Gen|"', lambda place: (place.features.get("Case", "Gen") == "Gen") == is_same),
        (f'feats.Foo{sign}"y+"', lambda place: (place.features.get("Foo") == "yy") == is_same),
        (f'feats.Foo{sign}"x"', lambda place: (place.features.get("Foo") == "x") == is_same),
        (f'is_mwt{sign}"true"', lambda place: place.is_mwt == is_same),
        (f"word_id{compare}{number}", lambda place: comparisons[compare](place.word.id, number)),
    )
    return chance.choice(tests)


def _is_word(place: Place, folded: str) -> bool:
    own = (place.word.form, place.word.lemma)
    token = (place.token.form,) if place.is_first and place.is_mwt else ()
    return folded in map(fold_for_search, own + token)
