"""Verbs of Camel Morph: their stems, active and passive, and the affixes of each, with FEATS."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mudawwana.arabic.analyser_files import FIRST, NOTHING, SECOND, THIRD
from mudawwana.training.camel_morph.passives import make_imperfect, make_perfect
from mudawwana.training.camel_morph.spec import Affix, Cell, Conditions, iter_cells, parse_test
from mudawwana.training.camel_morph.spelling import write_fathas
from mudawwana.training.camel_morph.stems import GENDERS, NUMBERS, Lexeme, Stem, make_lexeme, write_feats

_VERB_CONTEXTS = {
    NOTHING: frozenset[str](),
    FIRST: frozenset({"enc0", "enc0:1*"}),
    SECOND: frozenset({"enc0", "enc0:2*"}),
    THIRD: frozenset({"enc0"}),
}
_SHOW = {
    "LEMMA": ">araY",
    "ROOT": "r.>.y",
    "PATTERN_ABSTRACT": ">a1o2aY",
    "GLOSS": "show;demonstrate",
    "COND-T": "",
}
_SHOW_STEMS = {"PV": (">ar", "#-ay trans"), "IV": ("r", "u-# #-iy trans"), "CV": (">ar", "#-iy trans")}
"""A verb that Camel Morph lacks: أَرَى, with its stems and their conditions."""
_MOODS = {"i": "Ind", "s": "Sub", "j": "Jus"}
_PERSONS = ("1S", "1P", "2MS", "2FS", "2D", "2MP", "2FP", "3MS", "3FS", "3MD", "3FD", "3MP", "3FP")


def iter_verbs(folder: Path) -> Iterator[tuple[Lexeme, Stem, str]]:
    """Lexeme, stem and English of each row, active and passive."""
    for kind in ("PV", "IV", "CV"):
        with (folder / f"MSA-Verb-LEX-{kind}.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["DEFINE"] == "LEXICON"]
        for row in (*rows, _SHOW | dict(zip(("FORM", "COND-S"), _SHOW_STEMS[kind], strict=True))):
            # An alef behind ي is written as one: >aHoyaA.
            lemma = re.sub("(y~?a)Y$", r"\1A", re.sub("[aiu]$", "", row["LEMMA"]))
            lexeme = make_lexeme("VERB", row, lemma)
            yield from ((lexeme, stem, row["GLOSS"]) for stem in _iter_voices(kind, row))


def _iter_voices(kind: str, row: Mapping[str, str]) -> Iterator[Stem]:
    """The active stem, and the passive one where there is one."""
    spelled, conditions = write_fathas(row["FORM"]), frozenset(row["COND-S"].split())
    if kind == "PV" and spelled.endswith(">") and "#-ay" in conditions:  # {irota|hu, not {irota>aAhu
        spelled, conditions = spelled[:-1], conditions - {"#-ay"} | {"#->ay"}
    yield Stem(spelled, kind, _write_alef(spelled, conditions), row["COND-T"], "Act")
    if kind == "CV" or "Frozen" in conditions:
        return
    if kind == "PV":
        passive, conditions = make_perfect(spelled, conditions, before_vowel=row["COND-T"] == "v-suff")
    else:
        passive, conditions = make_imperfect(spelled, conditions, has_w=row["LEMMA"].startswith("wa"))
    yield Stem(passive, kind, _write_alef(passive, conditions), row["COND-T"], "Pass")


def _write_alef(spelled: str, conditions: Conditions) -> Conditions:
    """The conditions with an alef for ى where the stem ends in ي."""
    if not spelled.endswith(("y", "y~")) or conditions.isdisjoint({"#-ay", "#-aY"}):
        return conditions
    return conditions - {"#-ay", "#-aY"} | {"#-aA"}


def iter_verb_cells(stem: Stem, affixes: Mapping[str, list[Affix]], known: Conditions) -> Iterator[Cell]:
    """The cells of all persons, without a pronoun behind and with one."""
    tests = (parse_test(stem.tests),) if stem.tests else ()
    orders: list[tuple[list[str], list[str]]]
    if stem.kind == "PV":
        orders = [([], ["[PVBuff]", "[PVSuff]"])]
    elif stem.kind == "CV":
        orders = [([], ["[CVBuff]", "[CVSuff]"])]
    else:
        orders = [
            ([f"[IVPref.{person}]", "[IVPreBuff]"], ["[IVBuff]", f"[IVSuff.{mood}.{person}]"])
            for mood in "ISJ"
            for person in _PERSONS
        ]
    takes_pronoun = not {"trans", "ditrans"}.isdisjoint(stem.conditions)
    for followers, context in _VERB_CONTEXTS.items():
        if followers != NOTHING and not takes_pronoun:
            continue
        for prefixes, suffixes in orders:
            conditions = [stem.conditions | context]
            if "gem" in stem.conditions and (stem.kind == "CV" or suffixes[-1].startswith("[IVSuff.J")):
                conditions.append(conditions[0] - {"gem"})  # lam yamodudo beside lam yamud~a
            for known_conditions in conditions:
                for cell in iter_cells(
                    [affixes[name] for name in prefixes],
                    [affixes[name] for name in suffixes],
                    known_conditions,
                    tests=tests,
                    known=known,
                ):
                    features = {**cell.features, "followers": str(followers)}
                    if stem.voice == "Act" or takes_pronoun or _is_he(features):
                        yield cell._replace(features=features)


def _is_he(features: Mapping[str, str]) -> bool:
    """Third person masculine singular: the only person of an intransitive verb's passive (impersonal)."""
    return (features["per"], features["gen"], features["num"]) == ("3", "m", "s")


def write_verb_feats(stem: Stem, features: Mapping[str, str]) -> str:
    """FEATS as UD_Arabic-PADT has them, with Tense where the form says it."""
    feats = {
        "Aspect": "Perf" if features["asp"] == "p" else "Imp",
        "Gender": "" if features["per"] == "1" else GENDERS.get(features["gen"], ""),
        "Number": NUMBERS[features["num"]],
        "Person": features["per"],
        "Voice": stem.voice,
    }
    if features["asp"] == "p":
        feats["Tense"] = "Past"
    elif features["asp"] == "c":
        feats |= {"Mood": "Imp", "VerbForm": "Fin"}
    else:
        feats |= {"Mood": _MOODS[features["mod"]], "VerbForm": "Fin"}
        feats["Tense"] = "Pres" if features["mod"] == "i" else ""
    return write_feats(feats)
