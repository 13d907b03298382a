"""Predicates without a verb, and verbs that lean on a predicate: what UD takes for the head of the clause."""

from mudawwana.annotate.refusals import NOMINAL, get_universal
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import SUBJECTS, Tree, get_feat, is_personal

_PREPOSITION_RELATIONS = frozenset(
    {"case", "mark", "fixed", "cc", "advmod", "dep", "compound", "goeswith", "punct"}
)
_COMPLEMENTS = frozenset({"NOUN", "PROPN", "PRON", "ADJ", "NUM", "DET", "X", "ADV", "SYM"})
_STAY = frozenset({"fixed", "goeswith"})
_INDEPENDENT_PRONOUNS = frozenset({"هو", "هي", "هم", "هن", "هما"})
_COPULAR_VERBS = frozenset({"أَصبَح", "عَاد", "ظَلّ", "بَات", "زَال", "بَقِي", "صَار", "غَدَا", "بَدَا", "أَمسَى", "أَضحَى"})
"""Became, do no longer, remained, still be, seemed: verbs with a predicate of their own (GUIDELINES T12)."""
_OBJECT_VERBS = frozenset({"جَعَل", "وَجَد", "اِعتَبَر", "عَدّ", "ظَنّ", "أَبقَى", "رَأَى", "تَرَك"})
"""Make, find, consider, count as, think, keep, see, leave: the same, of their object."""


def convert_predicates(tree: Tree) -> None:
    for word in tree:
        if word.upos == "ADP" and get_universal(word.deprel) not in _PREPOSITION_RELATIONS:
            _convert_preposition(tree, tree.get(word.id))
        elif word.upos == "PART" and tree.find_child(word, "fixed") is not None:
            _convert_negated_verb(tree, word)
    for word in tree:
        if word.upos == "VERB" and word.lemma in {"كَان", "لَيس"}:
            _convert_copula_head(tree, word)
        elif word.upos == "AUX" and word.lemma == "كَان":
            _convert_auxiliary(tree, word)
        elif is_personal(word) and word.deprel == "dep":
            _convert_pronoun_copula(tree, word)
    for word in tree:
        if word.upos == "ADP" and word.deprel == "case":
            _convert_misplaced_case(tree, word)


def convert_participles(tree: Tree) -> None:
    for word in tree:
        if word.upos == "ADJ":
            _convert_participle(tree, word)


def _convert_preposition(tree: Tree, word: Word) -> None:
    """prepositional-predicate: the noun is the predicate, the preposition its case.

    Sources: https://universaldependencies.org/u/dep/case.html (in shape),
    https://universaldependencies.org/u/overview/simple-syntax.html
    """
    following = [child for child in tree.get_children(word) if child.id > word.id and child.upos in _COMPLEMENTS]
    objects = [child for child in following if child.deprel == "obj"]
    nearby = [child for child in following if child.deprel == "nmod" and child.upos == "PRON"]
    if noun := next(iter(objects or nearby), None):
        tree.promote(noun, word, "prepositional-predicate", "case", _STAY)
        _demote_phrase(tree, tree.get(noun.id))


def _demote_phrase(tree: Tree, noun: Word) -> None:
    """A phrase without a subject is no clause: what was advcl or acl is an oblique or a noun's modifier."""
    head = tree.get_head(noun)
    if (
        noun.deprel in {"advcl", "acl"}
        and head is not None
        and not tree.find_child(noun, "cop", "mark", *SUBJECTS)
    ):
        relation = "obl" if head.upos not in NOMINAL or tree.is_predicate(head) else "nmod"
        tree.set(noun, "prepositional-predicate", deprel=relation)


def _convert_negated_verb(tree: Tree, word: Word) -> None:
    """negated-verb: in لا يزال "still is" the verb is the head, negated by advmod, and its predicate xcomp.

    UD_Arabic-PUD has the two as a fixed expression now and then; fixed is for function words.
    Source: https://universaldependencies.org/u/dep/fixed.html
    """
    fixed = [child for child in tree.get_children(word) if child.deprel == "fixed"]
    before, following = tree.get_head(word), tree.get_next(word)
    if fixed[0].upos == "VERB" and word.deprel == "advmod" and before is not None:
        _promote_negated(tree, word, fixed[0], before)
    elif fixed[0].upos == "VERB":
        tree.promote(fixed[0], word, "negated-verb", "advmod")
    elif following is not None and before is not None and before.id == following.id and before.upos == "VERB":
        tree.set(fixed[0], "negated-verb", head=str(before.id), deprel="xcomp")
        tree.set(word, "negated-verb", deprel="advmod")
    else:
        return
    tree.set_feats(word, "negated-verb", ExtPos=None, Polarity="Neg")


def _promote_negated(tree: Tree, word: Word, verb: Word, predicate: Word) -> None:
    """In لا تزال تعاني "still suffers" the negated verb is the head; what stands before it follows to it."""
    place = tree.get(predicate.id)
    tree.set(verb, "negated-verb", head=place.head, deprel=place.deprel)
    for child in tree.get_children(predicate):
        if child.id < verb.id:
            tree.set(child, "negated-verb", head=str(verb.id))
    tree.set(predicate, "negated-verb", head=str(verb.id), deprel="xcomp")
    tree.set(word, "negated-verb", head=str(verb.id), deprel="advmod")


def _convert_copula_head(tree: Tree, word: Word) -> None:
    """copula-head: كان or ليس with a noun, adjective or verb for predicate is cop or aux of it.

    With a prepositional phrase, or in the sense of "exist", it stays the head (GUIDELINES T12).
    Sources: https://universaldependencies.org/ar/index.html, https://universaldependencies.org/u/dep/cop.html
    """
    predicate = next(
        (
            child
            for child in tree.get_children(word)
            if child.deprel in {"ccomp", "xcomp"} and child.id > word.id and not tree.find_child(child, "mark")
        ),
        None,
    )
    if predicate is None or _count_subjects(tree, word, predicate) > 1:
        return
    relation = "aux" if predicate.upos == "VERB" else "cop"
    if relation == "cop" and tree.find_child(predicate, "aux", "cop") is not None:
        return
    tree.promote(predicate, word, "copula-head", relation)
    tree.set(word, "copula-head", upos="AUX")


def _convert_auxiliary(tree: Tree, word: Word) -> None:
    """auxiliary-of-subject: كان before the subject belongs to the predicate, with what negates it.

    An aux of a word that is no verb is its copula.

    Source: https://universaldependencies.org/u/dep/aux.html
    """
    subject = tree.get_head(word)
    if subject is not None and word.deprel == "aux" and subject.upos != "VERB":
        tree.set(word, "copula-head", deprel="cop")
    predicate = tree.get_head(subject) if subject is not None else None
    if subject is None or predicate is None or get_universal(subject.deprel) not in SUBJECTS:
        return
    if not word.id < subject.id < predicate.id:
        return
    for child in tree.get_children(word):
        tree.set(child, "auxiliary-of-subject", head=str(predicate.id))
    tree.move(word, predicate, "auxiliary-of-subject", "aux" if predicate.upos == "VERB" else "cop")


def _count_subjects(tree: Tree, *words: Word) -> int:
    return sum(get_universal(child.deprel) in SUBJECTS for word in words for child in tree.get_children(word))


def _convert_pronoun_copula(tree: Tree, word: Word) -> None:
    """pronoun-copula: هو between subject and predicate is cop of the predicate.

    Source: https://universaldependencies.org/ar/index.html (a personal pronoun can serve as a copula)
    """
    head = tree.get_head(word)
    if word.form not in _INDEPENDENT_PRONOUNS or tree.get_host(word) is not None or head is None:
        return
    predicate: Word | None = head
    if get_universal(head.deprel) not in {"root", "ccomp", "advcl", "acl", "conj", "csubj", "parataxis"}:
        predicate = tree.get_head(head)
    if predicate is None or predicate.id == word.id:
        return
    if predicate.upos == "VERB" and predicate.lemma == "كَان":
        predicate = _promote_noun(tree, predicate, head)
    elif predicate.upos == "VERB":
        return
    tree.move(word, predicate, "pronoun-copula", "cop")
    tree.set_feats(word, "pronoun-copula", Case="Nom")


def _promote_noun(tree: Tree, verb: Word, noun: Word) -> Word:
    """In كان هذا هو الحال "this was the case" the noun behind the pronoun is the predicate, كان its copula."""
    tree.promote(noun, verb, "pronoun-copula", "cop")
    tree.set(verb, "pronoun-copula", upos="AUX")
    if determiner := tree.find_child(noun, "det"):
        tree.set(determiner, "pronoun-copula", upos="PRON", deprel="nsubj")
    return tree.get(noun.id)


def _convert_participle(tree: Tree, word: Word) -> None:
    """participle-attribute (acl), depictive (advcl:pred), predicate-of-verb (xcomp): UD_Arabic-PUD has ccomp.

    Sources: https://universaldependencies.org/u/dep/acl.html,
    https://universaldependencies.org/ar/dep/advcl-pred.html, https://universaldependencies.org/u/dep/xcomp.html
    """
    head = tree.get_head(word)
    if word.deprel == "iobj":  # وجدته سهلا "I found it easy"
        tree.set(word, "predicate-of-verb", deprel="xcomp")
    if (
        word.deprel not in {"ccomp", "advcl", "acl"}
        or head is None
        or tree.find_child(word, "mark", "cop") is not None
    ):
        return
    before = tree.get_previous(word)
    is_close = before is None or before.upos != "PUNCT"
    if is_close and _takes_predicate(tree, head) and tree.find_child(word, *SUBJECTS) is None:
        tree.set(word, "predicate-of-verb", deprel="xcomp")
    elif head.upos in NOMINAL and not _is_depictive(word, head):
        tree.set(word, "participle-attribute", deprel="acl")
    elif get_feat(word, "Case") == "Acc":
        _convert_depictive(tree, word, head)


def _convert_misplaced_case(tree: Tree, word: Word) -> None:
    """case-of-next-noun: a preposition before a noun is the noun's case, not that of what hangs on the noun.

    Source: https://universaldependencies.org/u/dep/case.html
    """
    noun, head = tree.get_next(word), tree.get_head(word)
    if noun is None or head is None or noun.upos != "NOUN" or noun.deprel == "fixed":
        return
    if noun.id != head.id and tree.is_below(head, noun):
        tree.set(word, "case-of-next-noun", head=str(noun.id))


def _takes_predicate(tree: Tree, verb: Word) -> bool:
    """Whether the verb has a predicate of its subject or of its object beside it, and none yet."""
    has_object = verb.lemma in _OBJECT_VERBS and tree.find_child(verb, "obj") is not None
    is_copular = verb.lemma in _COPULAR_VERBS or has_object
    return verb.upos == "VERB" and is_copular and tree.find_child(verb, "xcomp") is None


def _is_depictive(word: Word, noun: Word) -> bool:
    """Whether an indefinite accusative says in what state a definite noun, a name or a pronoun is."""
    definite = noun.upos in {"PROPN", "PRON"} or get_feat(noun, "Definite") == "Def"
    return definite and get_feat(word, "Case") == "Acc" and get_feat(word, "Definite") == "Ind"


def _convert_depictive(tree: Tree, word: Word, head: Word) -> None:
    """It hangs on the predicate, wherever the noun that it describes stands."""
    predicate = head
    while predicate.upos in NOMINAL and not tree.is_predicate(predicate):
        above = tree.get_head(predicate)
        if above is None:
            break
        predicate = above
    tree.move(word, predicate, "depictive", "advcl:pred")
