"""Columns of words, computed from CoNLL-U's own by Arrow: whole columns at a time, or each value once."""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mudawwana.annotate.tiers import Calibration, find_calibration
from mudawwana.arabic.script import transliterate
from mudawwana.arabic.spellings import fold_for_search, to_buckwalter
from mudawwana.base.misc import END_CHAR, FEATS_PROB, NO_SPACE_AFTER, REPAIRED, START_CHAR
from mudawwana.dataset.schema import FEATURE_COLUMNS, PROBABILITY_COLUMNS

Columns = dict[str, pa.Array]

_INTEGER = "[0-9]{1,9}"
_PROBABILITY = r"[01](?:\.[0-9]{1,9})?"


def describe_misc(misc: pa.Array) -> Columns:
    """What MISC says of each word."""
    return {
        "start_char": _extract(misc, START_CHAR, _INTEGER, pa.int32()),
        "end_char": _extract(misc, END_CHAR, _INTEGER, pa.int32()),
        "space_after": _has_space_after(misc),
        "repaired": pc.match_substring_regex(misc, rf"(^|\|){REPAIRED}=").fill_null(False),
        **{column: _extract(misc, key, _PROBABILITY, pa.float64()) for key, column in PROBABILITY_COLUMNS.items()},
    }


def rate(
    words: Columns,
    models: np.ndarray,
    model_of: np.ndarray,
    calibrations: Sequence[Calibration],
    *,
    is_auto: np.ndarray,
) -> Columns:
    """Each word's tier (as `tiers.get_tier`), and its probabilities in the precision that the columns have.

    `model_of` is by word the place of its document's `# models` in `models`. What is not `is_auto` has neither:
    a copy that became gold may still have the models' probabilities, which say nothing of what people wrote.
    """
    probabilities = {
        column: pc.if_else(pa.array(is_auto), words[column], None) for column in PROBABILITY_COLUMNS.values()
    }
    feats = PROBABILITY_COLUMNS[FEATS_PROB]  # models without weights for readings do not give it
    counted = {**probabilities, feats: pc.coalesce(probabilities[feats], pa.scalar(1.0))}
    confidences = reduce(pc.multiply, counted.values())
    tiers = pa.nulls(len(model_of), pa.string())
    for place, name in enumerate(models):
        calibration = find_calibration(str(name), calibrations)
        rated = pa.nulls(len(model_of), pa.string())
        for tier, facts in [*calibration.tiers.items()][::-1] if calibration else ():
            if facts.least_confidence is not None:
                rated = pc.if_else(pc.greater_equal(confidences, facts.least_confidence), tier, rated)
        tiers = pc.if_else(pa.array(model_of == place), rated, tiers)
    return {"tier": tiers, **{column: values.cast(pa.float32()) for column, values in probabilities.items()}}


def spell(words: Columns) -> Columns:
    """Forms and lemmas as one may search for them."""
    return {
        "form_translit": map_values(words["form"], transliterate),
        "form_buckwalter": map_values(words["form"], to_buckwalter),
        "form_folded": map_values(words["form"], fold_for_search),
        "lemma_folded": map_values(words["lemma"], fold_for_search),
    }


def describe_tokens(words: Columns, ranges: Columns, range_of: np.ndarray, counts: np.ndarray) -> Columns:
    """The surface token of each word, and the word's offsets, or else the token's.

    `range_of` is by word the place of its range in `ranges`, or -1; `counts` are words by sentence.
    """
    is_mwt = pa.array(range_of >= 0)
    places = pa.array(range_of, mask=range_of < 0)
    is_first = np.ones(len(range_of), dtype=np.int64)
    is_first[1:] = (range_of[1:] < 0) | (range_of[1:] != range_of[:-1])
    numbers = np.cumsum(is_first)
    has_words = counts[counts > 0]
    bases = numbers[np.cumsum(has_words) - has_words] - 1
    of_ranges = {
        "token_start_char": _extract(ranges["misc"], START_CHAR, _INTEGER, pa.int32()),
        "token_end_char": _extract(ranges["misc"], END_CHAR, _INTEGER, pa.int32()),
        "token": ranges["form"],
        "space_after": _has_space_after(ranges["misc"]),
    }
    of_words = ("start_char", "end_char", "form", "space_after")
    tokens = {
        name: pc.if_else(is_mwt, values.take(places), words[own])
        for (name, values), own in zip(of_ranges.items(), of_words, strict=True)
    }
    return {
        **tokens,
        "token_folded": map_values(tokens["token"], fold_for_search),
        "token_id": pa.array(numbers - np.repeat(bases, has_words), pa.int32()),
        "is_mwt": is_mwt,
        "start_char": pc.coalesce(words["start_char"], tokens["token_start_char"]),
        "end_char": pc.coalesce(words["end_char"], tokens["token_end_char"]),
    }


def build_token_columns(words: Columns, facts: Columns, counts: np.ndarray) -> Columns:
    """What `tokens` has of its own: the sentence's ids, the features one by one, the head."""
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    sentences = pa.array(np.repeat(np.arange(len(counts)), counts))
    head = map_values(words["head"], _parse_head, pa.int32())
    numbers = head.fill_null(0).to_numpy()
    has_head = (numbers > 0) & (numbers <= np.repeat(counts, counts))
    heads = pa.array(starts + numbers - 1, mask=~has_head)
    feats = words["feats"].dictionary_encode()
    items = [dict(item.partition("=")[::2] for item in value.split("|")) for value in feats.dictionary.to_pylist()]
    return {
        **{name: facts[name].take(sentences) for name in ("doc_id", "par_id", "sent_id", "layer")},
        "word_id": pa.array(np.arange(len(starts)) - starts + 1, pa.int32()),
        **{
            column: pa.array([one.get(name) for one in items], pa.string()).take(feats.indices)
            for name, column in FEATURE_COLUMNS.items()
        },
        **{f"head_{name}": words[name].take(heads) for name in ("form", "lemma", "upos", "deprel")},
        "head": head,
    }


def make_lists(values: pa.Array, counts: np.ndarray) -> pa.Array:
    """The flat values as lists of so many each."""
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], np.cumsum(counts)]), pa.int32()), values)


def map_values(
    array: pa.Array, function: Callable[[str], object], arrow_type: pa.DataType | None = None
) -> pa.Array:
    """The function's value for each item, called once a different item; null for null."""
    encoded = array.dictionary_encode()
    values = pa.array(map(function, encoded.dictionary.to_pylist()), arrow_type or pa.string())
    return values.take(encoded.indices)


def _extract(misc: pa.Array, key: str, pattern: str, arrow_type: pa.DataType) -> pa.Array:
    """The value of a key in MISC; null where it is not there, or not of this form."""
    found = pc.extract_regex(misc, rf"(?:^|\|){key}=(?P<value>{pattern})(?:\||$)")
    return pc.struct_field(found, "value").cast(arrow_type)


def _has_space_after(misc: pa.Array) -> pa.Array:
    return pc.invert(pc.match_substring_regex(misc, rf"(^|\|){NO_SPACE_AFTER}(\||$)").fill_null(False))


def _parse_head(head: str) -> int | None:
    return int(head) if head.isascii() and head.isdecimal() and len(head) < 10 else None


def pack(array: pa.Array) -> pa.Array:
    """The column with null for `_`."""
    return pc.if_else(pc.equal(array, "_"), None, array)
