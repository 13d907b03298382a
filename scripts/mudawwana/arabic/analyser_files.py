"""The two files of the analyser, read: stems with their affixes, and function words (see analyser.py)."""

import lzma
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import NamedTuple

from mudawwana.arabic.vowel_signs import KASRA, NO_MARKS, SHADDA, SHORT_VOWELS, SUKUN

TABLE_PATH = Path(__file__).with_name("analyses.txt.xz")
FUNCTION_WORDS_PATH = Path(__file__).with_name("function_words.tsv")
NOTHING, MY, MY_MERGED, FIRST, SECOND, THIRD = 1, 2, 4, 8, 16, 32
"""What may follow a host, as `mudawwana.training.camel_morph.analyses` writes it."""
GENITIVE, INDICATIVE, SUBJUNCTIVE, JUSSIVE, EMPHASIS, QUESTION, ANY = 1, 2, 4, 8, 16, 32, 64
"""What a clitic in front asks of its host; a host's `fits` is the sum of those that it satisfies."""
_SUN_LETTERS = frozenset("تثدذرزسشصضطظلن")
ARTICLE = "ال"
_FOLDED = str.maketrans("أإآٱىةؤء", "ااااي" + "هئئ")
_AUXILIARIES = frozenset({"كَان", "لَيس"})
_LONGEST_PREFIX, _LONGEST_SUFFIX = 3, 6


class Analysis(NamedTuple):
    """One reading of one syntactic word."""

    form: str
    """As annotations/GUIDELINES.md writes a word inside a token: without vowel signs, letters restored (S4)."""
    vocalised: str
    """With all vowel signs (NFC); of a host before a pronoun the letters are as they stand in the token."""
    lemma: str
    upos: str
    feats: str
    """As in CoNLL-U, "_" for none."""
    root: str
    """Letters with dots between, "" where the word has none."""
    pattern: str
    """The lemma's pattern over ف ع ل, "" where it has none."""
    gloss: str
    """English, up to four senses, "" for words of the project's own lexicon."""
    folded: bool = False
    """Whether the writer's spelling differs from the form's in hamza, ة or ى."""


Segmentation = tuple[Analysis, ...]
"""The words of a token in their order."""


class _Cell(NamedTuple):
    """Affixes of a class."""

    prefix: str
    suffix: str
    alone: str
    feats: str
    followers: int
    flags: str
    fits: int


class Host(NamedTuple):
    """A reading of what is left of a token without its clitics."""

    analysis: Analysis
    fits: int
    flags: str = ""
    """i: ه behind it has a kasra; A: ي behind it has a fatha."""
    case: str = ""
    """Of a pronoun behind it."""


class Inflected(NamedTuple):
    """A form of a lexeme."""

    form: str
    """As `Analysis.form`."""
    spelled: str
    """The letters in a token, which differ where something follows: سيارت of سيارة before a pronoun."""
    feats: str
    followers: int
    """What may stand behind it: NOTHING, or pronouns."""


class _FunctionWord(NamedTuple):
    """A row of function_words.tsv."""

    analysis: Analysis
    roles: str
    """c: a clitic in front; e: a pronoun behind; p: stands behind a preposition's letter; l: behind لَ; q: behind
    أ; G, A: takes a pronoun in that case."""
    host: str
    """Its spelling before a pronoun."""


class Table:
    """Stems by their letters, with the affixes that each takes."""

    def __init__(self, path: Path) -> None:
        text = lzma.decompress(path.read_bytes()).decode()
        feats, classes, lexemes = text.split("\n\n")
        names = feats.split("\n")
        self._cells: dict[tuple[str, str], dict[int, list[_Cell]]] = {}
        for number, line in enumerate(classes.split("\n")):
            for text in line.split(";"):
                affixes, cell = _read_cell(text, names)
                self._cells.setdefault(affixes, {}).setdefault(number, []).append(cell)
        self._prefixes = frozenset(prefix for prefix, _ in self._cells)
        self._suffixes = frozenset(suffix for _, suffix in self._cells)
        self._lexemes = lexemes.rstrip("\n").split("\n")
        self._stems: dict[str, list[tuple[int, int, str]]] = {}
        for number, line in enumerate(self._lexemes):
            for entry in line.split("\t")[5:]:
                class_number, _, stem = entry.partition(":")
                bare = stem.translate(NO_MARKS)
                self._stems.setdefault(bare, []).append((number, int(class_number), stem))

    def find(self, word: str, followers: int) -> list[Host]:
        """The readings of a word without vowel signs behind which one of `followers` may stand."""
        hosts: list[Host] = []
        length = len(word)
        for start in range(min(_LONGEST_PREFIX, length - 1) + 1):
            if word[:start] not in self._prefixes:
                continue
            for end in range(max(start + 1, length - _LONGEST_SUFFIX), length + 1):
                stem = word[start:end]
                if stem in self._stems and word[end:] in self._suffixes:
                    self._read(word[:start], stem, word[end:], followers, hosts)
        return hosts

    def find_folded(self, word: str, followers: int) -> list[Host]:
        """The readings of other words that fold to the same letters as `word`."""
        prefixes, stems, suffixes = self._folded
        folded = fold(word)
        hosts: list[Host] = []
        for start in range(min(_LONGEST_PREFIX, len(word) - 1) + 1):
            for end in range(max(start + 1, len(word) - _LONGEST_SUFFIX), len(word) + 1):
                pieces = (
                    prefixes.get(folded[:start], ()),
                    stems.get(folded[start:end], ()),
                    suffixes.get(folded[end:], ()),
                )
                for prefix, stem, suffix in product(*pieces):
                    if prefix + stem + suffix != word:
                        self._read(prefix, stem, suffix, followers, hosts)
        return [host._replace(analysis=mark_folded(host.analysis)) for host in hosts]

    def inflect(self, lemma: str, upos: str) -> Iterator[Inflected]:
        """Every form of the lexemes with this lemma and tag, in the table's order."""
        for entry in self._entries.get((upos, lemma), ()):
            number, _, stem = entry.partition(":")
            bare = stem.translate(NO_MARKS)
            for (prefix, suffix), cell in self._classes[int(number)]:
                form = prefix + bare + suffix
                if cell.followers & NOTHING:
                    yield Inflected(form, form, cell.feats, NOTHING)
                if cell.followers & ~NOTHING:
                    yield Inflected(prefix + bare + cell.alone, form, cell.feats, cell.followers & ~NOTHING)

    @cached_property
    def _entries(self) -> dict[tuple[str, str], list[str]]:
        entries: dict[tuple[str, str], list[str]] = {}
        for line in self._lexemes:
            upos, lemma, _, _, _, *stems = line.split("\t")
            entries.setdefault((upos, lemma), []).extend(stems)
        return entries

    @cached_property
    def _classes(self) -> dict[int, list[tuple[tuple[str, str], _Cell]]]:
        classes: dict[int, list[tuple[tuple[str, str], _Cell]]] = {}
        for affixes, cells in self._cells.items():
            for number, members in cells.items():
                classes.setdefault(number, []).extend((affixes, cell) for cell in members)
        return classes

    @cached_property
    def _folded(self) -> tuple[dict[str, list[str]], ...]:
        return tuple(map(_index_folded, (self._prefixes, self._stems, self._suffixes)))

    def _read(self, prefix: str, stem: str, suffix: str, followers: int, hosts: list[Host]) -> None:
        """Adds the readings of one cut to `hosts`; most of an analyser's time is spent here."""
        classes = self._cells.get((prefix, suffix))
        if classes is None:
            return
        for number, class_number, spelled in self._stems[stem]:
            if class_number not in classes:
                continue
            upos, lemma, root, pattern, gloss, _ = self._lexemes[number].split("\t", 5)
            for cell in classes[class_number]:
                if cell.followers & followers:
                    form = prefix + stem + (suffix if followers == NOTHING else cell.alone)
                    if upos == "NUM":  # L6: a number is its own lemma
                        lemma = form
                    vocalised = _vocalise(cell.prefix, spelled, cell.suffix)
                    analysis = Analysis(form, vocalised, lemma, upos, cell.feats, root, pattern, gloss)
                    case = "Acc" if upos == "VERB" else "Gen"
                    hosts.append(Host(analysis, cell.fits, cell.flags, case))
                    if lemma in _AUXILIARIES and upos == "VERB":
                        hosts.append(Host(analysis._replace(upos="AUX"), cell.fits, cell.flags, case))


def _read_cell(text: str, feats: list[str]) -> tuple[tuple[str, str], _Cell]:
    """The cell, and its affixes without vowel signs."""
    prefix, suffix, alone, number, followers, flags = text.split(",")
    name = feats[int(number)]
    cell = _Cell(prefix, suffix, alone, name, int(followers), flags, _find_fits(name))
    return (prefix.translate(NO_MARKS), suffix.translate(NO_MARKS)), cell


def fold(letters: str) -> str:
    """The letters without what people leave out: hamza on alef, its seats, the dots of ة and of a last ي.

    >>> fold("أسئلة")  # "questions"
    'اسئله'
    """
    return letters.translate(_FOLDED)


def _index_folded(spellings: Iterable[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for spelling in spellings:
        index.setdefault(fold(spelling), []).append(spelling)
    return index


def _find_fits(feats: str) -> int:
    """What a word with these FEATS may stand behind."""
    fits = ANY
    if "Case=Gen" in feats:
        fits |= GENITIVE
    if "Mood=Ind" in feats:
        fits |= INDICATIVE
    if "Mood=Sub" in feats:
        fits |= SUBJUNCTIVE
    if "Mood=Jus" in feats and "Person=2" not in feats:
        fits |= JUSSIVE
    if "Aspect=Perf" in feats or "Mood=Ind" in feats:
        fits |= EMPHASIS | QUESTION
    return fits | QUESTION if "Case=Nom" in feats else fits


def _vocalise(prefix: str, stem: str, suffix: str) -> str:
    """Prefix, stem and suffix as one word; the article's ل gives its sound to a sun letter."""
    if prefix == ARTICLE:
        if stem[0] in _SUN_LETTERS:
            stem = stem[0] + SHADDA + stem[1:]
        elif stem[0] == "ا" and stem[1:2] in SHORT_VOWELS:
            prefix, stem = "الِ", "ا" + stem[2:]
        else:
            prefix = "الْ"
    # In Unicode's order a vowel stands before the shadda that a stem may end in.
    word = prefix + stem + suffix
    return unicodedata.normalize("NFC", word) if stem[-1] == SHADDA or prefix else word


class FunctionWords:
    """The closed classes."""

    def __init__(self, path: Path) -> None:
        self.clitics: dict[tuple[str, str], Analysis] = {}
        self.pronouns: dict[str, list[Analysis]] = {}
        self._fused: dict[str, list[tuple[str, Segmentation]]] = {}
        self._alone: dict[str, list[_FunctionWord]] = {}
        self._hosts: dict[str, list[_FunctionWord]] = {}
        self.negations: list[Analysis] = []
        words: list[_FunctionWord] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            if columns[1] == "=":
                self._add_fused(columns[0], columns[2], words)
            else:
                words.append(self._add(columns))

    def _add(self, columns: list[str]) -> _FunctionWord:
        vocalised, lemma, upos, feats, roles, host, gloss = columns
        bare = vocalised.translate(NO_MARKS)
        analysis = Analysis(bare, vocalised, lemma, upos, feats, "", "", gloss)
        word = _FunctionWord(analysis, roles, host if host != "-" else vocalised)
        self._alone.setdefault(bare, []).append(word)
        if "c" in roles:
            self.clitics[vocalised, upos] = analysis
        if "e" in roles:
            self.pronouns.setdefault(bare, []).append(analysis)
        if bare in {"ما", "لا"} and feats == "Polarity=Neg":
            self.negations.append(analysis)
        if "G" in roles or "A" in roles:
            self._hosts.setdefault(word.host.translate(NO_MARKS), []).append(word)
        return word

    def _add_fused(self, vocalised: str, parts: str, words: list[_FunctionWord]) -> None:
        """Every row that a part names: its vowels, its tag, a value of its FEATS."""
        choices = []
        for part in parts.split(" "):
            spoken, upos, *values = part.split("/")
            choices.append(
                [
                    word.analysis
                    for word in words
                    if (word.analysis.vocalised, word.analysis.upos) == (spoken, upos)
                    and all(value in word.analysis.feats for value in values)
                    and (upos != "PART" or word.analysis.lemma != "مَا")
                ]
            )
        bare = vocalised.translate(NO_MARKS)
        self._fused.setdefault(bare, []).extend((vocalised, words_) for words_ in product(*choices))

    def find(self, word: str, followers: int) -> Iterator[Host]:
        """The readings of a word inside a token: not those that are clitics."""
        if followers == NOTHING:
            for row in self._alone.get(word, ()):
                if "c" not in row.roles and "e" not in row.roles:
                    yield Host(row.analysis, _read_roles(row.roles))
            return
        for row in self._hosts.get(word, ()):
            host = row.host
            is_soft = host.endswith(("ي" + SUKUN, "ي", KASRA))
            if followers in {MY, MY_MERGED}:
                if (followers == MY_MERGED) is not host.endswith("ي" + SUKUN) or host.endswith("ن" + SUKUN):
                    continue
                host = host.rstrip(SHORT_VOWELS)
            analysis = row.analysis._replace(vocalised=host)
            flags = ("i" if is_soft else "") + ("A" if host.endswith("ا") else "")
            yield Host(analysis, _read_roles(row.roles), flags, "Acc" if "A" in row.roles else "Gen")

    def find_alone(self, word: str) -> Iterator[Analysis]:
        """The readings of a syntactic word."""
        return (row.analysis for row in self._alone.get(word, ()))

    def find_clitics(self, token: str) -> Iterator[Analysis]:
        """The clitics that stand by themselves, before a number or a foreign word."""
        return (row.analysis for row in self._alone.get(token, ()) if "c" in row.roles)

    def find_folded(self, word: str, followers: int) -> Iterator[Host]:
        """The readings of other words that fold to the same letters as `word`."""
        for spelling in self._folded[followers != NOTHING].get(fold(word), ()):
            if spelling != word:
                for host in self.find(spelling, followers):
                    yield host._replace(analysis=mark_folded(host.analysis))

    def find_fused(self, word: str) -> list[tuple[str, Segmentation]]:
        """The words that are written together so, with all their vowel signs."""
        return self._fused.get(word, [])

    def find_folded_fused(self, word: str) -> list[tuple[str, Segmentation]]:
        spellings = self._folded_fused.get(fold(word), ())
        readings = [reading for spelling in spellings if spelling != word for reading in self._fused[spelling]]
        return [(spoken, tuple(map(mark_folded, words))) for spoken, words in readings]

    @cached_property
    def _folded(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        return _index_folded(self._alone), _index_folded(self._hosts)

    @cached_property
    def _folded_fused(self) -> dict[str, list[str]]:
        return _index_folded(self._fused)


@cache
def _read_roles(roles: str) -> int:
    fits = ANY
    for role, fit in (("p", GENITIVE), ("l", EMPHASIS), ("q", QUESTION)):
        fits |= fit if role in roles else 0
    return fits


def mark_folded(word: Analysis) -> Analysis:
    return word._replace(folded=True)
