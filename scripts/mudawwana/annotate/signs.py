"""Tags and lemmas that follow from what a form is written with: signs, hashtags, mentions, Latin and mixed words.

Models know them from a handful of examples: they read `***` as a number and put vowels into `RT`.
"""

import re
import unicodedata

from mudawwana.arabic.script import drop_marks

_LETTERS = "\u0621-\u063a\u0641-\u064a"
_ARABIC = re.compile(f"[{_LETTERS}][{_LETTERS}\u064b-\u0652\u0670\u0671]*")
_ARTICLE = re.compile(f"ال(?=[^{_LETTERS}])")
_TAG = re.compile(r"[@#](?=\w*[^\W\d_])\w+")
_RAISED = re.compile("[¹²³⁰⁴-⁹]+")
_STOPS = frozenset(".؟?!۔…")
_NO_PUNCTUATION = frozenset("%٪‰&§")
_LEMMA_CHARS = 100


def is_arabic(form: str) -> bool:
    """Whether it is Arabic letters, with or without vowel signs: then nothing here says anything of it."""
    return _ARABIC.fullmatch(form) is not None


def find_tag(form: str, upos: str) -> str:
    """The form's UPOS where the writing says it, else `upos`, the tagger's.

    A sign is PUNCT or SYM: where the tagger says neither, PUNCT if Unicode calls all of it punctuation. A hashtag
    stands for what it is about and a mention for a person: both are names.

    >>> find_tag("؟؟؟", "VERB"), find_tag("😀", "NOUN"), find_tag("#لا_للعنف", "NOUN"), find_tag("RT", "X")
    ('PUNCT', 'SYM', 'PROPN', 'X')
    """
    if _TAG.fullmatch(form):
        return "PROPN"
    if _RAISED.fullmatch(form):
        return "NUM"
    if upos in {"PUNCT", "SYM"} or not _is_sign(form):
        return upos
    is_punctuation = all(unicodedata.category(one)[0] == "P" or one == "\u0640" for one in form)
    return "PUNCT" if is_punctuation and _NO_PUNCTUATION.isdisjoint(form) else "SYM"


def find_xpos_of_sign(form: str, upos: str) -> str:
    """The XPOS of a form to which `find_tag` has given the tag (annotations/GUIDELINES.md, L6)."""
    if upos == "PUNCT":
        return "." if _STOPS.issuperset(form) else form[0]
    return {"PROPN": "NNP", "NUM": "CD"}.get(upos, "SYM")


def find_lemma(form: str, seen: str) -> str:
    """The lemma of a form that is not all Arabic letters: the form, without article and vowel signs; else "".

    `seen` is what the models saw of it.

    >>> find_lemma("الـmeeting", "الmeeting"), find_lemma("ق2م", "ق2م"), find_lemma("قدّم", "قدم")
    ('meeting', 'ق2م', '')
    """
    if _is_sign(form):
        return form[:_LEMMA_CHARS]
    bare = drop_marks(seen)
    return "" if is_arabic(bare) else _ARTICLE.sub("", bare, count=1) if bare.startswith("ال") else bare


def _is_sign(form: str) -> bool:
    """Whether the form has neither letter nor digit: `||`, `؟؟؟`, an emoji."""
    return not any(unicodedata.category(one)[0] in "LN" and one != "\u0640" for one in form)
