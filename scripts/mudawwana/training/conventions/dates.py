"""Nouns that say when, and dates.

Sources: https://universaldependencies.org/u/dep/obl-tmod.html, https://universaldependencies.org/u/pos/ADV.html;
that these are nouns https://universaldependencies.org/treebanks/ar_padt/ar_padt-feat-Definite.html (يوم); that a
month is nmod of its day https://universaldependencies.org/treebanks/ar_padt/ar_padt-dep-csubj.html
"""

from mudawwana.annotate.refusals import get_universal
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import Tree, get_feat, has_article

_LEMMAS = {"عَام": "Masc", "يَوم": "Masc", "أُسبُوع": "Masc", "شَهر": "Masc", "سَنَة": "Fem", "صَبَاح": "Masc"}
_LEMMAS |= {"مَسَاء": "Masc", "لَيلَة": "Fem", "وَقت": "Masc", "مَرَّة": "Fem", "صَيف": "Masc", "شِتَاء": "Masc"}
_LEMMAS |= {"سَاعَة": "Fem", "ذَات": "Fem", "قَرن": "Masc", "عَقد": "Masc"}
"""Nouns of time with their gender: year, day, week, month, morning, evening, night, time, times, summer, ..."""
_MISSPELT = {"صُبَاح": "صَبَاح"}
_TANWIN = ("ً", "ا")


def convert_times(tree: Tree) -> None:
    for word in tree:
        lemma = _MISSPELT.get(word.lemma, word.lemma)
        if word.upos == "ADV" and lemma in _LEMMAS and not word.form.endswith(_TANWIN):
            tree.set(word, "noun-of-time", upos="NOUN", xpos="NN", lemma=lemma)
            _convert_relations(tree, word)
    for word in tree:
        if word.upos == "NOUN" and get_feat(word, "Definite") is None and word.lemma in _LEMMAS:
            tree.set_feats(word, "noun-of-time", **_find_features(tree, word))
    for word in tree:
        head = tree.get_head(word)
        if word.deprel == "obl:tmod" and head is not None and not _is_modified_by_oblique(tree, head):
            tree.set(word, "part-of-date", deprel="nmod")


def _convert_relations(tree: Tree, word: Word) -> None:
    """obl:tmod of a predicate, nmod of a noun; the number or name of the time is nmod of it (يوم الثلاثاء)."""
    head = tree.get_head(word)
    if word.deprel == "advmod" and head is not None:
        relation = "obl:tmod" if _is_modified_by_oblique(tree, head) else "nmod"
        tree.set(word, "noun-of-time", deprel=relation)
    for child in tree.get_children(word):
        is_name = child.deprel == "appos" and child.id == word.id + 1 and not has_article(word)
        if child.deprel == "obl" or is_name:
            tree.set(child, "noun-of-time", deprel="nmod")


def _is_modified_by_oblique(tree: Tree, head: Word) -> bool:
    return head.upos in {"VERB", "AUX", "ADJ", "ADV"} or tree.is_predicate(head)


def _find_features(tree: Tree, word: Word) -> dict[str, str]:
    """Case by the construction, the rest by the form; which is in idafa the rule of definiteness says."""
    return {
        "Case": _find_case(tree, word),
        "Definite": "Def" if has_article(word) else "Ind",
        "Gender": _LEMMAS[word.lemma],
        "Number": "Plur" if word.form.endswith("ات") else "Sing",
    }


def _find_case(tree: Tree, word: Word) -> str:
    head = tree.get_head(word)
    if tree.find_child(word, "case") is not None:
        return "Gen"
    if get_universal(word.deprel) in {"root", "nsubj", "conj", "appos"}:
        return "Nom"
    determiner = tree.find_child(word, "det")
    start = determiner.id if determiner is not None and determiner.id < word.id else word.id
    is_idafa = word.deprel == "nmod" and head is not None and head.id == start - 1 and not has_article(head)
    return "Gen" if is_idafa else "Acc"
