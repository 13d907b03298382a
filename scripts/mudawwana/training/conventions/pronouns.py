"""Relative and personal pronouns: which of two has the role in a clause, and what features a form has."""

from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import Tree, get_feat, is_personal, is_relative

_FORMS: dict[str, dict[str, str | None]] = {
    "ه": {"Gender": "Masc", "Number": "Sing", "Person": "3"},
    "ها": {"Gender": "Fem", "Number": "Sing", "Person": "3"},
    "هم": {"Gender": "Masc", "Number": "Plur", "Person": "3"},
    "هن": {"Gender": "Fem", "Number": "Plur", "Person": "3"},
    "هما": {"Number": "Dual", "Person": "3"},
    "هو": {"Gender": "Masc", "Number": "Sing", "Person": "3"},
    "هي": {"Gender": "Fem", "Number": "Sing", "Person": "3"},
    "ك": {"Number": "Sing", "Person": "2"},
    "كم": {"Gender": "Masc", "Number": "Plur", "Person": "2"},
    "كن": {"Gender": "Fem", "Number": "Plur", "Person": "2"},
    "كما": {"Number": "Dual", "Person": "2"},
    "أنت": {"Number": "Sing", "Person": "2"},
    "أنتم": {"Gender": "Masc", "Number": "Plur", "Person": "2"},
    "ي": {"Number": "Sing", "Person": "1"},
    "ني": {"Number": "Sing", "Person": "1"},
    "أنا": {"Number": "Sing", "Person": "1"},
    "نا": {"Number": "Plur", "Person": "1"},
    "نحن": {"Number": "Plur", "Person": "1"},
}
"""What a form says of itself; the dual and the first and second person singular say nothing of the gender."""
_AGREEING = ("Gender", "Number")
_INDEPENDENT = frozenset({"هو", "هي", "أنت", "أنتم", "أنا", "نحن"})
_ACCUSATIVE_HOSTS = frozenset({"VERB", "AUX", "SCONJ"})
_ACCUSATIVE_PARTICLES = frozenset({"إن", "أن", "لكن", "كأن", "لعل", "ليت"})
"""A pronoun written with a verb, with أن or with لكن is accusative; with a noun or a preposition genitive."""
_PROCLITIC_TAGS = frozenset({"CCONJ", "PART", "AUX"})


def convert_resumptives(tree: Tree) -> None:
    """resumptive-pronoun, relative-beside-resumptive: the pronoun has the role, الذي is dislocated.

    الذي stands in front, and is doubled by the pronoun that fills the role, as UD describes dislocated elements;
    no clause has two subjects or objects. Where no pronoun doubles it, it has the role itself.
    Sources: https://universaldependencies.org/u/dep/dislocated.html; that a pronoun that inflects is no marker
    https://universaldependencies.org/u/dep/mark.html
    """
    for word in tree:
        if is_personal(word) and word.deprel == "dep" and tree.get_host(word) is not None:
            _convert_resumptive(tree, word)
    for word in tree:
        if is_relative(word) and (_is_loose(tree, word) or _is_doubled(tree, word)):
            tree.move(word, tree.find_clause(word), "relative-beside-resumptive", "dislocated")


def _convert_resumptive(tree: Tree, word: Word) -> None:
    head = tree.get_head(word)
    if head is None:
        return
    if is_relative(head):
        _convert_oblique(tree, word, head)
        return
    relative = next(
        (child for child in tree.get_children(head) if is_relative(child) and child.id < head.id), None
    )
    relation = "obj" if head.upos in {"VERB", "AUX"} else "nmod"
    if relative is not None and (relative.deprel in {"obj", "nmod"} or relation == "nmod"):
        tree.move(relative, tree.find_clause(head), "relative-beside-resumptive", "dislocated")
    tree.set(word, "resumptive-pronoun", deprel=relation)


def _is_loose(tree: Tree, relative: Word) -> bool:
    """Whether it hangs on what the resumptive pronoun hangs on, as in الذي انتهت ولايته "whose term had ended"."""
    return relative.deprel in {"nmod", "det", "dep"} and tree.find_child(relative, "case", "acl") is None


def _is_doubled(tree: Tree, relative: Word) -> bool:
    """Whether a pronoun that agrees with it has a role beside it, as in الذي تقوم به "which she does"."""
    head = tree.get_head(relative)
    if head is None or relative.deprel not in {"obj", "obl"}:
        return False
    pronouns = [one for one in (head, *tree.get_children(head)) if is_personal(one) and one.id > relative.id]
    return any(
        tree.get_host(one) is not None
        and all(get_feat(one, name) == get_feat(relative, name) for name in _AGREEING)
        for one in pronouns
    )


def _convert_oblique(tree: Tree, word: Word, relative: Word) -> None:
    """In الذي وصلت إليه "which it has reached" the pronoun behind the preposition is the oblique."""
    predicate = tree.get_head(relative)
    if predicate is None:
        return
    preposition = tree.get_previous(word)
    has_case = preposition is not None and preposition.upos == "ADP"
    tree.set(word, "resumptive-pronoun", head=str(predicate.id), deprel="obl" if has_case else "obj")
    for child in tree.get_children(relative):
        if child.id > relative.id:
            tree.set(child, "resumptive-pronoun", head=str(word.id))
    tree.move(relative, tree.find_clause(predicate), "relative-beside-resumptive", "dislocated")


def convert_pronoun_features(tree: Tree) -> None:
    """pronoun-features: Gender, Number and Person by the form, Case by what the pronoun is written with.

    Sources: https://universaldependencies.org/u/feat/Case.html,
    https://universaldependencies.org/treebanks/ar_padt/ar_padt-feat-Case.html
    """
    for word in tree:
        if is_personal(word) and word.form in _FORMS:
            tree.set_feats(word, "pronoun-features", **_FORMS[word.form], Case=_find_case(tree, word))
        elif is_relative(word):
            tree.set(word, "pronoun-features", xpos="_" if word.xpos == "_" else "REL")
            tree.set_feats(word, "pronoun-features", Person=None)


def _find_case(tree: Tree, word: Word) -> str:
    host = tree.get_host(word)
    if host is None or word.form in _INDEPENDENT:
        return "Nom"
    if host.upos in _ACCUSATIVE_HOSTS or host.form in _ACCUSATIVE_PARTICLES:
        return "Acc"
    return "Nom" if host.upos in _PROCLITIC_TAGS and len(host.form) == 1 else "Gen"
