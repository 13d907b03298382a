"""How the analyser's table is made: conditions of affixes, passive stems, stems of the lexicon, the file."""

import lzma
from pathlib import Path

import pytest

from mudawwana.arabic.analyser_files import TABLE_PATH
from mudawwana.arabic.lexicon import Entry
from mudawwana.training.camel_morph.analyses import build_table
from mudawwana.training.camel_morph.lexicon_stems import iter_lexicon_plurals, iter_lexicon_stems
from mudawwana.training.camel_morph.passives import make_imperfect, make_perfect
from mudawwana.training.camel_morph.spec import Affix, iter_cells, parse_test, read_affixes

CAMEL_MORPH = Path(__file__).resolve().parents[2] / "shared" / "lexicon" / "camel-morph-msa"
SPECIFICATION = """DEFINE,CLASS,FUNC,FORM,FEAT,COND-T,COND-S
CONDITIONS,[STEM],soft hard,,,,
MORPH,[Buffer],Buffer,i,,soft long,_
MORPH,[Buffer],Buffer,y,,soft else,_
MORPH,[Buffer],Buffer,_,,else,_
MORPH,[Suffix],One,na,num:p,!closed,long
MORPH,[Suffix],One,_,num:s,_,_
"""


@pytest.fixture
def affixes(tmp_path: Path) -> dict[str, list[Affix]]:
    path = tmp_path / "MORPH.csv"
    path.write_text(SPECIFICATION, encoding="utf-8")
    return read_affixes(path)


@pytest.mark.parametrize(
    ("stem", "suffixes"),
    [
        ({"soft"}, {"ina", "y"}),
        ({"hard"}, {"na", ""}),
        ({"hard", "closed"}, {""}),
    ],
)
def test_else_is_the_rest_of_its_siblings(
    affixes: dict[str, list[Affix]], stem: set[str], suffixes: set[str]
) -> None:
    slots = [affixes["[Buffer]"], affixes["[Suffix]"]]
    known = frozenset({"soft", "hard", "closed"})
    cells = iter_cells([], slots, frozenset(stem), tests=(), known=known)
    assert {cell.suffix for cell in cells} == suffixes


def test_a_stem_asks_for_its_affixes(affixes: dict[str, list[Affix]]) -> None:
    slots = [affixes["[Buffer]"], affixes["[Suffix]"]]
    (cell,) = iter_cells([], slots, frozenset({"hard"}), tests=(parse_test("long"),), known=frozenset({"hard"}))
    assert (cell.suffix, cell.features) == ("na", {"num": "p"})


@pytest.mark.parametrize(
    ("active", "conditions", "before_vowel", "passive"),
    [
        ("katab", "", False, "kutib"),
        ("sa>al", "", False, "su}il"),
        ("qaAl", "", True, "qiyl"),
        ("mad~", "gem", True, "mud~"),
        (">aEad~", "gem", True, ">uEid~"),
        ("{iHotal~", "gem", True, "{uHotul~"),
        ("{isotaxodam", "", False, "{usotuxodim"),
        ("kaAtab", "", False, "kuwtib"),
        ("|xa*", "", False, ">uwxi*"),
        ("tabaAdal", "", False, "tubuwdil"),
    ],
)
def test_passive_of_the_perfect(active: str, conditions: str, before_vowel: bool, passive: str) -> None:
    found, _ = make_perfect(active, frozenset(conditions.split()), before_vowel=before_vowel)
    assert found == passive


def test_passive_names_its_weak_end() -> None:
    assert make_perfect("ram", frozenset({"#-ay"}), before_vowel=False) == ("rum", frozenset({"#-iy"}))
    assert make_perfect("daE", frozenset({"#-aw"}), before_vowel=False) == ("duE", frozenset({"#-iy"}))
    assert make_imperfect("rom", frozenset({"a-#", "#-iy"}), has_w=False) == ("rom", frozenset({"u-#", "#-aY"}))


@pytest.mark.parametrize(
    ("active", "has_w", "passive"),
    [
        ("kotub", False, "kotab"),
        ("quwl", False, "qaAl"),
        ("biyE", False, "baAE"),
        ("Eid", True, "wEad"),
        ("so>al", False, "so>al"),
        ("sotaxodim", False, "sotaxodam"),
        (">ax~ir", False, "&ax~ar"),
    ],
)
def test_passive_of_the_imperfect(active: str, has_w: bool, passive: str) -> None:
    found, conditions = make_imperfect(active, frozenset({"a-#"}), has_w=has_w)
    assert (found, conditions) == (passive, frozenset({"u-#"}))


def test_stems_of_the_lexicon_follow_from_the_lemma() -> None:
    entries = [
        Entry("ذهاب", "NOUN", "ذَهَاب", "ms"),
        Entry("غزوة", "NOUN", "غَزوَة", "fs"),
        Entry("بيت", "NOUN", "بَيت", "ms"),
        Entry("ترامب", "PROPN", "ترامب"),
        Entry("قال", "VERB", "قَال"),
    ]
    stems = list(iter_lexicon_stems(entries, {("NOUN", "بَيت")}, set()))
    assert [(stem.spelled, stem.tests, stem.gender) for stem in stems] == [
        ("*ahaAb", "MS||MD||FP", "m"),
        ("gazow", "FS||FD||FP", "f"),
        ("trAmb", "MS", "-"),
    ]


def test_broken_plurals_of_the_lexicon_are_those_not_known() -> None:
    entries = [
        Entry("خدع", "NOUN", "خُدعَة", "fp"),
        Entry("ابنية", "NOUN", "بِنَاء", "mp"),
        Entry("كتابات", "NOUN", "كِتَابَة", "fp"),
    ]
    assert [stem.lemma for stem in iter_lexicon_plurals(entries, {"ابنيه"})] == ["خُدعَة"]


def test_the_shipped_table_is_small() -> None:
    assert TABLE_PATH.stat().st_size < 4_000_000


@pytest.mark.skipif(not CAMEL_MORPH.exists(), reason="needs the files of Camel Morph MSA")
def test_the_shipped_table_is_what_is_built() -> None:
    assert lzma.decompress(build_table(CAMEL_MORPH)) == lzma.decompress(TABLE_PATH.read_bytes())
