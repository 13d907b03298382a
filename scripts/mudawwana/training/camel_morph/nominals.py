"""Nominals of Camel Morph, from nouns to quantifiers: their stems and the affixes of each, with FEATS.

The list of noun lemmas is an old one of its makers and has gaps; what a stem's end or gender must be is read off
its lemma where the list leaves it out.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mudawwana.arabic.analyser_files import FIRST, MY, MY_MERGED, NOTHING, SECOND, THIRD
from mudawwana.training.camel_morph.spec import Affix, Cell, Conditions, iter_cells, parse_test
from mudawwana.training.camel_morph.spelling import drop_vowels, spell_lemma, write_fathas
from mudawwana.training.camel_morph.stems import (
    GENDERS,
    NUMBERS,
    Lexeme,
    Stem,
    make_lexeme,
    parse_features,
    write_feats,
)

_POSSESSIVE = frozenset({"enc0", "poss"})
_MINE = frozenset({"enc0", "1s_poss"})
_CASES = {"n": "Nom", "a": "Acc", "g": "Gen"}
_STATES = {"i": "Ind", "d": "Def", "c": "Cons"}
_UPOS = {
    "noun": "NOUN",
    "noun_quant": "NOUN",
    "noun_num": "NUM",
    "noun_prop": "PROPN",
    "adj": "ADJ",
    "adj_comp": "ADJ",
    "adj_num": "ADJ",
}
_FEMININE = frozenset(
    [
        "أَرض", "حَرب", "شَمس", "نَفس", "نَار", "يَد", "عَين", "أُذُن", "رِجل", "سَاق",
        "كَفّ", "قَدَم", "بِئر", "دَار", "رِيح", "سُوق", "كَأس", "عَصَا", "فَأس", "ذِرَاع",
        "إِصبَع", "سِنّ", "فَخِذ", "كَتِف", "أَفعَى", "ضَبُع", "عَقرَب", "أَرنَب", "خَمر", "يَمِين",
        "بِنت", "أُخت", "أُمّ", "عَرُوس", "رَحِم", "جَحِيم", "جَهَنَّم", "حَلَب", "كَبِد", "قَوس",
        "رَحَى", "عَجُوز", "سَمَاء", "سَقَر", "يُمنَى", "يُسرَى", "Nouns", "that", "are", "feminine",
        "without", "an", "ending", "that", "says", "so;", "Camel", "Morph's", "list", "of",
        "lemmas", "leaves", "their", "gender", "open.",
    ]
)  # fmt: skip
"""Nouns that are feminine without an ending that says so; the list of lemmas leaves their gender open."""
_THREE_RADICALS = re.compile("[^aiuoA~][aiu][^aiuoA~]o[^aiuoA~]")
_ORDINAL = re.compile("(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\\b")
_LETTERS_THAT_STAND_ALONE = frozenset("A>|<d*rzw&'")
_DOUBTFUL_LEMMAS = {"quw~AT": "quw~ap"}


def iter_nominals(folder: Path) -> Iterator[tuple[Lexeme, Stem, str]]:
    rows = list(_iter_nominal_rows(folder))
    genders = _find_genders_of_singulars(rows)
    with_plural = {row["LEMMA"] for row in rows if "FP" in row["COND-T"] or "num:p" in row["FEAT"]}
    for row in rows:
        features = parse_features(row["FEAT"])
        if features["pos"] == "noun" and _lacks_plural(row, features, with_plural):
            row = row | {"COND-T": "MS||MD||FP"}
        lexeme = make_lexeme(_UPOS[features["pos"]], row, row["LEMMA"])
        stem = _make_nominal(row, features, genders.get(row["LEMMA"]) if _takes_gender(row, features) else None)
        yield lexeme, stem, row["GLOSS"]
        if _is_declined_in_full(lexeme, stem):
            yield lexeme, stem._replace(conditions=stem.conditions - {"#dip"}), row["GLOSS"]


def _find_genders_of_singulars(rows: list[dict[str, str]]) -> dict[str, str]:
    """Gender by lemma of nouns; of a lemma for both sexes that of the man's."""
    genders: dict[str, str] = {}
    for row in rows:
        features = parse_features(row["FEAT"])
        if features["pos"] == "noun" and not _is_broken_plural(row, features):
            gender = _find_gender(row, features)
            if genders.get(row["LEMMA"], "f") == "f":
                genders[row["LEMMA"]] = gender
    return genders


def _takes_gender(row: Mapping[str, str], features: Mapping[str, str]) -> bool:
    """Whether a plural has its singular's gender (annotations/GUIDELINES.md, F4): not if it says persons' sex."""
    says_sex = features.get("rat") == "r" and features["gen"] in "mf"
    return features["pos"] == "noun" and _is_broken_plural(row, features) and not says_sex


def _is_declined_in_full(lexeme: Lexeme, stem: Stem) -> bool:
    """Whether an Arabic name may have tanwin although the file has it as a diptote: muHam~adN beside >aHomadu."""
    is_arabic = lexeme.upos == "PROPN" and lexeme.root != "" and stem.tests == "MS" and "#dip" in stem.conditions
    return is_arabic and not stem.spelled.startswith(">a") and not stem.spelled.endswith("aAn")


def _lacks_plural(row: Mapping[str, str], features: Mapping[str, str], with_plural: set[str]) -> bool:
    """Whether a noun for a thing takes At: a verbal noun like taEoliym, or four letters without another plural."""
    if features.get("rat") != "i" or not _list_forms(row["COND-T"]) <= {"MS", "MD"} or "num:p" in row["FEAT"]:
        return False
    is_verbal_noun = re.fullmatch("ta.o?.iy.", row["LEMMA"]) is not None
    return is_verbal_noun or (row["LEMMA"] not in with_plural and len(drop_vowels(row["FORM"])) > 3)


def _is_broken_plural(row: Mapping[str, str], features: Mapping[str, str]) -> bool:
    """Whether the stem is a plural by itself: HayAp "lives" has all of a singular's forms, and is none."""
    return features.get("num") == "p" and not {"FS", "FD"} <= _list_forms(row["COND-T"])


def _iter_nominal_rows(folder: Path) -> Iterator[dict[str, str]]:
    """Nouns of noun-lemmas.tsv; adjectives, names, numerals and quantifiers of the finished sheets."""
    with (folder / "noun-lemmas.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["BW"] == "NOUN":
                lemma = _DOUBTFUL_LEMMAS.get(row["LEMMA"], row["LEMMA"])
                yield row | {"LEMMA": lemma, "ROOT": row["ROOT_NEW"], "PATTERN": ""}
    for name in ("Adj", "Adj-Comp", "Adj-Num", "Noun-Num", "Noun-Quant", "Noun-Prop"):
        with (folder / f"MSA-{name}-LEX.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                is_ordinal = bool(_ORDINAL.match(row["GLOSS"])) and "X100" not in row["COND-S"]
                if not row["DEFINE"].startswith("#") and (name != "Adj-Num" or is_ordinal):
                    yield row


def _make_nominal(row: Mapping[str, str], features: Mapping[str, str], singular_gender: str | None) -> Stem:
    conditions = _mend_end(row, frozenset(name for name in row["COND-S"].split() if name[0] not in "@_"))
    tests = " ".join(term for term in row["COND-T"].split() if not term.startswith("@"))
    if tests == "FS100":
        tests, conditions = "FS", conditions | {"X100"}
    number = "p" if _is_broken_plural(row, features) else features.get("num", "-").strip("-p")
    gender = singular_gender if singular_gender is not None else _find_gender(row, features)
    case = features.get("cas", "u")
    spelled = re.sub("[aiu]$", "", write_fathas(row["FORM"]))
    spelled, conditions = _cut_end(spelled, conditions, tests)
    case = case if case in _CASES else ""
    return Stem(spelled, "nominal", conditions, tests, "", gender, number, case, features["pos"] == "adj_num")


def _cut_end(spelled: str, conditions: Conditions, tests: str) -> tuple[str, Conditions]:
    """The stem without an end that changes, which a condition names instead; with a sukun before a last hamza."""
    if not conditions - {"#dip", "L#", "Mono"}:
        if spelled.endswith("a>"):
            return spelled.removesuffix("a>"), conditions | {"#a>"}
        if spelled.endswith("aA"):
            rest = conditions | {"#aA-Ap-y"} if "FS" in tests else conditions - {"#dip"} | {"#aA"}
            return spelled.removesuffix("aA"), rest
        if spelled.endswith("aY"):
            return spelled.removesuffix("aY"), conditions | {"#aY-Ap-y"}
    if "#aY-Ap-y" in conditions and spelled.endswith("aA"):  # EuloyaA is written with an alef
        return spelled.removesuffix("aA"), conditions - {"#aY-Ap-y"} | {"#aA-Ap-y"}
    if "#o'-con" in conditions and not spelled.endswith(("iy", "uw", "A", "'", "~", "o")):
        return spelled + "o", conditions
    return spelled, conditions


def _mend_end(row: Mapping[str, str], conditions: Conditions) -> Conditions:
    """The conditions with what the lemma shows that the stem ends in, where the file leaves it out."""
    lemma, form = drop_vowels(row["LEMMA"]), drop_vowels(row["FORM"])
    if "FIVE-NOUNS" in conditions:
        conditions = conditions - {"FIVE-NOUNS"} | {"Five-nouns"}
    if "#o'-con" in conditions and form[-1] in _LETTERS_THAT_STAND_ALONE:
        conditions = conditions - {"#o'-con"} | {"#o'-dis"}
    if "#aA" in conditions:  # its alef hides all cases
        conditions -= {"#dip"}
    is_feminine_in_aa = "#aY-Ap-y" in conditions and " gen:f" in row["FEAT"]
    if row["FORM"] == ">a$oyA" or (is_feminine_in_aa and _THREE_RADICALS.fullmatch(row["FORM"])):
        return conditions | {"#dip"}  # >a$oyaA'u, *ikoraY
    if conditions - {"#dip", "L#"}:
        return conditions
    if lemma == form + ">p":
        return conditions | {"#a>"}
    if lemma == form + "Ap":
        return conditions | {"#aA-Ap-w" if row["ROOT"].endswith("w") else "#aA-Ap-y"}
    return conditions | {"#A'"} if lemma == form + "'" and form.endswith("A") else conditions


def _find_gender(row: Mapping[str, str], features: Mapping[str, str]) -> str:
    """m or f; "" where a word's suffix says it: of adjectives, and of nouns for persons."""
    if spell_lemma(row["LEMMA"]) in _FEMININE and features["pos"] == "noun":
        return "f"
    gender, conditions = features.get("gen", "-"), row["COND-S"]
    if gender in "mf":
        return gender
    if not features["pos"].startswith("noun"):
        return ""
    if features["pos"] == "noun_prop":
        is_man = "." in row["ROOT"] and features["rat"] == "r" and row["COND-T"] == "MS"
        return "m" if is_man else "-"
    if "#dip" in conditions and ("#A'" in conditions or "#aY" in conditions):
        return "f"
    return _guess_gender(_list_forms(row["COND-T"]))


def _list_forms(tests: str) -> set[str]:
    return {form for term in tests.split() for form in term.split("||")}


def _guess_gender(forms: set[str]) -> str:
    """A thing's gender is that of its singular; of a word for persons each form has its own: ""."""
    if {"MS", "MD"} & forms and not {"FS", "FD"} & forms:
        return "m"
    return "" if {"MS", "MD", "MP"} & forms else "f"


def iter_nominal_cells(
    stem: Stem, upos: str, affixes: Mapping[str, list[Affix]], known: Conditions
) -> Iterator[Cell]:
    tests = tuple(map(parse_test, stem.tests.split()))
    # Names stand in no idafa; before بن "son of" one that is declined in full has no tanwin.
    is_declined = stem.conditions.isdisjoint({"#dip", "#aA", "Mono"})
    for state in "id" if upos == "PROPN" and not is_declined else "idc":
        for case in stem.case or _CASES:
            for followers, context in _list_contexts(state):
                suffixes = [affixes["[NBuff]"], affixes[f"[NSuff.XX{(state + case).upper()}]"]]
                conditions = stem.conditions | context
                if upos != "PROPN" and case != "a" and "#iy" in conditions:
                    conditions -= {"#dip"}  # >agaAnK, but >agaAniya
                for cell in iter_cells([], suffixes, conditions, tests=tests, known=known):
                    follows = _find_mine(cell) if followers == MY else followers
                    prefix = "Al" if state == "d" else ""
                    features = {**cell.features, "followers": str(follows)}
                    if follows and not (followers == MY and _needs_own_context(cell, context)):
                        yield cell._replace(prefix=prefix, features=features)


def _list_contexts(state: str) -> list[tuple[int, Conditions]]:
    if state != "c":
        return [(NOTHING, frozenset())]
    return [
        (NOTHING, frozenset()),
        (MY, _MINE | {"i-suff"}),
        (MY, _MINE),
        (FIRST | SECOND | THIRD, _POSSESSIVE),
    ]


def _find_mine(cell: Cell) -> int:
    return MY_MERGED if not {"#^ay", "#^iy"}.isdisjoint(cell.sets) else MY


def _needs_own_context(cell: Cell, context: Conditions) -> bool:
    """Whether ي has another shape behind this host than the context says: its i only behind a consonant."""
    is_soft = not {"#^ay", "#^iy", "#^A"}.isdisjoint(cell.sets)
    return is_soft is ("i-suff" in context)


def write_nominal_feats(stem: Stem, upos: str, features: Mapping[str, str]) -> str:
    form_number = features["form_num"]
    number = "d" if form_number == "d" else stem.number or form_number
    feats = {
        "Case": _CASES[features["cas"]],
        "Definite": _STATES[features["stt"]],
        "Gender": GENDERS.get(stem.gender or features["form_gen"], ""),
        "Number": NUMBERS[number],
    }
    if upos == "NUM":
        feats |= {"NumForm": "Word"} | _limit_numeral(stem)
    if stem.is_ordinal:
        feats["NumType"] = "Ord"
    return write_feats(feats)


def _limit_numeral(stem: Stem) -> dict[str, str]:
    """What a numeral does not show: 20 to 90 have no gender, and only hundred, thousand, ... a number."""
    has_number = stem.number == "p" or not {"MD", "FD"}.isdisjoint(_list_forms(stem.tests))
    limits = {} if has_number else {"Number": ""}
    return limits | {"Gender": ""} if stem.tests == "MP" else limits
