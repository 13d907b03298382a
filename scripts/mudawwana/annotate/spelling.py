"""The usual spelling of a token for the models, where its writer stretched letters or had another keyboard.

The analyser decides: what it does not know keeps its Persian and Urdu letters, as it may be Persian or Urdu.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, islice, product

from mudawwana.annotate.readings import CLOSED
from mudawwana.arabic.analyser import analyse_token
from mudawwana.arabic.script import TYPES

_FOREIGN = {"ی": "ي", "ے": "ي", "ک": "ك", "ڪ": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۀ": "ة", "ۃ": "ة"}
_FINAL = {"ي": ("ي", "ى"), "ه": ("ة", "ه")}
"""What a foreign letter can stand for at a word's end."""
_UNUSUAL = re.compile(rf"([\u0621-\u063a\u0641-\u064a])\1\1|[{''.join(_FOREIGN)}]")
_LETTERS = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5]+")
_STRETCHED = re.compile(r"(.)\1{2,}")
_PERSIAN = "که یک می نمی برای این کرد کند کنند شود یکی"
_URDU = "ہے ہیں یہ وہ میں نہیں کے کی کا کو کہ ہو ہی بھی کیا تھا"
_STAYING = frozenset(f"{_PERSIAN} {_URDU}".split())
"""Common words that would be Arabic ones in Arabic letters."""
_CANDIDATES = 256
_CLOSED = CLOSED | {"PRON", "DET"}


def is_unusual(text: str) -> bool:
    """Whether a token in it may have another usual spelling."""
    return _UNUSUAL.search(text) is not None


@lru_cache(TYPES)
def spell_usual(form: str) -> str:
    """The form with stretched letters shortened, and Arabic letters for Persian and Urdu ones.

    Three or more of one letter are one or two, as the analyser knows the word, else one; three that it knows stay,
    and so does a word of one letter alone, such as laughter.

    >>> spell_usual("جميييييل"), spell_usual("إلی"), spell_usual("تتتبع")  # "beautiful", "to", "she tracks"
    ('جميل', 'إلى', 'تتتبع')
    """
    if not _LETTERS.fullmatch(form) or len(set(form)) == 1:
        return form
    short = _STRETCHED.sub(r"\1", form)
    if form in _STAYING or len(short) > 30:
        return short
    ranks = {one: rank for one in islice(_iter_spellings(form), _CANDIDATES) if (rank := _rank(one))}
    return min(ranks, key=lambda one: ranks[one]) if ranks else short


def _iter_spellings(form: str) -> Iterator[str]:
    runs = [(letter, len(list(run))) for letter, run in groupby(_FOREIGN.get(one, one) for one in form)]
    options: list[tuple[str, ...]] = []
    for (letter, count), (behind, _) in zip(runs, [*runs[1:], ("", 0)], strict=True):
        is_double = not options or (letter, behind) == ("ل", "ه")  # ممتاز "excellent", الله "God"
        options.append(_list_spellings(letter, count, is_double=is_double))
    if form[-1] in _FOREIGN and runs[-1][1] == 1:
        options[-1] = _FINAL.get(runs[-1][0], options[-1])
    return map("".join, product(*options))


def _list_spellings(letter: str, count: int, *, is_double: bool) -> tuple[str, ...]:
    """What a run of a letter can stand for, the likeliest first."""
    if count < 3:
        return (letter * count,)
    short = (letter * 2, letter) if is_double else (letter, letter * 2)
    return (letter * 3, *short) if count == 3 else short


def _rank(form: str) -> tuple[bool, int] | None:
    """How likely a spelling is, the lower, the better; None where the analyser does not know it."""
    readings = [words for words in analyse_token(form) if not any(word.folded for word in words)]
    if not readings:
        return None
    closed = [words for words in readings if all(word.upos in _CLOSED for word in words)]
    return not closed, min(map(len, closed or readings))
