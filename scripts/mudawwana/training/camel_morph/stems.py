"""What the parts of the analyser's table are made of: stems, lexemes, features."""

from collections.abc import Mapping
from typing import NamedTuple

from mudawwana.training.camel_morph.spec import Conditions
from mudawwana.training.camel_morph.spelling import (
    spell_lemma,
    spell_pattern,
    spell_root,
    write_fathas,
    write_pattern,
)

NUMBERS = {"s": "Sing", "d": "Dual", "p": "Plur"}
GENDERS = {"m": "Masc", "f": "Fem"}


class Stem(NamedTuple):
    """A stem with what its affixes must fit."""

    spelled: str
    """Buckwalter with all vowels."""
    kind: str
    """PV, IV, CV or nominal."""
    conditions: Conditions
    tests: str
    """COND-T of its row."""
    voice: str = ""
    gender: str = ""
    """Of a nominal: m, f, "" where its suffix says it, "-" where nothing does."""
    number: str = ""
    case: str = ""
    is_ordinal: bool = False


class Lexeme(NamedTuple):
    upos: str
    lemma: str
    root: str
    pattern: str


def make_lexeme(upos: str, row: Mapping[str, str], lemma: str) -> Lexeme:
    spelled = spell_lemma(lemma, is_name=upos == "PROPN")
    return Lexeme(upos, spelled, spell_root(row["ROOT"]), _find_pattern(upos, row, lemma))


def _find_pattern(upos: str, row: Mapping[str, str], lemma: str) -> str:
    """Of a verb the underlying pattern (قَال is فَعَل), as the file has it; of a nominal what its lemma shows."""
    if upos != "VERB":
        return spell_pattern(write_fathas(lemma), row["ROOT"])
    return write_pattern(row["PATTERN_ABSTRACT"].replace("~3", "~a3"))


def parse_features(text: str) -> dict[str, str]:
    return dict(pair.split(":", 1) for pair in text.split() if ":" in pair)


def write_feats(feats: Mapping[str, str]) -> str:
    return "|".join(f"{name}={value}" for name, value in sorted(feats.items()) if value)
