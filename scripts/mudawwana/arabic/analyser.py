"""What a form of Modern Standard Arabic can be, word by word: its lemma, tag, features, root and vowels.

Two files say it. `analyses.txt.xz` has stems and the affixes that go with each (made from Camel Morph MSA
by `mudawwana.training.camel_morph.analyses`, see analyses.md); `function_words.tsv` has the closed
classes, written for it. A word is cut into prefix, stem and suffix in every way; a cut whose stem has those
affixes is an analysis. A token is cut into words in every way that clitics allow (annotations/GUIDELINES.md,
S2-S5), each host checked against its neighbours: a preposition before a genitive, سـ before an indicative, a
pronoun behind a transitive verb or a noun in the construct state.

Vowel signs that the writer wrote rule out analyses; those not written rule out nothing. Forms typed without hamza,
with ه for ة or ي for ى, have analyses with `folded` set, where the form as it stands has none or where they are
asked for. FEATS are those of UD_Arabic-PADT: Definite=Cons in an idafa and before a pronoun; Tense only where the
form says it.
"""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mudawwana.arabic.analyser_files import (
    ANY,
    ARTICLE,
    EMPHASIS,
    FIRST,
    FUNCTION_WORDS_PATH,
    GENITIVE,
    INDICATIVE,
    JUSSIVE,
    MY,
    MY_MERGED,
    NOTHING,
    QUESTION,
    SECOND,
    SUBJUNCTIVE,
    TABLE_PATH,
    THIRD,
    Analysis,
    FunctionWords,
    Host,
    Inflected,
    Segmentation,
    Table,
    mark_folded,
)
from mudawwana.arabic.vowel_signs import (
    DAMMA,
    FATHA,
    KASRA,
    NO_MARKS,
    SHADDA,
    SHORT_VOWELS,
    SUKUN,
    Signs,
    agree,
    read_signs,
)

__all__ = ["Analyser", "Analysis", "Segmentation", "analyse_token", "analyse_word", "load_analyser"]

_OLD_SEAT, _SEAT = "ىء", "ئ"
_LASTING = frozenset({"زَال", "دَام", "بَرِح", "فَتِئ", "اِنفَكّ"})
"""Verbs that make one sense with a negation: مازال "is still"."""
_ISM, _ISM_LEMMA = "اسم", "اِسم"
"""Name: its alef is not written in بسم "in the name of"."""
_NOMINALS = frozenset({"ADJ", "NOUN", "NUM", "PROPN"})
_Find = Callable[[str, int], list[Host]]


class _Front(NamedTuple):
    """Clitics that stand in front together."""

    letters: str
    words: Segmentation
    spoken: str
    needs: int
    is_l: bool
    """Whether a preposition ل is the last: it takes the article's alef away."""


def _list_fronts(words: FunctionWords) -> dict[str, list[_Front]]:
    """Chains of clitics by their letters, the shortest first: أ, then و or ف, then one that asks for a host."""
    clitics = words.clitics
    openings: list[Segmentation] = [()]
    openings += [(clitics[spoken, "CCONJ"],) for spoken in ("وَ", "فَ")]
    openings += [(clitics["أَ", "PART"], *opening) for opening in openings]
    lasts = [
        (("بِ", "ADP"), GENITIVE),
        (("كَ", "ADP"), GENITIVE),
        (("لِ", "ADP"), GENITIVE),
        (("لِ", "SCONJ"), SUBJUNCTIVE),
        (("لِ", "PART"), JUSSIVE),
        (("لَ", "PART"), EMPHASIS),
        (("سَ", "AUX"), INDICATIVE),
    ]
    fronts = []
    for opening in openings:
        is_question = opening != () and opening[-1].form == "أ"
        fronts.append(_make_front(opening, QUESTION if is_question else ANY))
        for key, needs in lasts:
            front = _make_front((*opening, clitics[key]), needs)
            fronts.append(front)
            if opening and needs == JUSSIVE:
                fronts.append(front._replace(spoken=front.spoken[:-1] + SUKUN))
    by_letters: dict[str, list[_Front]] = {}
    for front in sorted(fronts, key=lambda front: len(front.words)):
        by_letters.setdefault(front.letters, []).append(front)
    return by_letters


def _make_front(words: Segmentation, needs: int) -> _Front:
    is_l = bool(words) and words[-1].form == "ل" and words[-1].upos == "ADP"
    letters = "".join(word.form for word in words)
    return _Front(letters, words, "".join(word.vocalised for word in words), needs, is_l)


class Analyser:
    """Both files, loaded."""

    def __init__(self, table: Path = TABLE_PATH, function_words: Path = FUNCTION_WORDS_PATH) -> None:
        self._table = Table(table)
        self._words = FunctionWords(function_words)
        self._fronts = _list_fronts(self._words)

    def analyse_word(self, form: str, *, folded: bool = False) -> tuple[Analysis, ...]:
        """The readings of one syntactic word; `folded` asks for other spellings, too, where this one has some."""
        form = _clean(form)
        if _OLD_SEAT in form:
            return tuple(map(mark_folded, self.analyse_word(form.replace(_OLD_SEAT, _SEAT), folded=folded)))
        signs, bare = read_signs(form), form.translate(NO_MARKS)
        if bare.isdecimal():
            return (_make_number(bare),)
        found = [*self._words.find_alone(bare), *(host.analysis for host in self._table.find(bare, NOTHING))]
        found = [word for word in found if _agree(signs, word.vocalised, word)]
        if folded or not found:
            others = (host.analysis for host in self._find_folded_hosts(bare, NOTHING))
            found += [word for word in others if _agree(signs, word.vocalised, word)]
        return tuple(dict.fromkeys(found))

    def analyse_token(self, form: str, *, folded: bool = False) -> tuple[Segmentation, ...]:
        """All ways to read a token as words, those with fewer clitics first; `folded` as in `analyse_word`."""
        form = _clean(form)
        if _OLD_SEAT in form:
            readings = self.analyse_token(form.replace(_OLD_SEAT, _SEAT), folded=folded)
            return tuple(tuple(map(mark_folded, words)) for words in readings)
        signs, bare = read_signs(form), form.translate(NO_MARKS)
        if bare.isdecimal():
            return ((_make_number(bare),),)
        clitics = (((clitic,), clitic.vocalised) for clitic in self._words.find_clitics(bare))
        pairs = chain(clitics, self._iter_segmentations(bare, self._find_hosts, self._words.find_fused))
        found = [words for words, spoken in pairs if _agree(signs, spoken, words[-1])]
        if folded or not found:
            others = self._iter_segmentations(bare, self._find_folded_hosts, self._words.find_folded_fused)
            found += [words for words, spoken in others if _agree(signs, spoken, words[-1])]
        return tuple(dict.fromkeys(found))

    def inflect(self, lemma: str, upos: str) -> Iterator[Inflected]:
        """The forms of the lexemes with this lemma and tag; the closed classes have none."""
        return self._table.inflect(lemma, upos)

    def _find_hosts(self, word: str, followers: int) -> list[Host]:
        return [*self._words.find(word, followers), *self._table.find(word, followers)]

    def _find_folded_hosts(self, word: str, followers: int) -> list[Host]:
        return [*self._words.find_folded(word, followers), *self._table.find_folded(word, followers)]

    def _iter_segmentations(
        self, token: str, find: _Find, find_fused: Callable[[str], list[tuple[str, Segmentation]]]
    ) -> Iterator[tuple[Segmentation, str]]:
        """The words of each way to read a token without vowel signs, and all its vowel signs."""
        for letters, fronts in self._fronts.items():
            if not token.startswith(letters) or len(token) == len(letters):
                continue
            rest = token[len(letters) :]
            hosts = [*self._iter_hosts(rest, find)]
            for front in fronts:
                if front.needs & (ANY | QUESTION):
                    for spoken, words in find_fused(rest):
                        yield (*front.words, *words), front.spoken + spoken
                for host, host_words, spoken in hosts:
                    if host.fits & front.needs and not (front.is_l and _has_article(host_words)):
                        yield (*front.words, *host_words), front.spoken + spoken
                if rest == _ISM[1:] and letters.endswith("ب"):
                    for host in find(_ISM, NOTHING):
                        if host.fits & GENITIVE and host.analysis.lemma == _ISM_LEMMA:
                            yield (*front.words, host.analysis), front.spoken + host.analysis.vocalised[2:]
                if front.is_l and rest.startswith("ل"):
                    for analysis, spoken in _iter_contracted(rest, find):
                        yield (*front.words, analysis), front.spoken + spoken

    def _iter_hosts(self, rest: str, find: _Find) -> Iterator[tuple[Host, Segmentation, str]]:
        """What may stand behind clitics: the host, its words with a pronoun behind it, their vowel signs."""
        for host in find(rest, NOTHING):
            yield host, (host.analysis,), host.analysis.vocalised
        for negation in self._words.negations:
            if rest.startswith(negation.form):  # مازال is written as one word by many
                for host in find(rest[len(negation.form) :], NOTHING):
                    if host.analysis.lemma in _LASTING:
                        yield host, (negation, host.analysis), negation.vocalised + host.analysis.vocalised
        if rest.endswith("ي"):
            yield from self._iter_before(rest, "ي", MY_MERGED, find)
        if rest[-1:] in _PRONOUN_ENDS:
            for letters, followers in _PRONOUNS:
                if rest.endswith(letters) and len(rest) > len(letters):
                    yield from self._iter_before(rest[: -len(letters)], letters, followers, find)

    def _iter_before(
        self, word: str, letters: str, followers: int, find: _Find
    ) -> Iterator[tuple[Host, Segmentation, str]]:
        for host in find(word, followers):
            if (letters == "ني" and host.case != "Acc") or (letters == "ي" and host.analysis.upos in _VERBAL):
                continue
            for pronoun in self._words.pronouns[letters]:
                if f"Case={host.case}" in pronoun.feats:
                    pronoun, spoken = _join_pronoun(host, pronoun, followers)
                    yield host, (host.analysis, pronoun), spoken


_PRONOUNS = (
    *((letters, THIRD) for letters in ("ه", "ها", "هما", "هم", "هن")),
    *((letters, SECOND) for letters in ("ك", "كما", "كم", "كن")),
    *((letters, FIRST) for letters in ("ني", "نا")),
    ("ي", MY),
)
_PRONOUN_ENDS = frozenset("هامنكي")
_VERBAL = frozenset({"VERB", "AUX"})


def _has_article(words: Segmentation) -> bool:
    word = words[0]
    return "Definite=Def" in word.feats or (word.form.startswith(ARTICLE) and "PronType=Rel" in word.feats)


def _iter_contracted(rest: str, find: _Find) -> Iterator[tuple[Analysis, str]]:
    """Hosts of a preposition ل whose article has lost its alef, or, before a stem in ل, both its letters."""
    for word, lost in (("ا" + rest, 1), (ARTICLE + rest, 2)):
        for host in find(word, NOTHING):
            is_right = lost == 1 or host.analysis.form.startswith("الل")
            if is_right and host.fits & GENITIVE and _has_article((host.analysis,)):
                vocalised = host.analysis.vocalised
                yield host.analysis, vocalised[1:].lstrip(SHORT_VOWELS) if lost == 1 else _drop_article(vocalised)


def _drop_article(vocalised: str) -> str:
    return vocalised[2:].lstrip(SHORT_VOWELS + SUKUN)


def _join_pronoun(host: Host, pronoun: Analysis, followers: int) -> tuple[Analysis, str]:
    """The pronoun as it sounds behind this host, and both together."""
    spoken = host.analysis.vocalised
    if followers == MY_MERGED:
        return pronoun, spoken.rstrip(SUKUN) + FATHA + SHADDA
    if pronoun.form == "ي":
        return pronoun, spoken + ("ي" + FATHA if "A" in host.flags else KASRA + "ي")
    if "i" in host.flags and pronoun.vocalised.startswith("ه" + DAMMA):
        pronoun = pronoun._replace(vocalised="ه" + KASRA + pronoun.vocalised[2:])
    return pronoun, spoken + pronoun.vocalised


def _clean(form: str) -> str:
    return unicodedata.normalize("NFC", form).replace("\u0671", "ا")


def _agree(signs: Signs | None, spoken: str, last: Analysis) -> bool:
    return signs is None or agree(signs, spoken, may_pause=last.upos in _NOMINALS)


def _make_number(digits: str) -> Analysis:
    return Analysis(digits, digits, digits, "NUM", "NumForm=Digit", "", "", "")


@cache
def load_analyser() -> Analyser:
    """The analyser, loaded once for a process."""
    return Analyser()


def analyse_word(form: str, *, folded: bool = False) -> tuple[Analysis, ...]:
    """The readings of one syntactic word, as the annotation writes it.

    >>> [(word.lemma, word.upos) for word in analyse_word("كُتِبَ")]  # "it was written"
    [('كَتَب', 'VERB')]
    """
    return load_analyser().analyse_word(form, folded=folded)


def analyse_token(form: str, *, folded: bool = False) -> tuple[Segmentation, ...]:
    """All ways to read a token as words.

    >>> [[word.form for word in words] for words in analyse_token("وَجَارَتُهَا")]  # "and her neighbour"
    [['و', 'جارة', 'ها']]
    """
    return load_analyser().analyse_token(form, folded=folded)
