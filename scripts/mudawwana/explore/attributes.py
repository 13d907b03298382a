"""What a pattern may ask of a word: the columns of the config `tokens`, which dataset/schema.py alone lists."""

from dataclasses import dataclass
from typing import Literal

from mudawwana.dataset.schema import FEATURE_COLUMNS, TOKENS

Kind = Literal["text", "number", "truth", "feature", "word"]

_KINDS: dict[str, Kind] = {"string": "text", "bool": "truth"}
_NUMBERS = ("int", "float")
# MISC holds offsets, so that no two words share it; what the head is like, a pattern asks of the head.
_LEFT_OUT = ("misc", "head_form", "head_lemma", "head_upos", "head_deprel")


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that a pattern may ask of a word."""

    name: str
    """As patterns write it: `lemma`, `feats.Case`."""
    column: str
    """The column of `tokens`; "" for `word`, which is several, `feats` for a feature without a column."""
    kind: Kind


def _list_attributes() -> dict[str, Attribute]:
    attributes = {"word": Attribute("word", "", "word")}
    features = set(FEATURE_COLUMNS.values())
    for column, feature in TOKENS.items():
        dtype = getattr(feature, "dtype", "")  # a list has none
        kind = "number" if dtype.startswith(_NUMBERS) else _KINDS.get(dtype)
        if kind and column not in _LEFT_OUT and column not in features:
            attributes[column] = Attribute(column, column, kind)
    for name, column in FEATURE_COLUMNS.items():
        attributes[f"feats.{name}"] = Attribute(f"feats.{name}", column, "text")
    return attributes


ATTRIBUTES = _list_attributes()
"""By name, without the features that have no column."""

FOLDABLE = ("word", *(name for name in ATTRIBUTES if f"{name}_folded" in TOKENS))
"""The attributes that may be compared without vowels and hamza (`%d`), in columns of their own."""


def get_attribute(name: str) -> Attribute | None:
    """The attribute of this name; any feature has one (`feats.NameType`), None for what no word has."""
    if name.startswith("feats.") and name not in ATTRIBUTES:
        return Attribute(name, "feats", "feature")
    return ATTRIBUTES.get(name)
