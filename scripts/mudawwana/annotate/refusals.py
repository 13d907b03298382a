"""What UD's validator would refuse in one arc of a tree, label by label.

Each function names the incidents that it finds (https://universaldependencies.org/svalidation.html).
"""

from collections.abc import Sequence

from mudawwana.annotate.choices import choose_best, get_prob
from mudawwana.arabic.tagset import COPULAS, RELATIONS, TAGS
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Word

NOMINAL = frozenset({"NOUN", "PROPN", "PRON"})
_NOMINAL_RELATIONS = frozenset({"nsubj", "obj", "iobj", "obl", "vocative", "dislocated", "expl", "nmod"})
_CLAUSE_RELATIONS = frozenset({"cop", "nsubj", "csubj"})
LEFT_HEADED = frozenset({"conj", "fixed", "flat", "goeswith", "appos"})
_DOUBLES = {
    "nsubj": ("too-many-subjects", frozenset({"nsubj", "csubj"})),
    "csubj": ("too-many-subjects", frozenset({"nsubj", "csubj"})),
    "obj": ("too-many-objects", frozenset({"obj"})),
}
_FEW = frozenset({"goeswith", "fixed", "reparandum", "conj", "cc", "punct"})
_SOME = _FEW | {"advmod", "obl"}
FUNCTION_RELATIONS = {
    "mark": ("leaf-mark-case", _SOME),
    "case": ("leaf-mark-case", _SOME),
    "aux": ("leaf-aux-cop", _FEW),
    "cop": ("leaf-aux-cop", _FEW),
    "cc": ("leaf-cc", _FEW - {"cc"}),
    "clf": ("leaf-clf", _SOME),
    "fixed": ("leaf-fixed", frozenset({"goeswith", "reparandum", "conj", "punct"})),
    "det": ("leaf-det", _SOME | {"det", "case", "clf", "flat", "compound", "discourse", "parataxis"}),
    "goeswith": ("leaf-goeswith", frozenset[str]()),
    "punct": ("leaf-punct", frozenset({"punct"})),
}
"""What may depend on a function word, and the incident that says so."""

_ALLOWED_TAGS = {
    "det": frozenset({"DET", "PRON"}),
    "nummod": frozenset({"NUM", "NOUN", "SYM"}),
    "advmod": frozenset({"ADV", "ADJ", "CCONJ", "DET", "PART", "SYM"}),
    "expl": frozenset({"PRON", "DET", "PART"}),
    "aux": frozenset({"AUX"}),
    "cop": frozenset({"AUX", "PRON", "DET", "SYM"}),
    "case": TAGS - {"PROPN", "ADJ", "PRON", "DET", "NUM", "AUX"},
    "mark": TAGS - {"NOUN", "PROPN", "ADJ", "PRON", "DET", "NUM", "AUX", "INTJ"},
    "cc": TAGS - {"NOUN", "PROPN", "ADJ", "PRON", "DET", "NUM", "VERB", "AUX", "INTJ"},
    "punct": frozenset({"PUNCT"}),
}
"""Which tags a relation takes (incidents rel-upos-*)."""


def get_universal(relation: str) -> str:
    """The relation without its subtype."""
    return relation.partition(":")[0]


def get_children(words: Sequence[Word], word: Word) -> list[Word]:
    """What depends on the word, in order; `words` is its sentence."""
    return [child for child in words if child.head == str(word.id)]


def find_refusal(words: Sequence[Word], word: Word, relation: str) -> str | None:
    """The incident that the validator would report if this were the word's relation; None if it would not."""
    if word.head == "0" or relation == "root":
        return None if word.head == "0" and relation == "root" else "0-is-not-root"
    if relation not in RELATIONS:
        return "unknown-deprel"
    return refuse_by_tag(words, word, relation) or _refuse_by_head(words, word, relation)


def refuse_by_tag(words: Sequence[Word], word: Word, relation: str) -> str | None:
    """rel-upos-*, upos-rel-punct, cop-lemma, goeswith-lemma, flat-foreign-upos-feats; not for a root."""
    universal = get_universal(relation)
    upos = (get_misc(word.feats, "ExtPos") if "ExtPos=" in word.feats else None) or word.upos
    if upos not in _ALLOWED_TAGS.get(universal, TAGS):
        return f"rel-upos-{universal}"
    if upos == "PUNCT" and universal != "punct":
        return "upos-rel-punct"
    if universal == "cop" and word.lemma not in {*COPULAS, "_"}:
        return "cop-lemma"
    if universal == "goeswith":
        # The parts of a broken word have no lemma and no tag; Stanza's models give them some.
        return "goeswith-lemma"
    if universal == "fixed" and "PROPN" in {upos, words[int(word.head) - 1].upos}:
        return "rel-upos-fixed"
    return "flat-foreign-upos-feats" if relation == "flat:foreign" else None


def _refuse_by_head(words: Sequence[Word], word: Word, relation: str) -> str | None:
    """right-to-left-*, leaf-*, too-many-subjects, too-many-objects, obl-should-be-nmod."""
    head = words[int(word.head) - 1]
    universal = get_universal(relation)
    if universal in LEFT_HEADED and word.id < head.id:
        return f"right-to-left-{universal}"
    if head.head != "0" and not is_allowed_below(get_universal(head.deprel), word, universal):
        return FUNCTION_RELATIONS[get_universal(head.deprel)][0]
    if universal in _DOUBLES:
        rule, relations = _DOUBLES[universal]
        siblings = [
            other
            for other in get_children(words, head)
            if get_universal(other.deprel) in relations and other.id != word.id
        ]
        if relation != word.deprel and siblings:
            return rule
        if any(_is_preferred(other, word, relations) for other in siblings):
            return rule
    return "obl-should-be-nmod" if is_refused_oblique(words, word, relation) else None


def _is_preferred(one: Word, other: Word, relations: frozenset[str]) -> bool:
    """Whether of two subjects or two objects the `one` stays.

    Of subjects it is the first; of objects the one that would lose most by its next label, of equals the first.
    """
    if "nsubj" in relations:
        return one.id < other.id
    return (_compute_loss(one.deprel, relations), -one.id) > (_compute_loss(other.deprel, relations), -other.id)


def _compute_loss(label: str, excluded: frozenset[str]) -> float:
    """How many times as probable the label is as the best one that is not among these; 0 where nobody knows."""
    other = choose_best(label, lambda relation: get_universal(relation) not in excluded)
    return get_prob(label) / get_prob(other) if other else 0.0


def is_allowed_below(head_relation: str, word: Word, universal: str) -> bool:
    """Whether a word may depend on one of `head_relation`; negation may modify any function word."""
    if head_relation not in FUNCTION_RELATIONS or universal in FUNCTION_RELATIONS[head_relation][1]:
        return True
    is_negation = universal == "advmod" and word.upos in {"PART", "ADV"} and "Polarity=Neg" in word.feats
    return is_negation and head_relation not in {"punct", "goeswith"}


def is_refused_oblique(words: Sequence[Word], word: Word, relation: str) -> bool:
    """obl-should-be-nmod: whether an oblique would modify a nominal that heads no clause."""
    if get_universal(relation) != "obl" or word.head == "0":
        return False
    head = words[int(word.head) - 1]
    if head.upos not in NOMINAL or get_universal(head.deprel) not in _NOMINAL_RELATIONS:
        return False
    return not any(get_universal(child.deprel) in _CLAUSE_RELATIONS for child in get_children(words, head))
