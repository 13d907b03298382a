"""Particles, conjunctions, auxiliaries and determiners, each with UD's tag and relation.

UD_Arabic-PUD tags most of them PART or ADP, attached by compound:prt, which UD keeps for verbs with particles
(https://universaldependencies.org/u/dep/compound-prt.html).
"""

from mudawwana.annotate.refusals import get_universal
from mudawwana.arabic.script import drop_marks
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import SUBJECTS, Tree, edit_feats, get_feat

_AUXILIARIES = {"س": "سَ", "سوف": "سَوفَ", "قد": "قَد", "لقد": "قَد"}
_COORDINATORS = {
    "و": "وَ",
    "ف": "فَ",
    "لكن": "لٰكِنَّ",
    "ولكن": "لٰكِنَّ",
    "ثم": "ثُمَّ",
    "أم": "أَم",
    "كما": "كَما",
}
"""What joins clauses: and, so, but, then, or, and also."""
_SUBORDINATORS = {
    "عندما": "عِندَما",
    "حيث": "حَيثُ",
    "إذا": "إِذا",
    "كي": "كَي",
    "حتى": "حَتَّى",
    "إذ": "إِذ",
    "إن": "إِن",
    "كما": "كَما",
    "بينما": "بَينَما",
    "بعدما": "بَعدَما",
    "وقتما": "وَقتَما",
    "كلما": "كُلَّما",
    "حيثما": "حَيثُما",
    "مهما": "مَهما",
    "حين": "حِينَ",
    "فيما": "فِيما",
    "بما": "بِما",
}
"""What introduces a clause and nothing else; بعد أن "after that" has a preposition, which stays one."""
THAT = {"أن": "أَنَّ", "إن": "إِنَّ", "أ": "أَن", "ألا": "أَن"}
DEMONSTRATIVES = frozenset({"هٰذا", "ذٰلِكَ", "أُولائِكَ"})
_NEGATIVE_COPULA = "Aspect=Perf|Gender=Masc|Number=Sing|Person=3|Tense=Past|Voice=Act"
_PARTICLE = "compound:prt"
_RELATIONS = frozenset({_PARTICLE, "mark", "case", "cc", "fixed"})


def convert_function_words(tree: Tree) -> None:
    for word in tree:
        if word.upos == "PART":
            _convert_fixed(tree, word)
    for word in tree:
        word = tree.get(word.id)
        form = drop_marks(word.form)
        if word.upos in {"PART", "CCONJ", "SCONJ", "ADP"} and word.deprel in _RELATIONS:
            _convert_conjunction(tree, word, form)
        if tree.get(word.id).deprel == _PARTICLE:
            _convert_particle(tree, tree.get(word.id), form)
        if word.upos == "PRON" and (word.xpos == "PDEM" or word.lemma in DEMONSTRATIVES):
            _convert_demonstrative(tree, word)


def convert_negations(tree: Tree) -> None:
    """Those that ask what the word's predicate is: after predicates and clauses have been converted."""
    for word in tree:
        if word.lemma == "لَيس" and word.upos == "PART":
            _convert_negative_copula(tree, word)
        if word.upos == "ADV" and word.lemma in {"رُبَّمَا", "ربما"}:
            _convert_modal(tree, word)


def _convert_conjunction(tree: Tree, word: Word, form: str) -> None:
    """that-particle, opening-conjunction, adversative, subordinator.

    Sources: https://universaldependencies.org/u/pos/SCONJ.html; for a conjunction that opens a sentence
    https://universaldependencies.org/u/dep/cc.html; for لكن and كما CCONJ cc
    https://universaldependencies.org/treebanks/ar_padt/ar_padt-dep-cc.html
    """
    if form == "أن" and word.deprel == "fixed":
        tree.set(word, "that-particle", upos="SCONJ", xpos="IN")
    elif form in THAT and _is_that(word):
        _convert_that(tree, word, form)
    elif form == "لكن" and (word.deprel in {_PARTICLE, "mark"} or word.upos == "CCONJ"):
        _convert_adversative(tree, word)
    elif form in _COORDINATORS and (word.deprel == _PARTICLE or (form == "ف" and word.upos in {"ADP", "PART"})):
        tree.set(word, "opening-conjunction", upos="CCONJ", xpos="CC", lemma=_COORDINATORS[form], deprel="cc")
    elif form == "حتى" and word.deprel == "mark" and not _is_before_clause(tree, word):
        tree.set(word, "other-particle", upos="PART", xpos="RP", deprel="advmod:emph")
    elif form in _SUBORDINATORS and word.deprel == "mark" and word.upos == "ADP":
        tree.set(word, "subordinator", upos="SCONJ", lemma=_SUBORDINATORS[form])


def _convert_fixed(tree: Tree, word: Word) -> None:
    """fixed-conjunction: غير أن and بيد أن "but" coordinate, ما أن "as soon as" subordinates; كما أن is two words.

    UD_Arabic-PUD has غير أن as one fixed expression most often. Source: https://universaldependencies.org/u/dep/fixed.html
    """
    following = tree.get_next(word)
    if following is None or drop_marks(following.form) != "أن" or word.form not in {"غير", "بيد", "ما", "كما"}:
        return
    if word.form == "كما":
        tree.set(following, "fixed-conjunction", upos="PART", head=word.head, deprel=_PARTICLE)
        tree.set_feats(word, "fixed-conjunction", ExtPos=None)
        return
    relation, ext_pos = ("mark", "SCONJ") if word.form == "ما" else ("cc", "CCONJ")
    tree.set_feats(word, "fixed-conjunction", ExtPos=ext_pos, Polarity=None)
    tree.set(word, "fixed-conjunction", deprel=relation)
    tree.set(following, "fixed-conjunction", upos="SCONJ", xpos="IN", head=str(word.id), deprel="fixed")
    if relation == "cc":
        _join_clause(tree, word, "fixed-conjunction")


def _is_that(word: Word) -> bool:
    """Whether أن or إن says "that": as إِن, "if", it does not, nor as إِنَّ that opens a main clause."""
    if word.upos in {"SCONJ", "ADP"}:
        return word.deprel in {"mark", _PARTICLE} and (word.lemma != "إِن" or drop_marks(word.form) == "أن")
    return word.upos == "PART" and word.deprel == _PARTICLE and drop_marks(word.form) == "أن"


def _is_before_clause(tree: Tree, word: Word) -> bool:
    """Whether حتى "so that" stands before a verb or a particle, not, as "even", before a noun or preposition."""
    following = tree.get_next(word)
    if tree.find_child(word, "fixed") is not None:
        return True
    return following is not None and following.upos in {"VERB", "AUX", "PART", "SCONJ"}


def _convert_that(tree: Tree, word: Word, form: str) -> None:
    """أن and إن before a clause: SCONJ mark; أَن before a verb, denied or not, else أَنَّ (GUIDELINES T6)."""
    following = tree.get_next(word)
    if following is not None and get_feat(following, "Polarity") == "Neg":
        following = tree.get_next(following)
    is_verbal = form != "إن" and following is not None and following.upos in {"VERB", "AUX"}
    lemma = "أَن" if is_verbal or form in {"أ", "ألا"} else THAT[form]
    tree.set(word, "that-particle", upos="SCONJ", xpos="IN", lemma=lemma, deprel="mark")


def _convert_adversative(tree: Tree, word: Word) -> None:
    """لكن "but" coordinates, so its clause is a conjunct.

    Sources: https://universaldependencies.org/u/pos/CCONJ.html, https://universaldependencies.org/u/dep/conj.html
    """
    tree.set(word, "adversative", upos="CCONJ", xpos="CC", deprel="cc")
    _join_clause(tree, word, "adversative")


def _join_clause(tree: Tree, word: Word, rule: str) -> None:
    clause = tree.get_head(word)
    if clause is not None and clause.deprel == "advcl" and int(clause.head) < word.id <= clause.id:
        tree.set(clause, rule, deprel="conj")


def _convert_particle(tree: Tree, word: Word, form: str) -> None:
    """auxiliary-particle, main-clause-inna, other-particle: what is left of compound:prt.

    Sources: https://universaldependencies.org/ar/index.html for AUX; for إنّ, advmod:emph in
    https://universaldependencies.org/treebanks/ar_padt/ar_padt-dep-advmod-emph.html; for particles that stress or
    restrict https://universaldependencies.org/ar/index.html (advmod:emph)
    """
    if form in _AUXILIARIES:
        tree.set(word, "auxiliary-particle", upos="AUX", lemma=_AUXILIARIES[form], deprel="aux")
        _attach_to_next_verb(tree, word, "auxiliary-particle")
    elif form == "إن":
        tree.set(word, "main-clause-inna", upos="PART", deprel="advmod:emph")
    elif form == "ما":
        _convert_ma(tree, word)
    elif form in {"عندما", "بما"}:
        tree.set(word, "subordinator", upos="SCONJ", xpos="IN", lemma=_SUBORDINATORS[form], deprel="mark")
    elif form in {"هل", "أ", "أي"}:
        tree.set(word, "other-particle", deprel="advmod")
    elif form == "لا":
        tree.set(word, "other-particle", deprel="advmod", feats=edit_feats(word.feats, Polarity="Neg"))
    elif form == "يا":
        tree.set(word, "other-particle", deprel="discourse")
    else:
        tree.set(word, "other-particle", deprel="advmod:emph")


def _convert_ma(tree: Tree, word: Word) -> None:
    """ما: part of إذا ما "if", of ما بين "between", a stress on an adverb (عادةً ما "usually"), else a negation."""
    before, after = tree.get_previous(word), tree.get_next(word)
    if before is not None and before.deprel == "mark" and before.form in {"إذا", "كي", "حيث"}:
        tree.set(before, "other-particle", feats=edit_feats(before.feats, ExtPos="SCONJ"))
        tree.set(word, "other-particle", head=str(before.id), deprel="fixed")
    elif after is not None and after.deprel == "case":
        tree.set(word, "other-particle", head=after.head, deprel="case")
    elif before is not None and (before.upos == "ADV" or before.form == "سرعان"):
        tree.set(word, "other-particle", deprel="advmod:emph")
    else:
        tree.set(word, "other-particle", deprel="advmod", feats=edit_feats(word.feats, Polarity="Neg"))


def _attach_to_next_verb(tree: Tree, word: Word, rule: str) -> None:
    """A particle that stands before a verb belongs to it, or to what that verb is an auxiliary of."""
    following = tree.get_next(word)
    if following is not None and following.form == "لا":
        following = tree.get_next(following)
    if following is None or following.upos not in {"VERB", "AUX"}:
        return
    head = tree.get_head(following) if get_universal(following.deprel) in {"aux", "cop"} else following
    if head is not None and head.id != int(word.head):
        tree.move(word, head, rule)


def _convert_demonstrative(tree: Tree, word: Word) -> None:
    """demonstrative: that of a noun is DET, alone it is PRON.

    Sources: https://universaldependencies.org/u/pos/DET.html,
    https://universaldependencies.org/treebanks/ar_padt/ar_padt-dep-det.html
    """
    if word.form == "ها" and word.deprel == "dep":  # ها هي "here she is"
        tree.set(word, "other-particle", upos="PART", xpos="RP", lemma="ها", deprel="advmod:emph", feats="_")
    if word.deprel != "det":
        return
    if word.lemma in DEMONSTRATIVES:
        tree.set(word, "demonstrative", upos="DET")
    else:  # a quantifier among the demonstratives: أحد "one of"
        feats = edit_feats(word.feats, Gender=None, Number=None, PronType="Ind")
        tree.set(word, "demonstrative", upos="DET", xpos="PDT", feats=feats)


def _convert_negative_copula(tree: Tree, word: Word) -> None:
    """negative-copula: ليس before a predicate with a subject is AUX cop, elsewhere it negates, PART advmod.

    Source: https://universaldependencies.org/ar/index.html
    """
    predicate = tree.get_head(word)
    if predicate is None or predicate.upos == "VERB" or tree.find_child(predicate, *SUBJECTS) is None:
        tree.set(word, "negative-copula", feats=edit_feats(word.feats, Polarity="Neg"))
        return
    tree.set(word, "negative-copula", upos="AUX", xpos="VBC", feats=_NEGATIVE_COPULA, deprel="cop")


def _convert_modal(tree: Tree, word: Word) -> None:
    """modal-particle: ربما "perhaps" of a verb is AUX aux. Source: https://universaldependencies.org/ar/index.html"""
    head = tree.get_head(word)
    if word.deprel == "advmod" and head is not None and head.upos == "VERB" and get_feat(head, "Aspect"):
        tree.set(word, "modal-particle", upos="AUX", xpos="RP", lemma="رُبَّمَا", deprel="aux")
