"""What a layer of a loaded database holds: sizes, and counts that each know the pattern behind them."""

from typing import Any

from mudawwana.explore.database import Database
from mudawwana.explore.expressions import find_alternatives

_LENGTH_STEP = 10
_MOST_ROWS = 40
# Inside multi-word tokens these are clitics; the card counts the same.
_CLITIC_UPOS = ("ADP", "AUX", "CCONJ", "DET", "PART", "PRON", "SCONJ")


def count_layer(database: Database, layer: str) -> dict[str, Any]:
    """Sizes and charts; a chart's rows are (label, count, pattern that finds them)."""
    sizes = database.query(
        "SELECT count(DISTINCT doc_id), (SELECT count(*) FROM sentence_index WHERE layer = $1),"
        " (SELECT count(*) FROM (SELECT DISTINCT ordinal, token_id FROM tokens WHERE layer = $1)), count(*),"
        " (SELECT count(*) FROM (SELECT DISTINCT ordinal, token_id FROM tokens WHERE layer = $1 AND is_mwt)),"
        " count(DISTINCT form), count(DISTINCT lemma) FROM tokens WHERE layer = $1",
        [layer],
    )
    names = ("documents", "sentences", "tokens", "words", "multiword_tokens", "form_types", "lemma_types")
    return {
        "sizes": dict(zip(names, sizes[0], strict=True)),
        "charts": {
            "upos": _count_column(database, layer, "upos"),
            "deprel": _count_column(database, layer, "deprel"),
            "feats": _count_features(database, layer),
            "length": _count_lengths(database, layer),
            "clitics": _count_clitics(database, layer),
            "tokens": _count_token_patterns(database, layer),
        },
    }


def _count_column(database: Database, layer: str, column: str) -> list[list[Any]]:
    rows = database.query(
        f"SELECT {column}, count(*) AS n FROM tokens WHERE layer = ? GROUP BY ALL ORDER BY n DESC, {column}",
        [layer],
    )
    return [[value, count, f"[{_write_test(column, value)}]"] for value, count in rows[:_MOST_ROWS]]


def _count_features(database: Database, layer: str) -> list[list[Any]]:
    rows = database.query(
        "SELECT feature, count(*) AS n FROM (SELECT unnest(string_split(feats, '|')) AS feature FROM tokens"
        " WHERE layer = ? AND feats IS NOT NULL) GROUP BY feature ORDER BY n DESC, feature",
        [layer],
    )
    parts = [(feature, count, *feature.partition("=")[::2]) for feature, count in rows[:_MOST_ROWS]]
    return [[feature, count, f"[{_write_test(f'feats.{name}', value)}]"] for feature, count, name, value in parts]


def _count_lengths(database: Database, layer: str) -> list[list[Any]]:
    """Sentences by their number of words, in tens: the n-th word is there, the one ten further on is not."""
    rows = database.query(
        f"SELECT (word_count - 1) // {_LENGTH_STEP} AS step, count(*) FROM sentence_index WHERE layer = ?"
        " GROUP BY step ORDER BY step",
        [layer],
    )
    return [
        [
            f"{step * _LENGTH_STEP + 1}–{(step + 1) * _LENGTH_STEP}",
            count,
            f"[word_id={step * _LENGTH_STEP + 1}], ![word_id={(step + 1) * _LENGTH_STEP + 1}]",
        ]
        for step, count in rows
    ]


def _count_clitics(database: Database, layer: str) -> list[list[Any]]:
    """Words of closed classes inside multi-word tokens, by form."""
    rows = database.query(
        "SELECT form, count(*) AS n FROM tokens WHERE layer = $1 AND is_mwt AND upos IN (SELECT unnest($2))"
        " GROUP BY form ORDER BY n DESC, form",
        [layer, list(_CLITIC_UPOS)],
    )
    classes = _write_test("upos", "|".join(_CLITIC_UPOS), is_exact=False)
    return [
        [form, count, f'[{_write_test("form", form)} & is_mwt="true" & {classes}]']
        for form, count in rows[:_MOST_ROWS]
    ]


def _count_token_patterns(database: Database, layer: str) -> list[list[Any]]:
    """Multi-word tokens by the parts of speech of their words."""
    rows = database.query(
        "SELECT parts, count(*) AS n FROM (SELECT list(upos ORDER BY word_id) AS parts FROM tokens"
        " WHERE layer = ? AND is_mwt GROUP BY ordinal, token_id) GROUP BY parts ORDER BY n DESC, parts",
        [layer],
    )
    return [["+".join(parts), count, _write_token_pattern(parts)] for parts, count in rows[:_MOST_ROWS]]


def _write_token_pattern(parts: list[str]) -> str:
    """A pattern for whole tokens of these parts: no word of it stands before the first or after the last."""
    boxes = [f"[{_write_test('upos', part)}]" for part in parts]
    if len(boxes) == 1:
        return f'W:[{_write_test("upos", parts[0])} & is_mwt="true"], !W + [], ![] + W'
    return " + ".join([f"A:{boxes[0]}", *boxes[1:-1], f"B:{boxes[-1]}"]) + ", !B + [], ![] + A"


def _write_test(name: str, value: str, *, is_exact: bool = True) -> str:
    """A test of this value, letter by letter or, not `is_exact`, as an expression."""
    operator = "==" if is_exact and find_alternatives(value) != (value,) else "="
    escaped = value.replace('"', '\\"')
    return f'{name}{operator}"{escaped}"'
