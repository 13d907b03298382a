"""What the words of a corpus have of closed kinds, so that a pattern that asks for something else is told so."""

from mudawwana.arabic.spellings import fold_for_search
from mudawwana.explore.database import Database

_ARABIC_BLOCKS = (
    (0xA0, 0x180),
    (0x600, 0x700),
    (0x750, 0x780),
    (0x870, 0x900),
    (0x2000, 0x2070),
    (0xFB50, 0xFE00),
    (0xFE70, 0xFF00),
)
_CLOSED = ("upos", "xpos", "deprel")


def list_values(database: Database) -> dict[str, list[str]]:
    """The values of tags, relations and of each feature (`feats.Case`), sorted; those of every layer."""
    select = "SELECT DISTINCT {} AS value FROM tokens WHERE {} IS NOT NULL ORDER BY value"
    values = {column: [row[0] for row in database.query(select.format(column, column))] for column in _CLOSED}
    rows = database.query(select.format("unnest(string_split(feats, '|'))", "feats"))
    for (feature,) in rows:
        name, _, value = feature.partition("=")
        values.setdefault(f"feats.{name}", []).append(value)
    return values


def list_folds() -> dict[str, str]:
    """What folding makes of each letter that it changes, between two letters that it does not change."""
    letters = (chr(code) for first, end in _ARABIC_BLOCKS for code in range(first, end))
    folds = {letter: fold_for_search(f"ب{letter}ب")[1:-1] for letter in letters}
    return {letter: folded for letter, folded in folds.items() if folded != letter}
