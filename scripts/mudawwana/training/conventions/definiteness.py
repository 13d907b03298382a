"""Definite of nouns and adjectives in idafa.

UD: Cons is the state of a noun that has neither article nor tanwin because a genitive follows; Com is "improper
annexation", an adjective with article before a genitive (https://universaldependencies.org/u/feat/Definite.html).
UD_Arabic-PADT has Cons before a pronoun, too, as in دورنا "our role" (ar_padt-dep-cop.html), and for adjectives
(أكبر، أهم; ar_padt-feat-Definite.html: 34,532 nouns, 1,404 adjectives; Com 40). UD_Arabic-PUD gives the
definiteness of the whole phrase.
"""

from mudawwana.arabic.script import drop_marks
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import Tree, get_feat, has_article

_TANWIN = frozenset("\u064b\u064c\u064d")
_LONG_ENDINGS = ("ون", "ين", "ان")
"""Of dual and sound masculine plural; in idafa they lose their ن."""
_GENITIVES = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET", "X"})
_QUOTES = frozenset("\"«»“”`'")


def convert_definiteness(tree: Tree) -> None:
    for word in tree:
        if get_feat(word, "Definite") is None or word.upos not in {"NOUN", "PROPN", "ADJ"}:
            continue
        if is_construct(tree, word):
            tree.set_feats(word, "construct-state", Definite="Com" if has_article(word) else "Cons")
        elif word.upos == "NOUN" and get_feat(word, "Definite") == "Def" and not has_article(word):
            _convert_without_article(tree, word)


def _convert_without_article(tree: Tree, word: Word) -> None:
    """indefinite-noun, article-behind-l: للغة is ل + اللغة, where the noun is definite and begins with ل.

    Elsewhere a noun without article and genitive is indefinite. Source for the forms: GUIDELINES S4.
    """
    preposition = tree.get_host(word)
    if preposition is not None and preposition.form == "ل" and word.form.startswith("ل"):
        tree.set(word, "article-behind-l", form="ا" + word.form)
    else:
        tree.set_feats(word, "indefinite-noun", Definite="Ind")


def is_construct(tree: Tree, word: Word) -> bool:
    """Whether the word governs a genitive or a pronoun as the first part of an idafa."""
    following = tree.get_next(word)
    if following is None or _TANWIN & set(word.form) or _is_absolute(word):
        return False
    if following.upos == "PRON" and tree.get_host(following) is not None:
        return not has_article(word)
    if has_article(word) and word.upos != "ADJ":
        return False
    if not has_article(word) and (
        _is_shortened(word) or _is_before_clause(tree, word, following) or _is_before_title(tree, word, following)
    ):
        return True
    return any(_is_genitive(tree, word, child) for child in _get_governed(tree, word))


def _is_absolute(word: Word) -> bool:
    ending = drop_marks(word.form).endswith(_LONG_ENDINGS)
    number = get_feat(word, "Number")
    return (number == "Dual" and ending) or (number == "Plur" and _is_sound_plural(word) and ending)


def _is_shortened(word: Word) -> bool:
    """Whether a dual or sound masculine plural shows by its missing ن that it is in idafa."""
    form, number = drop_marks(word.form), get_feat(word, "Number")
    if word.upos != "NOUN" or form[-1] not in "ايو":
        return False
    return number == "Dual" or (number == "Plur" and form[:-1] == drop_marks(word.lemma))


def _is_before_clause(tree: Tree, word: Word, following: Word) -> bool:
    """Whether أن or ما إذا right behind the noun opens a clause on it, or the noun is a part of a preposition."""
    if word.upos != "NOUN":
        return False
    if word.deprel == "fixed":
        return following.upos in {"NOUN", "PROPN", "DET", "PRON", "NUM"}
    clause = tree.get_head(following)
    is_mark = following.deprel == "mark" and following.upos != "ADP" and clause is not None
    return is_mark and clause is not None and clause.head == str(word.id)


def _is_before_title(tree: Tree, word: Word, following: Word) -> bool:
    """Whether a title in quotation marks follows, which may be any phrase: ألبوم "فوق رأس" (an album's name)."""
    title = tree.get_head(following)
    if word.upos != "NOUN" or following.form not in _QUOTES or title is None:
        return False
    return title.head == str(word.id) and title.deprel in {"nmod", "appos"} and title.id > word.id


def _is_sound_plural(word: Word) -> bool:
    """Whether the plural is the singular with an ending; of قوانين "laws" the ن is a letter of the stem."""
    stem = drop_marks(word.form).removeprefix("ال")[:-2]
    return drop_marks(word.lemma).rstrip("ةي") in {stem, stem + "ي"}


def _get_governed(tree: Tree, word: Word) -> list[Word]:
    """What may be its genitive; where و joins two nouns before one genitive, that hangs on the first."""
    relations = {"nmod", "obj", "nsubj"} if word.upos != "ADJ" else {"nmod", "obl"}
    governed = [child for child in tree.get_children(word) if child.id > word.id and child.deprel in relations]
    if word.deprel == "conj" and (first := tree.get_head(word)) is not None:
        governed += [
            child for child in tree.get_children(first) if child.id == word.id + 1 and child.deprel == "nmod"
        ]
    return governed


def _is_genitive(tree: Tree, word: Word, child: Word) -> bool:
    if child.upos not in _GENITIVES or tree.find_child(child, "case", "mark") is not None:
        return False
    is_name = child.upos == "PROPN" and get_feat(child, "Case") is None and child.id == word.id + 1
    if child.deprel in {"obj", "nsubj"} and get_feat(child, "Case") != "Gen" and not is_name:
        return False
    if get_feat(child, "Case") in {"Nom", "Acc"}:
        return False
    if word.upos == "ADJ" and get_feat(child, "Case") != "Gen":
        return False
    return all(_may_stand_between(tree, word, child, between) for between in tree.words[word.id : child.id - 1])


def _may_stand_between(tree: Tree, word: Word, child: Word, between: Word) -> bool:
    """Only what belongs to the genitive stands inside an idafa, quotation marks, or a second noun before it."""
    if between.upos == "PUNCT":
        return between.form in _QUOTES
    if between.head == str(child.id):
        return between.deprel in {"det", "nummod", "advmod"}
    return between.deprel in {"cc", "conj"} and tree.is_below(between, word)


def complete_numbers(tree: Tree) -> None:
    """whole-noun: a noun that has all but Number is singular: those without are verbal nouns (رفض "refusal").

    Source: https://universaldependencies.org/u/feat/Number.html
    """
    for word in tree:
        is_whole = all(get_feat(word, name) for name in ("Case", "Definite", "Gender"))
        if word.upos == "NOUN" and is_whole and not get_feat(word, "Number"):
            tree.set_feats(word, "whole-noun", Number="Sing")
