"""Trees without crossing arcs, where what crosses is a modifier.

A modifier that is cut off from its noun by another word hangs on the lowest word above at which nothing crosses
(GUIDELINES R22), as in pseudo-projective parsing (Nivre & Nilsson 2005). Conjuncts, fixed and flat words and
what lacks its verb stay: to lift them would say something else.
"""

from mudawwana.annotate.refusals import NOMINAL, get_universal, is_refused_oblique
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import Tree

_LIFTED = frozenset({"nmod", "obl", "acl", "advcl", "advmod", "ccomp", "dislocated", "parataxis", "obj"})
_BY_PREDICATE = {"nmod": "obl", "acl": "advcl"}


def convert_crossings(tree: Tree) -> None:
    """lifted-modifier; a noun's modifier that comes to hang on a predicate is obl, its clause advcl."""
    for _ in range(len(tree.words)):
        crossing = next((word for word in tree if is_crossing(tree, word) and _lift(tree, word)), None)
        if crossing is None:
            return


def is_crossing(tree: Tree, word: Word) -> bool:
    """Whether a word between the word and its head is not below the head."""
    head = tree.get_head(word)
    if head is None:
        return False
    low, high = sorted((head.id, word.id))
    return any(not tree.is_below(between, head) for between in tree.words[low : high - 1])


def _lift(tree: Tree, word: Word) -> bool:
    head = tree.get_head(word)
    if get_universal(word.deprel) not in _LIFTED or head is None or (above := tree.get_head(head)) is None:
        return False
    relation = word.deprel
    if head.upos in NOMINAL and tree.is_predicate(above):
        relation = _BY_PREDICATE.get(relation, relation)
    tree.set(word, "lifted-modifier", head=str(above.id), deprel=relation)
    return True


def convert_obliques(tree: Tree) -> None:
    """oblique-of-noun: what modifies a noun that heads no clause is nmod.

    Source: https://universaldependencies.org/u/dep/nmod.html
    """
    for word in tree:
        if is_refused_oblique(tree.words, word, word.deprel):
            tree.set(word, "oblique-of-noun", deprel="nmod")
