"""Clauses with أن, with and without a preposition, and relative clauses that و joins."""

from mudawwana.annotate.refusals import NOMINAL
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import CLAUSE_RELATIONS, SUBJECTS, Tree, get_feat, is_relative

CLAUSAL_PREPOSITION = "mark"
"""How a preposition hangs on a clause: https://universaldependencies.org/u/dep/case.html says mark, and
UD_Arabic-PADT has it so (ar_padt-dep-mark.html: 1,083 of VERB-ADP)."""
_THAT = frozenset({"أَن", "أَنَّ"})
_OWN_PREPOSITIONS = frozenset({"بِ", "عَلَى", "عَن", "فِي", "مِن"})
"""Behind a predicate these introduce what it governs, as in شدد على أن "stress that"; others say when or why."""
_TO = "إِلَى"
_GOVERN_TO = frozenset({"دَعَا", "أَدَّى", "سَعَى", "تَطَلَّع", "نَظَر", "أَشَار", "لَفَت", "أَلمَح", "اِستَنَد", "نَحَا", "اِحتَاج"})
"""Verbs with إلى before أَن and a subjunctive; with others it says "until"."""
_IMPERSONAL = frozenset({"أَمكَن", "وَجَب", "اِنبَغَى", "جَاز", "تَعَيَّن", "سَبَق", "لَزِم"})
"""Can, must, ought to, may: what is possible or due is their subject (GUIDELINES R13)."""


def convert_clauses(tree: Tree) -> None:
    for mark in tree:
        if mark.upos == "SCONJ" and mark.deprel == "mark":
            _convert_preposition_clause(tree, mark)
    for word in tree:
        if word.deprel in {"xcomp", "ccomp", "advcl"} and _has_that(tree, word):
            _convert_finite_complement(tree, word)
        if word.deprel == "advcl" and word.upos != "ADV":
            _convert_joined_relative(tree, word)
        if word.upos == "VERB" and word.deprel in {"nmod", "obl"} and tree.find_child(word, "mark") is not None:
            tree.set(word, "clause-as-nominal", deprel="acl" if word.deprel == "nmod" else "advcl")


def _has_that(tree: Tree, word: Word) -> bool:
    return any(child.deprel == "mark" and child.lemma in _THAT for child in tree.get_children(word))


def _convert_preposition_clause(tree: Tree, mark: Word) -> None:
    """preposition-clause: ccomp of what governs the preposition, advcl of another predicate, acl of a noun.

    Sources: https://universaldependencies.org/u/dep/ccomp.html, https://universaldependencies.org/u/dep/advcl.html,
    https://universaldependencies.org/u/dep/acl.html, https://universaldependencies.org/u/dep/case.html
    """
    clause, preposition = tree.get_head(mark), _find_preposition(tree, mark)
    if clause is None or preposition is None:
        return
    tree.move(preposition, clause, "preposition-clause", CLAUSAL_PREPOSITION)
    governor = tree.get_head(clause)
    if governor is not None and clause.deprel in {"xcomp", "obl", "nmod", "acl", "ccomp", "advcl"}:
        relation = _choose_relation(tree, governor, preposition, mark)
        tree.set(clause, "preposition-clause", deprel=relation)


def _find_preposition(tree: Tree, mark: Word) -> Word | None:
    """The preposition right before أن, also where it is two words (من دون "without")."""
    before = tree.get_previous(mark)
    while before is not None and before.deprel == "fixed":
        before = tree.get_head(before)
    return before if before is not None and before.upos == "ADP" and before.deprel == "case" else None


def _choose_relation(tree: Tree, governor: Word, preposition: Word, mark: Word) -> str:
    if governor.upos in NOMINAL and not tree.is_predicate(governor):
        return "acl"
    if tree.find_child(preposition, "fixed") is not None:
        return "advcl"
    if preposition.lemma == _TO:
        return "ccomp" if mark.lemma == "أَنَّ" or governor.lemma in _GOVERN_TO else "advcl"
    return "ccomp" if preposition.lemma in _OWN_PREPOSITIONS else "advcl"


def _convert_finite_complement(tree: Tree, word: Word) -> None:
    """finite-complement: a clause with أن is finite and may have any subject: ccomp, csubj, of a noun acl.

    Sources: https://universaldependencies.org/u/dep/xcomp.html,
    https://universaldependencies.org/treebanks/ar_padt/ar_padt-dep-ccomp.html
    """
    governor = tree.get_head(word)
    relation = word.deprel
    if governor is None:
        return
    if relation != "advcl" and _lacks_subject(tree, governor):
        relation = "csubj"
    elif governor.upos in NOMINAL and not tree.is_predicate(governor):
        relation = "acl"
    elif relation == "xcomp":
        is_subject = governor.lemma in _IMPERSONAL and tree.find_child(governor, *SUBJECTS) is None
        relation = "csubj" if is_subject else "ccomp"
    tree.set(word, "finite-complement", deprel=relation)


def _lacks_subject(tree: Tree, governor: Word) -> bool:
    """Whether the clause is the only subject of a prepositional predicate: من المرجح أن "it is likely that"."""
    is_predicate = governor.deprel in CLAUSE_RELATIONS and tree.find_child(governor, "case") is not None
    return is_predicate and tree.find_child(governor, *SUBJECTS) is None


def _convert_joined_relative(tree: Tree, word: Word) -> None:
    """joined-relative: والذي "and who" opens a relative clause as الذي does, on a noun that it agrees with.

    Source: https://universaldependencies.org/u/dep/acl-relcl.html
    """
    relative = next(
        (child for child in tree.get_children(word) if is_relative(child) and child.id < word.id), None
    )
    noun = tree.get_head(word)
    if relative is None or noun is None:
        return
    if noun.upos not in NOMINAL:
        noun = _find_antecedent(tree, relative)
    if noun is not None and noun.id < relative.id:
        tree.move(word, noun, "joined-relative", "acl:relcl")


def _find_antecedent(tree: Tree, relative: Word) -> Word | None:
    """The lowest noun above the word before والذي that agrees with the relative pronoun."""
    before = tree.get_previous(relative)
    while before is not None and before.upos in {"PUNCT", "CCONJ"}:
        before = tree.get_previous(before)
    while before is not None and not _agrees(before, relative):
        before = tree.get_head(before)
    return before


def _agrees(noun: Word, relative: Word) -> bool:
    """A plural of things has a feminine singular behind it."""
    if noun.upos not in {"NOUN", "PROPN"}:
        return False
    if get_feat(noun, "Number") == "Plur" and get_feat(relative, "Number") == "Sing":
        return get_feat(relative, "Gender") == "Fem"
    return all(get_feat(noun, name) == get_feat(relative, name) for name in ("Gender", "Number"))
