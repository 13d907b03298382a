r"""What the repairs leave in MISC: what the models said, and which rules changed it.

`Repaired=deprel:det,feats:Case:Gen\pNumber:Sing` holds the columns as they were ("|" is written as UD does in
such places, "=" of features as ":", since the `conllu` package loses what follows a second "="),
`RepairedBy=rel-upos-det` the incidents that were prevented, in order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mudawwana.base.misc import REPAIRED, REPAIRED_BY, add_misc, drop_misc, get_misc
from mudawwana.base.records import Word

_COLUMNS = ("lemma", "upos", "xpos", "head", "deprel", "feats")


def record_repair(before: Word, after: Word, rules: Sequence[str]) -> Word:
    """The word after its repairs, with their record where something changed."""
    if after is before:
        return after
    changed = [column for column in _COLUMNS if getattr(before, column) != getattr(after, column)]
    if not changed:
        return after
    said = ",".join(f"{column}:{_escape(getattr(before, column), column)}" for column in changed)
    return replace(after, misc=add_misc(after.misc, [f"{REPAIRED}={said}", f"{REPAIRED_BY}={','.join(rules)}"]))


def _escape(value: str, column: str) -> str:
    value = value.replace("|", r"\p")
    return value.replace("=", ":") if column == "feats" else value


def undo_repairs(words: Iterable[Word]) -> list[Word]:
    """The words as the models gave them: what `Repaired` in MISC holds is put back, and its record taken away."""
    undone = []
    for word in words:
        said = get_misc(word.misc, REPAIRED)
        columns = (
            dict(item.split(":", 1) for item in re.split(f",(?=(?:{'|'.join(_COLUMNS)}):)", said)) if said else {}
        )
        if "feats" in columns:
            columns["feats"] = columns["feats"].replace(r"\p", "|").replace(":", "=")
        undone.append(replace(word, **columns, misc=drop_misc(word.misc, (REPAIRED, REPAIRED_BY))))  # type: ignore[arg-type]
    return undone


def count_repairs(words: Iterable[Word]) -> Counter[str]:
    """How many words each rule has changed, by the incident it prevents, from their MISC columns."""
    rules = (get_misc(word.misc, REPAIRED_BY) for word in words)
    return Counter(rule for value in rules if value for rule in value.split(","))
