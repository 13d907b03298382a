"""Passive stems of Arabic verbs, made from the active ones by the rules of grammar.

Perfect: every vowel is u, the last one i (kutib, {usotuxodim; a long ā becomes ū: kuwtib, tubuwdil); a hollow
verb's ā becomes ī (qiyl, {uxotiyr). Imperfect: the prefix has u, the stem only a and ā (yukotab, yuqaAl).
Stems and conditions are those of Camel Morph, in Buckwalter; a stem of a defective verb lacks its last vowel,
which the condition names (`#-ay`: ramaY).
"""

import re

_HAMZA = re.compile("[><&}']")
_PERFECT_ENDS = {
    **dict.fromkeys(("#-ay", "#-aw", "#-aA", "#-iy"), "#-iy"),
    "#->ay": "#-}iy",
    "#->~ay": "#-}~iy",
    "#-A'": "#-iy'",
}
_IMPERFECT_ENDS = {
    **dict.fromkeys(("#-iy", "#-uw", "#-aY", "#-aA"), "#-aY"),
    **dict.fromkeys(("#-a>", "#-u&"), "#-a>"),
    **dict.fromkeys(("#-iy'", "#-uw'", "#-A'"), "#-A'"),
    "#->ay": "#->ay",
}
_LONG = re.compile(r"(uw|iy)(?![aui~])")


def make_perfect(stem: str, conditions: frozenset[str], *, before_vowel: bool) -> tuple[str, frozenset[str]]:
    """The passive's stem and conditions; `before_vowel`: the stem stands only before vowels (COND-T v-suff).

    >>> make_perfect("katab", frozenset(), before_vowel=False)[0]
    'kutib'
    >>> make_perfect("{ixotaAr", frozenset(), before_vowel=True)[0]
    '{uxotiyr'
    """
    ends = {name for name in conditions if name in _PERFECT_ENDS}
    rest = conditions - ends
    new_ends = {_PERFECT_ENDS[name] for name in ends}
    stem = stem.replace("|", ">aA")
    if "#-a>" in conditions:
        return _seat_hamza(_raise_vowels(stem) + "i}"), rest - {"#-a>"}
    if ends:
        return _seat_hamza(_raise_vowels(stem)), rest | new_ends
    if before_vowel and "gem" not in conditions and "aA" in stem and not stem.endswith("~"):  # hollow
        head, _, tail = stem.rpartition("aA")
        return _seat_hamza(_raise_vowels(head) + "iy" + tail), rest
    return _seat_hamza(_set_last_vowel(stem, keeps_u=before_vowel)), rest


def _raise_vowels(stem: str) -> str:
    return re.sub("[ai]", "u", stem.replace("aA", "uw"))


def _set_last_vowel(stem: str, *, keeps_u: bool) -> str:
    """All vowels u, the last i; but u before a doubled last radical in the forms I, VII, VIII (mud~, {uHotul~)."""
    raised = _raise_vowels(stem)
    is_long_form = re.match("[><]a.a.~|{isota|{i.o.a.a.~", stem)
    if keeps_u and not is_long_form:
        return raised
    head, _, tail = raised.rpartition("u")
    return f"{head}i{tail}"


def make_imperfect(stem: str, conditions: frozenset[str], *, has_w: bool) -> tuple[str, frozenset[str]]:
    """The passive's stem and conditions; `has_w`: the root's first radical is a w that the active drops (yaEid).

    >>> make_imperfect("quwl", frozenset({"a-#"}), has_w=False)[0]
    'qaAl'
    >>> make_imperfect("Eid", frozenset({"a-#"}), has_w=True)[0]
    'wEad'
    """
    rest = conditions - {"a-#"} | {"u-#"}
    for name in conditions & _IMPERFECT_ENDS.keys():
        rest = rest - {name} | {_IMPERFECT_ENDS[name]}
    if "#-}iy" in rest:
        stem, rest = stem + ">", rest - {"#-}iy"} | {"#-aY"}
    stem = stem.replace("|", ">aA")
    if stem.endswith("i}"):
        stem, rest = stem[:-2], rest | {"#-a>"}
    stem = re.sub("[ui]", "a", stem if "gem" in conditions else _LONG.sub("aA", stem))
    if has_w and not stem.startswith("w"):
        stem = "w" + stem
    stem = re.sub("^yo", "w", stem)
    if _HAMZA.match(stem):  # behind the prefix's u
        return "&" + _seat_hamza(stem[1:]), rest
    return _seat_hamza(stem), rest


def _seat_hamza(stem: str) -> str:
    """The stem with each hamza on the seat that its neighbours ask for; a last one stays as it is."""
    letters = list(stem)
    for match in _HAMZA.finditer(stem):
        place = match.start()
        if place == 0:
            letters[0] = "<" if stem[1:2] == "i" else ">"
        else:
            letters[place] = _find_seat(stem[:place], stem[place + 1 :].lstrip("~"), letters[place])
    return "".join(letters).replace(">aA", "|")


def _find_seat(before: str, behind: str, written: str) -> str:
    around = {behind[:1], before.rstrip("o")[-1:]} if not before.endswith("o") else {behind[:1]}
    if "i" in around or before.endswith("iy"):
        return "}"
    if "u" in around:
        return "&"
    if before.endswith(("aA", "uw")) and behind.startswith("a"):
        return "'"
    return ">" if "a" in around or not around - {"", "o"} else written
