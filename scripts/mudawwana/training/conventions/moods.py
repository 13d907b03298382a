"""Mood and Tense of an imperfect by the particle that governs it, and where a verb has no mood, by its form.

Sources: https://universaldependencies.org/u/feat/Mood.html, https://universaldependencies.org/u/feat/Tense.html;
GUIDELINES F5.
"""

from mudawwana.arabic.script import drop_marks
from mudawwana.base.records import Word
from mudawwana.training.conventions.tree import Tree, get_feat

_MOODS: dict[str, dict[str, str | None]] = {
    "لن": {"Mood": "Sub", "Tense": "Fut"},
    "لم": {"Mood": "Jus", "Tense": "Past"},
    "س": {"Mood": "Ind", "Tense": "Fut"},
    "سوف": {"Mood": "Ind", "Tense": "Fut"},
    "أن": {"Mood": "Sub", "Tense": "Pres"},
    "كي": {"Mood": "Sub", "Tense": "Pres"},
}
_BEFORE_IMPERFECT = frozenset({"لن", "لم", "س", "سوف"})
_TAGS = frozenset({"PART", "AUX", "SCONJ", "ADP"})


def convert_moods(tree: Tree) -> None:
    for word in tree:
        particle = tree.get_previous(word)
        if particle is not None and particle.form == "لا":
            particle = tree.get_previous(particle)
        if word.upos in {"VERB", "AUX"} and word.lemma != "لَيس" and particle is not None:
            _convert_aspect(tree, word, particle)
            _convert_mood(tree, tree.get(word.id), particle)
        if word.upos in {"VERB", "AUX"}:
            _complete_mood(tree, tree.get(word.id))


def _convert_aspect(tree: Tree, word: Word, particle: Word) -> None:
    """Behind لن, لم, سـ and سوف stands an imperfect only."""
    if (
        particle.upos in {"PART", "AUX"}
        and particle.form in _BEFORE_IMPERFECT
        and get_feat(word, "Aspect") == "Perf"
    ):
        tree.set_feats(word, "mood-of-particle", Aspect="Imp")


def _convert_mood(tree: Tree, word: Word, particle: Word) -> None:
    if get_feat(word, "Aspect") != "Imp":
        return
    form = drop_marks(particle.form)
    if particle.upos in _TAGS and form in _MOODS:
        tree.set_feats(word, "mood-of-particle", **_MOODS[form])
    elif form == "ل" and particle.deprel == "mark" and particle.upos in {"ADP", "SCONJ"}:
        tree.set_feats(word, "mood-of-particle", Mood="Sub", Tense="Pres")


def _complete_mood(tree: Tree, word: Word) -> None:
    """whole-mood: an imperative has Aspect and Voice, an imperfect that nothing governs is indicative.

    Source: GUIDELINES F5
    """
    aspect, mood = get_feat(word, "Aspect"), get_feat(word, "Mood")
    if mood == "Imp" and aspect is None:
        tree.set_feats(word, "whole-mood", Aspect="Imp", Voice="Act")
    elif aspect == "Imp" and mood is None:
        tree.set_feats(word, "whole-mood", Mood="Ind")
