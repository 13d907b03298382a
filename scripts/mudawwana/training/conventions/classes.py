"""Tags, features and lemma of a word of one class: UD_Arabic-PUD's come from two sources that disagree at times.

XPOS and features come from manual annotation, UPOS and lemma from an analyser: a verb that looks like a noun is
NOUN with the features of a verb. Sources: https://universaldependencies.org/u/pos/VERB.html,
https://universaldependencies.org/u/feat/VerbForm.html
"""

from mudawwana.arabic.lexicon import find_readings
from mudawwana.arabic.script import drop_marks
from mudawwana.base.records import Word
from mudawwana.training.clitic_tokens import ENCLITICS
from mudawwana.training.conventions.tree import ARTICLE, Tree, get_feat, has_article

_DASH = "ـ"
_OF_PREPOSITIONS = frozenset({"case", "mark", "fixed", "advmod", "dep"})
_LAYSA = frozenset({"لَيس", "لَيسَ"})
_OTHER_FEATURES = {
    **dict.fromkeys(("NOUN", "ADJ", "PROPN"), ("Aspect", "Mood", "Person", "Tense")),
    **dict.fromkeys(("VERB", "AUX"), ("Case", "Definite")),
}
"""What a word of these tags never has."""


def convert_classes(tree: Tree) -> None:
    for word in tree:
        if word.form == "من" and word.upos in {"PRON", "ADP"} and word.deprel not in _OF_PREPOSITIONS:
            _convert_who(tree, word)
        elif word.form == _DASH and word.upos == "SYM":
            tree.set(word, "dash", upos="PUNCT", xpos="-", deprel="punct")
    for word in tree:
        if word.xpos == "VBC" and word.upos in {"NOUN", "ADJ"} and get_feat(word, "Aspect"):
            _convert_verb_tag(tree, word)
        elif word.xpos == "VBN" and word.upos in {"NOUN", "VERB"}:
            _convert_participle_tag(tree, word)
        elif word.upos in {"VERB", "AUX"} and get_feat(word, "Case"):
            _convert_verbal_noun(tree, word)
        elif word.upos == "NOUN" and word.form in ENCLITICS and tree.get_host(word) is not None:
            _convert_pronoun_tag(tree, word)
        elif word.upos in {"NOUN", "ADJ"} and word.deprel == "fixed":
            _convert_fixed_phrase(tree, word)
        elif word.upos == "PRON" and word.form == "ك" and tree.get_host(word) is None:
            _convert_preposition_tag(tree, word)
    for word in tree:
        if word.upos == "NOUN":
            _convert_genitive(tree, word)
        if word.upos == "ADJ" and word.xpos == "VBN":
            tree.set_feats(word, "participle-form", VerbForm="Part")
        if word.upos == "NOUN" and word.xpos == "VBG" and get_feat(word, "Case") != "Acc":
            tree.set(word, "verbal-noun-tag", xpos="NN")
        if word.upos == "NUM" and word.form[:1].isdecimal():
            tree.set(word, "feature-of-another-class", feats="_")
        tree.set_feats(word, "feature-of-another-class", **dict.fromkeys(_OTHER_FEATURES.get(word.upos, ())))
        if word.lemma in _LAYSA:
            _convert_laysa(tree, word)


def _convert_laysa(tree: Tree, word: Word) -> None:
    """perfect-of-laysa: ليس has one lemma, without the last vowel, as verbs have it, and the forms of a perfect.

    Source: GUIDELINES L1, F5
    """
    tree.set(word, "perfect-of-laysa", lemma="لَيس")
    if get_feat(word, "Aspect"):
        tree.set_feats(word, "perfect-of-laysa", Aspect="Perf", Mood=None, Tense="Past")


def _convert_who(tree: Tree, word: Word) -> None:
    """relative-who: من that has a role in its clause, or a clause of its own, is مَن "who", no preposition.

    Source: https://universaldependencies.org/u/pos/PRON.html
    """
    if word.upos == "ADP" and (word.deprel == "orphan" or tree.find_child(word, "fixed", "obj") is not None):
        return
    feats = word.feats if word.upos == "PRON" else "Case=Nom|PronType=Rel"
    tree.set(word, "relative-who", upos="PRON", xpos="_" if word.xpos == "_" else "WP", lemma="مَن", feats=feats)


def _convert_genitive(tree: Tree, word: Word) -> None:
    """genitive-of-verbal-noun: alone it is nmod, be it subject or object in sense (GUIDELINES R3).

    Source: https://universaldependencies.org/u/dep/nmod.html
    """
    arguments = [child for child in tree.get_children(word) if child.deprel in {"nsubj", "obj", "xcomp", "cop"}]
    genitive = arguments[0] if len(arguments) == 1 else None
    if genitive is None or genitive.id != word.id + 1 or has_article(word):
        return
    if get_feat(genitive, "Case") == "Gen" and genitive.deprel in {"nsubj", "obj"} and word.xpos == "VBG":
        tree.set(genitive, "genitive-of-verbal-noun", deprel="nmod")


def _convert_verb_tag(tree: Tree, word: Word) -> None:
    """A verb before a pronoun keeps its ت: تبعته is تبعت + ه, not the noun تبعة + ه."""
    following = tree.get_next(word)
    if word.form.endswith("ة") and following is not None and tree.get_host(following) is not None:
        tree.set(word, "verb-tagged-noun", form=word.form[:-1] + "ت")
    word = tree.get(word.id)
    tree.set(word, "verb-tagged-noun", upos="VERB", lemma=_find_verb_lemma(word))


def _convert_participle_tag(tree: Tree, word: Word) -> None:
    """A participle is ADJ, but for one that is joined to a noun: that is a noun, which looks like one."""
    head = tree.get_head(word)
    if word.deprel == "conj" and head is not None and head.xpos == "NN":
        tree.set(word, "participle-tagged-noun", upos="NOUN", xpos="NN")
        tree.set_feats(word, "participle-tagged-noun", VerbForm=None, Voice=None)
    else:
        tree.set(word, "participle-tagged-noun", upos="ADJ", lemma=_find_adjective_lemma(word))


def _convert_fixed_phrase(tree: Tree, word: Word) -> None:
    """phrase-as-fixed: أمين عام "secretary general" is a noun with its attribute; fixed is for function words.

    Source: https://universaldependencies.org/u/dep/fixed.html
    """
    head = tree.get_head(word)
    if head is not None and head.upos == "NOUN":
        tree.set(word, "phrase-as-fixed", deprel="amod" if word.upos == "ADJ" else "nmod")


def _find_adjective_lemma(word: Word) -> str:
    """The word's own lemma if it is the masculine of the form, else the lexicon's adjective, if it has one."""
    masculine = word.lemma.removesuffix("َة").removesuffix("ة")
    stem = drop_marks(word.form).removeprefix(ARTICLE)
    is_vocalised = drop_marks(masculine) != masculine
    if is_vocalised and drop_marks(masculine) in {stem, *map(stem.removesuffix, ("ة", "ا", "ون", "ين", "ي"))}:
        return masculine
    return find_readings(word.form).get("ADJ", masculine)


def _convert_pronoun_tag(tree: Tree, word: Word) -> None:
    """pronoun-tagged-noun. Source: https://universaldependencies.org/u/pos/PRON.html"""
    relation = "nmod" if word.deprel == "nsubj" else word.deprel
    tree.set(
        word, "pronoun-tagged-noun", upos="PRON", xpos="PRP", lemma="هُوَ", deprel=relation, feats="PronType=Prs"
    )


def _convert_preposition_tag(tree: Tree, word: Word) -> None:
    """preposition-tagged-pronoun: ك at the front of a token is "like".

    Source: https://universaldependencies.org/u/pos/ADP.html
    """
    if (following := tree.get_next(word)) is not None and tree.get_host(following) is not None:
        if tree.is_below(following, word):
            tree.promote(following, word, "preposition-tagged-pronoun", "case")
        else:
            tree.set(following, "preposition-tagged-pronoun", head=word.head, deprel=word.deprel)
            tree.set(word, "preposition-tagged-pronoun", head=str(following.id), deprel="case")
        tree.set(word, "preposition-tagged-pronoun", upos="ADP", xpos="IN", lemma="كَ", feats="_")


def _convert_verbal_noun(tree: Tree, word: Word) -> None:
    """A verbal noun is NOUN; that of كان "be" heads its predicate, which is its xcomp, as a noun is no copula.

    Source: https://universaldependencies.org/u/pos/NOUN.html
    """
    rule = "verbal-noun-tagged-verb"
    predicate = tree.get_head(word)
    tree.set(word, rule, upos="NOUN", lemma="كَون" if word.upos == "AUX" else word.lemma)
    if word.upos != "AUX" or predicate is None:
        return
    subject = tree.find_child(predicate, "nsubj")
    place = tree.get(predicate.id)
    tree.set(word, rule, head=place.head, deprel=place.deprel)
    tree.set(predicate, rule, head=str(word.id), deprel="xcomp")
    for child in tree.get_children(predicate):
        if child.id < word.id:
            tree.set(child, rule, head=str(word.id))
    if subject is not None:
        tree.set(subject, rule, head=str(word.id), deprel="nmod")


def _find_verb_lemma(word: Word) -> str:
    """The lexicon's verb for the form or its third person masculine singular, else that form without signs.

    Of a perfect the lemma has the letters of that form: of تماثل "recover" it is not مَاثَل.
    """
    form = drop_marks(word.form)
    if get_feat(word, "Aspect") == "Imp":
        person = "ي" + form[1:]
        return find_readings(form).get("VERB") or find_readings(person).get("VERB", person)
    people = dict.fromkeys((form, form.removesuffix("ت"), form.removesuffix("ا")))
    lemmas = (find_readings(person).get("VERB", "") for person in people)
    return next((lemma for lemma in lemmas if drop_marks(lemma) in people), list(people)[-1])
