"""What UD's validator would refuse in a parsed sentence, mended before it is written.

A parser chooses each relation by itself, so now and then it says what the guidelines exclude: a preposition
with a subject, an adverbial modifier that is a noun, a comma attached across a clause. Each rule here names the
validator's incident that it prevents (https://universaldependencies.org/svalidation.html). Where the right
relation does not follow from the words, it becomes `dep`, UD's name for "not determined". A repaired word says
so in MISC: `Repaired=deprel:det` keeps what the models said.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from mudawwana.records import Word, get_misc

AUXILIARIES = frozenset({"سَ", "سَوفَ", "قَد", "كَان", "لَيس", "مَا", "رُبَّمَا", "عَلَّ", "هُوَ"})
"""Lemmas that may be AUX (https://quest.ms.mff.cuni.cz/udvalidator/cgi-bin/unidep/langspec/specify_auxiliary.pl)."""
COPULAS = frozenset({"كَان", "لَيس", "هُوَ"})

_LEFT_HEADED = frozenset({"conj", "fixed", "flat", "goeswith", "appos"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
_NOMINAL_RELATIONS = frozenset({"nsubj", "obj", "iobj", "obl", "vocative", "dislocated", "expl", "nmod"})
_CLAUSE_RELATIONS = frozenset({"cop", "nsubj", "csubj"})

_FEW = frozenset({"goeswith", "fixed", "reparandum", "conj", "cc", "punct"})
_SOME = _FEW | {"advmod", "obl"}
_ALLOWED_DEPENDENTS = {
    "mark": _SOME,
    "case": _SOME,
    "aux": _FEW,
    "cop": _FEW,
    "cc": _FEW - {"cc"},
    "fixed": frozenset({"goeswith", "reparandum", "conj", "punct"}),
    "det": _SOME | {"det", "case", "clf", "flat", "compound", "discourse", "parataxis"},
    "goeswith": frozenset[str](),
    "punct": frozenset({"punct"}),
}
"""What may depend on a function word (incidents leaf-*)."""

_ALLOWED_TAGS = {
    "det": frozenset({"DET", "PRON"}),
    "nummod": frozenset({"NUM", "NOUN", "SYM"}),
    "advmod": frozenset({"ADV", "ADJ", "CCONJ", "DET", "PART", "SYM"}),
    "expl": frozenset({"PRON", "DET", "PART"}),
    "aux": frozenset({"AUX"}),
    "cop": frozenset({"AUX", "PRON", "DET", "SYM"}),
    "case": frozenset({"ADP", "ADV", "CCONJ", "INTJ", "NOUN", "PART", "SCONJ", "SYM", "VERB", "X"}),
    "mark": frozenset({"ADP", "ADV", "CCONJ", "PART", "SCONJ", "SYM", "VERB", "X"}),
    "cc": frozenset({"ADP", "ADV", "CCONJ", "PART", "SCONJ", "SYM", "X"}),
}
"""Which tags a relation takes (incidents rel-upos-*)."""

_RELATION_BY_TAG = {"ADJ": "amod", "NUM": "nummod", "DET": "det", "NOUN": "nmod", "PROPN": "nmod", "PRON": "nmod"}


def repair_words(words: Sequence[Word]) -> list[Word]:
    """The words of one sentence as the validator accepts them; unchanged where it has nothing to say.

    Expects a tree with one root, as Stanza's parser gives it. Forms, lemmas and word order never change.
    """
    repaired = list(words)
    if all(word.head == "_" for word in words):
        return repaired
    for rule in _RULES:
        rule(repaired)
    return [_record(before, after) for before, after in zip(words, repaired, strict=True)]


def _record(before: Word, after: Word) -> Word:
    changes = [
        f"{column}:{getattr(before, column)}"
        for column in ("upos", "head", "deprel")
        if getattr(before, column) != getattr(after, column)
    ]
    if not changes:
        return after
    items = [] if after.misc == "_" else [after.misc]
    return replace(after, misc="|".join([*items, f"Repaired={','.join(changes)}"]))


def _relation(word: Word) -> str:
    return word.deprel.partition(":")[0]


def _set(words: list[Word], word: Word, **columns: str) -> None:
    words[word.id - 1] = replace(word, **columns)  # type: ignore[arg-type]


def _children(words: Sequence[Word], word: Word) -> list[Word]:
    return [child for child in words if child.head == str(word.id)]


def _head(words: Sequence[Word], word: Word) -> Word | None:
    return words[int(word.head) - 1] if word.head != "0" else None


def _mend_punctuation_tags(words: list[Word]) -> None:
    """rel-upos-punct, upos-rel-punct: PUNCT and punct go together."""
    for word in list(words):
        is_punctuation = all(unicodedata.category(character)[0] in "PS" for character in word.form)
        if word.upos == "PUNCT" and not is_punctuation:
            _set(words, word, upos="X", deprel="dep" if _relation(word) == "punct" else word.deprel)
        elif word.upos == "PUNCT" and _relation(word) not in {"punct", "root"}:
            _set(words, word, deprel="punct")
        elif word.upos != "PUNCT" and _relation(word) == "punct":
            _set(words, word, **({"upos": "PUNCT", "feats": "_"} if is_punctuation else {"deprel": "dep"}))


def _mend_auxiliaries(words: list[Word]) -> None:
    """aux-lemma, cop-lemma: only the listed lemmas are auxiliaries or copulas."""
    for word in list(words):
        upos, deprel = word.upos, word.deprel
        if upos == "AUX" and word.lemma not in AUXILIARIES:
            upos = "VERB" if "Aspect=" in word.feats else "PART"
        if _relation(word) == "cop" and word.lemma not in COPULAS:
            deprel = "dep"
        if (upos, deprel) != (word.upos, word.deprel):
            _set(words, word, upos=upos, deprel=deprel)


def _mend_relations_by_tag(words: list[Word]) -> None:
    """rel-upos-*, flat-foreign-upos-feats: a relation whose dependent has a tag that it does not take."""
    for word in list(words):
        relation = _relation(word)
        upos = get_misc(word.feats, "ExtPos") or word.upos
        is_named = relation == "fixed" and "PROPN" in {word.upos, words[int(word.head) - 1].upos}
        if is_named or word.deprel == "flat:foreign":
            _set(words, word, deprel="flat")
        elif relation in _ALLOWED_TAGS and upos not in _ALLOWED_TAGS[relation]:
            _set(words, word, deprel=_choose_relation(words, word, relation))


def _choose_relation(words: Sequence[Word], word: Word, relation: str) -> str:
    head = _head(words, word)
    if relation in {"aux", "cop"} and word.upos == "PART":
        return "advmod"
    if relation == "advmod" and word.upos in _NOMINAL and head is not None and head.upos not in _NOMINAL:
        return "obl"
    if relation in {"det", "nummod", "advmod"} and head is not None and head.upos in _NOMINAL:
        return _RELATION_BY_TAG.get(word.upos, "dep")
    return "dep"


def _mend_function_leaves(words: list[Word]) -> None:
    """leaf-*: what a function word may not govern goes up to the word that governs the function word."""
    is_changed = True
    while is_changed:
        is_changed = False
        for word in list(words):
            head = _head(words, word)
            allowed = _ALLOWED_DEPENDENTS.get(_relation(head)) if head is not None else None
            if head is None or allowed is None or _relation(word) in allowed:
                continue
            if _relation(word) == "advmod" and "Polarity=Neg" in word.feats and _relation(head) != "punct":
                continue
            _set(words, word, head=head.head)
            is_changed = True


def _mend_direction(words: list[Word]) -> None:
    """right-to-left-*: these relations run from an earlier word to a later one."""
    for word in list(words):
        head = _head(words, word)
        if head is not None and _relation(word) in _LEFT_HEADED and word.id < head.id:
            is_nominal = word.upos in _NOMINAL and head.upos in _NOMINAL and _relation(word) != "conj"
            _set(words, word, deprel="nmod" if is_nominal else "dep")


def _mend_doubles(words: list[Word]) -> None:
    """too-many-subjects, too-many-objects: the first stays."""
    for word in list(words):
        children = _children(words, word)
        subjects = [child for child in children if _relation(child) in {"nsubj", "csubj"}]
        objects = [child for child in children if _relation(child) == "obj"]
        for extra in subjects[1:] + objects[1:]:
            _set(words, extra, deprel="dep")


def mend_obliques(words: list[Word]) -> None:
    """obl-should-be-nmod: what modifies a nominal that heads no clause becomes nmod, in place.

    Source: https://universaldependencies.org/u/dep/nmod.html
    """
    for word in list(words):
        head = _head(words, word)
        if _relation(word) != "obl" or head is None or head.upos not in _NOMINAL:
            continue
        is_clause = any(_relation(child) in _CLAUSE_RELATIONS for child in _children(words, head))
        if _relation(head) in _NOMINAL_RELATIONS and not is_clause:
            _set(words, word, deprel="nmod")


def _mend_punctuation_arcs(words: list[Word]) -> None:
    """punct-is-nonproj, punct-causes-nonproj: to the nearest word at which neither holds."""
    for word in list(words):
        if _relation(word) != "punct" or not _is_crossing(words, word):
            continue
        candidates = sorted(
            (other for other in words if _relation(other) not in _ALLOWED_DEPENDENTS and other is not word),
            key=lambda other: (abs(other.id - word.id), other.id),
        )
        for candidate in candidates:
            moved = replace(word, head=str(candidate.id))
            if word.id not in _ancestors(words, candidate) and not _is_crossing(
                [*words[: word.id - 1], moved, *words[word.id :]], moved
            ):
                words[word.id - 1] = moved
                break


def _ancestors(words: Sequence[Word], word: Word) -> set[int]:
    """The ids above the word, 0 included."""
    above: set[int] = set()
    head = int(word.head)
    while head:
        above.add(head)
        head = int(words[head - 1].head)
    return above | {0}


def _is_crossing(words: Sequence[Word], word: Word) -> bool:
    """Whether the arc to `word` passes over a word from outside, or another arc passes over `word` alone."""
    head = int(word.head)
    low, high = sorted((head, word.id))
    if any(head not in _ancestors(words, other) for other in words[low : high - 1]):
        return True
    above = _ancestors(words, word)
    for other in words:
        other_head = int(other.head)
        if other_head in above or other.id == word.id or other_head == word.id:
            continue
        start, end = sorted((other.id, other_head))
        # An arc over both the mark and its head is the head's affair.
        if start < word.id < end and not start < head < end:
            return True
    return False


_RULES: tuple[Callable[[list[Word]], None], ...] = (
    _mend_punctuation_tags,
    _mend_auxiliaries,
    _mend_relations_by_tag,
    _mend_function_leaves,
    _mend_doubles,
    _mend_direction,
    _mend_function_leaves,  # again: what became `dep` may not stay below a function word
    mend_obliques,
    _mend_punctuation_arcs,
)
