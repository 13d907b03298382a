"""Texts that a reader may type into the box of the explorer, right or wrong, by chance."""

import random

from naive_patterns import make_pattern

# A blank stands between two; in a piece it is ␣.
_LEXEMES = (
    '[upos="VERB"] [] [ ] "كتاب" "ك.*"%d V:[] W:[] V W ... []{1,2} []{9} + > < >nsubj <obl:*|case , ! ,␣! ( ) & | '
    '= != == <= upos word word_id feats.Case feats.Foo is_mwt upos_prob head 5 -1 0.5 %d {2} "true" … قال :'
)
_IN_VALUES = (
    "ا ب كتاب \u064e آ أ ى ␣ . | ( ) [ا-ي] [^ب] [ئ-ا] [\u064e] [A-z] * + ? {2} {0} {50,} {3,100} {100} "
    r"\. \( \ - ^ $ ] ' ; -- \\"
)
_LETTERS = "[]{}()\"'\\|&!=<>+*?.,:;%~^$-_ 09ابَﷺ\u202e\u0000\u00ad\ufdfa\U0001f600aZİ\n\t"


def make_text(chance: random.Random) -> str:
    """A pattern as it should be, one with mistakes, pieces in any order, or one around a wild expression."""
    kind = chance.random()
    if kind < 0.3:
        return make_pattern(chance).text
    if kind < 0.6:
        return _spoil(chance, make_pattern(chance).text)
    if kind < 0.8:
        return chance.choice(("", " ")).join(_choose(chance, _LEXEMES, chance.randint(1, 12)))
    value = "".join(_choose(chance, _IN_VALUES, chance.randint(1, 8)))
    return (
        f'[{chance.choice(("form", "word", "lemma", "feats.Foo", "upos"))}="{value}"{chance.choice(("", "%d"))}]'
    )


def _choose(chance: random.Random, pieces: str, count: int) -> list[str]:
    return [piece.replace("␣", " ") for piece in chance.choices(pieces.split(" "), k=count)]


def _spoil(chance: random.Random, text: str) -> str:
    """The text with a few characters lost, doubled, put in or in another's place."""
    letters = list(text)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(letters) + 1)
        lost, new = chance.choice((0, 1, 1, 5)), chance.choice((0, 1, 1, 2))
        letters[place : place + lost] = chance.choices(_LETTERS, k=new)
    return "".join(letters)
