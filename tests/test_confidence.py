"""The probabilities in MISC: those of the labels that stand."""

from dataclasses import replace

import numpy as np

from mudawwana.annotate.choices import Choice, Scores
from mudawwana.annotate.confidence import record_confidence
from mudawwana.base.misc import get_misc
from mudawwana.base.records import Word

WORD = Word(1, "قال", "قَال", "VERB", "_", "_", "0", "root", "_", "start_char=0|end_char=3")


def choose(head_prob: float | None = None, **probs: float) -> Choice:
    """The first label, by a model that found each as probable as it says."""
    return Choice.make(next(iter(probs)), Scores(tuple(probs), np.log(np.array([*probs.values()])), head_prob))


def record(said: Word, word: Word) -> str:
    [recorded] = record_confidence([said], [word])
    return recorded.misc


def test_what_the_models_said() -> None:
    said = replace(WORD, upos=choose(VERB=0.98765, NOUN=0.01235), deprel=choose(0.4, root=0.7, obj=0.3))
    assert record(said, said) == "DeprelProb=0.700|end_char=3|HeadProb=0.400|start_char=0|UposProb=0.988"
    assert record(replace(said, misc="_"), replace(said, misc="_")).startswith("DeprelProb=")


def test_a_repaired_label_has_its_own_probability() -> None:
    said = replace(WORD, upos=choose(AUX=0.9, PART=0.1), deprel=choose(0.4, aux=0.75, advmod=0.25))
    repaired = replace(WORD, upos="PART", deprel="advmod")
    assert record(said, repaired) == "DeprelProb=0.250|end_char=3|HeadProb=0.400|start_char=0|UposProb=0.100"


def test_a_label_that_the_model_does_not_know_has_none() -> None:
    said = replace(WORD, upos=choose(VERB=1.0), deprel=choose(0.4, aux=1.0))
    assert get_misc(record(said, replace(said, deprel="dep")), "DeprelProb") == "0.000"


def test_bare_strings_say_nothing() -> None:
    assert record(WORD, WORD) == WORD.misc
