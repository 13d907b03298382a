"""A label that a model chose, with what it thought of the others."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Scores:
    """What one decision was made by; the words of a sentence share the labels."""

    labels: tuple[str, ...]
    log_probs: "np.ndarray"
    """float32, one a label, of a softmax over all of them."""
    head_prob: float | None = None
    """The probability (0-1) of the head whose arc is labelled; None for a tag."""


class Choice(str):
    """A label, a string like any other, that carries its `scores`.

    Stanza sorts sentences into batches, joins documents and parts them again, and hands labels on as they are:
    what travels with the label arrives with its word.
    """

    scores: Scores
    said: object = None
    """The word as the models had it, where the tag was settled before the parser saw it (settle.py)."""

    @classmethod
    def make(cls, label: str, scores: Scores) -> Self:
        choice = cls(label)
        choice.scores = scores
        return choice


class FeatureChoice(str):
    """A FEATS column, a string like any other, that carries what the tagger thought of each feature's values."""

    places: Mapping[str, Mapping[str, int]]
    """Feature -> value ("" for none) -> its place in `log_probs`; the words of a sentence share it."""
    log_probs: "np.ndarray"
    """Of one softmax a feature, side by side, given the tag that the tagger chose."""

    @classmethod
    def make(cls, feats: str, places: Mapping[str, Mapping[str, int]], log_probs: "np.ndarray") -> Self:
        choice = cls(feats)
        choice.places, choice.log_probs = places, log_probs
        return choice

    def get_log_prob(self, name: str, value: str) -> float:
        """Of a value of a feature, or of its absence (""); `NEVER` for what the tagger does not know."""
        place = self.places.get(name, {}).get(value)
        return NEVER if place is None else float(self.log_probs[place])


NEVER = -10.0
"""The log-probability of what a model has no label for."""


def get_prob(label: str) -> float:
    """The probability (0-1) that its model gave the label; of a relation: given the head. 1 for a bare string."""
    if not isinstance(label, Choice):
        return 1.0
    return math.exp(label.scores.log_probs[label.scores.labels.index(label)])


def choose_best(label: str, is_accepted: Callable[[str], bool]) -> str | None:
    """The accepted label that the model prefers, with the same scores; None where there is none, or no scores.

    >>> choose_best("det", {"nmod", "amod"}.__contains__) is None  # a bare string: nobody knows the second choice
    True
    """
    if not isinstance(label, Choice):
        return None
    scores = label.scores
    for index in (-scores.log_probs).argsort(kind="stable"):
        if is_accepted(scores.labels[index]):
            return Choice.make(scores.labels[index], scores)
    return None
