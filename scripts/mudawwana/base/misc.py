"""The MISC column (https://universaldependencies.org/format.html#miscellaneous): its keys, and how it is written.

Items stand in the order of their keys without regard to case, as udapi writes them: so a file that udapi has read
and written again has the same bytes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MiscKey:
    """A key that Mudawwana writes or reads."""

    name: str
    meaning: str
    written_by: str
    """The module of `mudawwana` that writes it."""


AUDIT = "Audit"
DEPREL_PROB = "DeprelProb"
END_CHAR = "end_char"
FEATS_PROB = "FeatsProb"
HEAD_PROB = "HeadProb"
NORM = "Norm"
REPAIRED = "Repaired"
REPAIRED_BY = "RepairedBy"
SENT_SPLIT = "SentSplit"
SPACE_AFTER = "SpaceAfter"
SPAN = "Span"
START_CHAR = "start_char"
UPOS_PROB = "UposProb"

NO_SPACE_AFTER = f"{SPACE_AFTER}=No"
PROBABILITIES = (UPOS_PROB, FEATS_PROB, HEAD_PROB, DEPREL_PROB)
"""Those whose product is a word's confidence."""

KEYS = (
    MiscKey(AUDIT, "`Yes` on a word of an audit's sample that is to be checked", "compare.audit.folder"),
    MiscKey(DEPREL_PROB, "the parser's probability (0-1) of the relation, given its head", "annotate.confidence"),
    MiscKey(END_CHAR, "the offset in the raw document behind the last code point, 0-based", "annotate.annotator"),
    MiscKey(
        FEATS_PROB,
        "the probability (0-1) of the reading, its tag and features together, given the tree",
        "annotate.confidence",
    ),
    MiscKey(HEAD_PROB, "the parser's probability (0-1) of the head that it chose", "annotate.confidence"),
    MiscKey(
        NORM,
        r"the token as the models saw it, where that differs from the form; `\p` for `|`",
        "annotate.annotator",
    ),
    MiscKey(REPAIRED, "the columns as the models gave them, before the repairs", "annotate.repair_record"),
    MiscKey(
        REPAIRED_BY,
        "the reasons of the repairs: incidents of UD's validator, or what form, lemma and lexicon say",
        "annotate.repair_record",
    ),
    MiscKey(
        SENT_SPLIT,
        "`forced` on the first token of a sentence that was cut from the one before for its length",
        "annotate.annotator",
    ),
    MiscKey(SPACE_AFTER, "`No` where no space follows the token (UD's own key)", "annotate.annotator"),
    MiscKey(
        SPAN,
        "`approx` on a word of a multi-word token whose form does not stand letter for letter in the token",
        "annotate.annotator",
    ),
    MiscKey(
        START_CHAR,
        "the offset of the first character in the raw document, 0-based, in code points",
        "annotate.annotator",
    ),
    MiscKey(UPOS_PROB, "the tagger's probability (0-1) of the tag", "annotate.confidence"),
)
"""Every key that Mudawwana writes or reads, in the order of the items; other keys are kept as they are."""


def get_misc(misc: str, key: str) -> str | None:
    """The value of `key` in a MISC column, "" for a bare key, None where the key is absent.

    Splits at the first "=" only: values may hold "=".

    >>> get_misc("start_char=0|Gloss=a=b", "Gloss")
    'a=b'
    """
    for item in misc.split("|"):
        name, _, value = item.partition("=")
        if name == key:
            return value
    return None


def join_misc(items: Iterable[str]) -> str:
    """The column of these items, in their order.

    >>> join_misc(["start_char=0", "SpaceAfter=No", "end_char=4"]), join_misc([])
    ('end_char=4|SpaceAfter=No|start_char=0', '_')
    """
    return "|".join(sorted(items, key=_get_place)) or "_"


def add_misc(misc: str, items: Iterable[str]) -> str:
    """The column with these items, too.

    >>> add_misc("_", ["Audit=Yes"]), add_misc("SpaceAfter=No", ["Audit=Yes"])
    ('Audit=Yes', 'Audit=Yes|SpaceAfter=No')
    """
    return join_misc([*split_misc(misc), *items])


def drop_misc(misc: str, keys: Collection[str]) -> str:
    """The column without the items of these keys; the others stay in their places.

    >>> drop_misc("Audit=Yes|SpaceAfter=No", ["Audit"]), drop_misc("Audit=Yes", ["Audit"])
    ('SpaceAfter=No', '_')
    """
    return "|".join(item for item in split_misc(misc) if item.partition("=")[0] not in keys) or "_"


def split_misc(misc: str) -> list[str]:
    """The items of a column; none of an empty one."""
    return [] if misc == "_" else misc.split("|")


def _get_place(item: str) -> str:
    return item.partition("=")[0].lower()
