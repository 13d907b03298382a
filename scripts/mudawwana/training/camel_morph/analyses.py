"""Builds the analyser's table from the files of Camel Morph MSA; what `mudawwana.arabic.analyser` reads.

    python -m mudawwana.training.camel_morph.analyses lexicon/camel-morph-msa

Every stem is put into a class: the set of affixes that go with it, in a finished form, so that the analyser knows
no rule of inflection: it looks up what is left of a word between a prefix and a suffix of the same class. The
passive's stems are made from the active's (`mudawwana.training.camel_morph.passives`).

The table is xz-compressed UTF-8; its bytes depend on the input alone. Three parts, an empty line between them:

1. FEATS, a line each.
2. Classes, a line each: cells with ";" between them, each `prefix,suffix,alone,feats,followers,flags`: the affixes
   with vowel signs, the suffix's letters when no pronoun follows (ة for ت), the line of its FEATS (from 0), what
   may follow as the sum of NOTHING, ... in `arabic/analyser_files.py`, and flags: i = ه has a kasra behind it, A =
   ي has a fatha.
3. Lexemes, a line each with tabs: UPOS, lemma, root, pattern, gloss, then stems as `class:stem`.
"""

import argparse
import csv
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from mudawwana.arabic.analyser_files import NOTHING, TABLE_PATH, fold
from mudawwana.arabic.lexicon import read_lexicon
from mudawwana.arabic.script import drop_marks
from mudawwana.training.camel_morph.lexicon_stems import iter_lexicon_plurals, iter_lexicon_stems
from mudawwana.training.camel_morph.nominals import iter_nominal_cells, iter_nominals, write_nominal_feats
from mudawwana.training.camel_morph.spec import Affix, Cell, Conditions, read_affixes
from mudawwana.training.camel_morph.spelling import drop_vowels, to_arabic
from mudawwana.training.camel_morph.stems import Lexeme, Stem
from mudawwana.training.camel_morph.verbs import iter_verb_cells, iter_verbs, write_verb_feats

_SOFT = frozenset({"#^i", "#^iy", "#^ay"})
_ENDINGS = {
    "#aY-Ap-y": "Y",
    "#aY-Ap-w": "Y",
    "#A'": "'",
    "#A'-w": "'",
    "#A'@w": "'",
    "#iy": "y",
    "#aA": "A",
    "#a>": ">",
}
Lexicon = dict[Lexeme, list[Stem]]
Glosses = dict[Lexeme, list[tuple[bool, str]]]
"""Each with whether it is a plural's."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the folder with MSA-Verb-LEX-PV.csv and its neighbours")
    parser.add_argument("--output", type=Path, default=TABLE_PATH, help="where the table is written")
    arguments = parser.parse_args()
    table = build_table(arguments.folder)
    arguments.output.write_bytes(table)
    print(f"{arguments.output}: {len(table):,} bytes")


def build_table(folder: Path) -> bytes:
    """The table's bytes."""
    lexicon, glosses = _read_lexemes(folder)
    _add_words_of_lexicon(lexicon)
    verbs, nominals = (read_affixes(folder / f"MSA-{kind}-MORPH.csv") for kind in ("Verb", "Nom"))
    known = frozenset(name for stems in lexicon.values() for stem in stems for name in stem.conditions)
    known |= _list_stem_conditions(folder)
    feats: dict[str, int] = {}
    classes: dict[str, int] = {}
    numbers: dict[tuple[Stem, str], int | None] = {}
    lines = []
    for lexeme, stems in sorted(lexicon.items()):
        entries = []
        for stem in stems:
            key = stem._replace(spelled=""), lexeme.upos
            if key not in numbers:
                affixes = nominals if stem.kind == "nominal" else verbs
                line = _write_class(_iter_class(*key, affixes, known), feats)
                # An intransitive verb's passive has one person: its stem before consonants has none.
                numbers[key] = classes.setdefault(line, len(classes)) if line else None
            if numbers[key] is not None:
                # A long vowel has no sukun.
                spelled = re.sub("(iy|uw)o", r"\1", stem.spelled)
                entries.append(f"{numbers[key]}:{to_arabic(spelled)}")
        if entries:
            gloss = _merge_glosses(glosses.get(lexeme, []))
            lines.append("\t".join((*lexeme, gloss, *dict.fromkeys(entries))))
    text = "\n".join((*feats, "", *classes, "", *lines, ""))
    return lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)


def _read_lexemes(folder: Path) -> tuple[Lexicon, Glosses]:
    """The stems by lexeme; rows that differ in nothing but their English are one."""
    lexicon: Lexicon = {}
    glosses: Glosses = {}
    for lexeme, stem, gloss in (*iter_verbs(folder), *iter_nominals(folder)):
        stems = lexicon.setdefault(lexeme, [])
        if stem not in stems:
            stems.append(stem)
        glosses.setdefault(lexeme, []).append((stem.number == "p" or stem.tests == "FP", gloss))
    return lexicon, glosses


def _merge_glosses(glosses: list[tuple[bool, str]]) -> str:
    """Up to four senses, of singulars if there are some, no row's second sense before another's first."""
    rows = [gloss.split(";") for is_plural, gloss in glosses if not is_plural]
    rows = rows or [gloss.split(";") for _, gloss in glosses]
    senses = [sense for turn in zip_longest(*rows, fillvalue="") for sense in turn]
    clean = [re.sub(r"[\s_]+", " ", sense).strip() for sense in senses]
    return ", ".join(list(dict.fromkeys(filter(None, clean)))[:4])


def _add_words_of_lexicon(lexicon: Lexicon) -> None:
    known = {(lexeme.upos, lexeme.lemma) for lexeme in lexicon}
    # A word for persons has one lemma for both sexes (annotations/GUIDELINES.md, L4).
    known |= {
        (lexeme.upos, lexeme.lemma + to_arabic("ap"))
        for lexeme, stems in lexicon.items()
        if lexeme.upos == "NOUN" and any("FS" in stem.tests for stem in stems)
    }
    bare = {(upos, drop_marks(lemma)) for upos, lemma in known}
    for word in iter_lexicon_stems(read_lexicon(), known, bare):
        stem = Stem(word.spelled, "nominal", word.conditions, word.tests, "", word.gender)
        lexicon.setdefault(Lexeme(word.upos, word.lemma, "", ""), []).append(stem)
    plurals = {fold(_write_citation(stem)) for stems in lexicon.values() for stem in stems if stem.number == "p"}
    for word in iter_lexicon_plurals(read_lexicon(), plurals):
        stem = Stem(word.spelled, "nominal", word.conditions, word.tests, "", word.gender, "p")
        lexicon.setdefault(Lexeme(word.upos, word.lemma, "", ""), []).append(stem)


def _write_citation(stem: Stem) -> str:
    """The letters of a broken plural as a dictionary has it."""
    is_feminine = stem.tests.startswith("FS")
    endings = [ending for name, ending in _ENDINGS.items() if name in stem.conditions]
    ending = endings[0] if endings else ""
    return to_arabic(drop_vowels(stem.spelled + (ending.replace("Y", "A") + "p" if is_feminine else ending)))


def _list_stem_conditions(folder: Path) -> set[str]:
    """The conditions that only stems set, from the head of the specification."""
    names = {"gem", ">-#", "a-#", "u-#", "#n", "#t", "#dip", "Mono", "Five-nouns", "X100", "#MP-uwn", "L#"}
    for kind in ("Verb", "Nom"):
        with (folder / f"MSA-{kind}-MORPH.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["CLASS"] in {"[STEM-X.V]", "[STEM-X.N]"}:
                    names |= {name for name in row["FUNC"].split() if name.startswith("#")}
    return names


def _iter_class(
    stem: Stem, upos: str, affixes: Mapping[str, list[Affix]], known: Conditions
) -> Iterator[tuple[Cell, str, str]]:
    """Each cell with its FEATS, and the suffix's letters where no pronoun follows."""
    if stem.kind == "nominal":
        cells = list(iter_nominal_cells(stem, upos, affixes, known))
        named = [(cell, write_nominal_feats(stem, upos, cell.features)) for cell in cells]
    else:
        cells = list(iter_verb_cells(stem, affixes, known))
        named = [(cell, write_verb_feats(stem, cell.features)) for cell in cells]
    alone = {feats: cell.suffix for cell, feats in reversed(named) if cell.features["followers"] == str(NOTHING)}
    for cell, feats in named:
        yield cell, feats, alone.get(feats, cell.suffix)


def _write_class(entries: Iterable[tuple[Cell, str, str]], feats_numbers: dict[str, int]) -> str:
    """The class's line: cells that differ only in what may follow are one."""
    cells: dict[tuple[str, ...], int] = {}
    for cell, feats, alone in entries:
        flags = ("i" if not _SOFT.isdisjoint(cell.sets) else "") + ("A" if "#^A" in cell.sets else "")
        number = str(feats_numbers.setdefault(feats, len(feats_numbers)))
        suffix = to_arabic(_tidy(cell.suffix))
        key = to_arabic(cell.prefix), suffix, to_arabic(drop_vowels(alone)), number, flags
        cells[key] = cells.get(key, 0) | int(cell.features["followers"])
    return ";".join(",".join((*key[:4], str(followers), key[4])) for key, followers in cells.items())


def _tidy(suffix: str) -> str:
    """The suffix without a sukun on a silent letter, its tanwin before the letter that carries it."""
    silent = re.sub("(iy|uw|A)o", r"\1", suffix).replace("aAap", "aAp").replace("aAat", "aAt")
    return re.sub("a?([AY])F", r"F\1", silent)


if __name__ == "__main__":
    main()
