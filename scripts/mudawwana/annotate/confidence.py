"""How sure the models were of each word, in its MISC: `DeprelProb=0.954`, `FeatsProb`, `HeadProb`, `UposProb`.

UposProb, HeadProb and DeprelProb are softmax probabilities (0-1) that Stanza's model itself computes and then
throws away; three decimals, so that the last bits of a processor's arithmetic do not show. UposProb and DeprelProb
belong to the label that stands in the word's line: after a repair to the label that the repair chose. FeatsProb is
that of the word's reading, its tag and features together, given the parser's tree (agreement.py). DeprelProb is
given the parser's head, and HeadProb is that of the head that the parser chose; where a repair has moved it,
`Repaired=head:` names that one.
These are no calibrated chances of being right.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest

from mudawwana.annotate.agreement import Decision
from mudawwana.annotate.choices import Choice
from mudawwana.base.misc import DEPREL_PROB, FEATS_PROB, HEAD_PROB, UPOS_PROB, add_misc
from mudawwana.base.records import Word


def record_confidence(
    before: Iterable[Word], after: Iterable[Word], decisions: Iterable[Decision] | None = None
) -> Iterator[Word]:
    """The words after their repairs with their probabilities; `before` are the same words as the models gave them.

    A word whose labels are bare strings (Stanza's own modules tell no scores) stays as it is.
    """
    for said, word, decision in zip_longest(before, after, decisions or ()):
        items = [f"{key}={value:.3f}" for key, value in _iter_probabilities(said, word, decision)]
        yield replace(word, misc=add_misc(word.misc, items)) if items else word


def _iter_probabilities(said: Word, word: Word, decision: Decision | None) -> Iterator[tuple[str, float]]:
    if decision:
        yield FEATS_PROB, decision.prob
    if isinstance(said.upos, Choice):
        yield UPOS_PROB, _get_prob(said.upos, word.upos)
    if isinstance(said.deprel, Choice):
        if said.deprel.scores.head_prob is not None:
            yield HEAD_PROB, said.deprel.scores.head_prob
        yield DEPREL_PROB, _get_prob(said.deprel, word.deprel)


def _get_prob(said: Choice, label: str) -> float:
    """What the model that said one label gave to another; 0 where it does not know it."""
    labels = said.scores.labels
    return math.exp(said.scores.log_probs[labels.index(label)]) if label in labels else 0.0
