"""Stanza's trainers with the same losses and gradients for less arithmetic (two thirds of the time goes)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from stanza.models.common.biaffine import BiaffineScorer, PairwiseBiaffineScorer
from stanza.models.depparse.model import GraphParser

from mudawwana.annotate.accelerate import MatmulBilinear
from mudawwana.base.replaced import replaced

_HEAD = 9
"""The place of the gold heads among the arguments of `GraphParser.forward`."""


@contextmanager
def faster_training() -> Iterator[None]:
    """While it lasts, Stanza's tagger scores by matrix products and its parser labels the gold arcs alone."""
    # `main` of stanza 1.15 (`models/tagger.py`, `models/parser.py`) makes its model itself: the tagger's scores by
    # `BiaffineScorer.forward`, the parser's labels all pairs of words in `GraphParser.forward`.
    with replaced(BiaffineScorer, "forward", _score), replaced(GraphParser, "forward", _forward):
        yield


def _score(self: Any, input1: torch.Tensor, input2: torch.Tensor) -> torch.Tensor:
    return MatmulBilinear.forward(self.W_bilin, _append_one(input1), _append_one(input2))


_stock_forward = GraphParser.forward


def _forward(self: Any, *args: Any) -> Any:
    if not self.training:
        return _stock_forward(self, *args)
    heads = args[_HEAD]

    def score_gold_arcs(scorer: Any, input1: torch.Tensor, input2: torch.Tensor) -> torch.Tensor:
        return _score_gold_arcs(scorer, input1, input2, heads)

    # The parser's other scorers are of the same class and need all pairs.
    stock_class = type(self.deprel.scorer)
    self.deprel.scorer.__class__ = type("GoldArcsScorer", (PairwiseBiaffineScorer,), {"forward": score_gold_arcs})
    try:
        return _stock_forward(self, *args)
    finally:
        self.deprel.scorer.__class__ = stock_class


def _score_gold_arcs(scorer: Any, input1: torch.Tensor, input2: torch.Tensor, heads: torch.Tensor) -> torch.Tensor:
    """Sentence x dependent x head x label, as Stanza's loss expects it; for every head the gold one's scores."""
    dependents, candidates = _append_one(input1), _append_one(input2)
    # Dependent 0 is the root, whose row the loss leaves out.
    heads = torch.cat([heads.new_zeros(heads.shape[0], 1), heads], 1)
    chosen = torch.gather(candidates, 1, heads.unsqueeze(2).expand(-1, -1, candidates.shape[2]))
    bilinear = scorer.W_bilin
    left = torch.einsum("NLI,IJO->NLJO", dependents, bilinear.weight)
    scores = torch.einsum("NLJO,NLJ->NLO", left, chosen) + bilinear.bias
    return scores.unsqueeze(2).expand(-1, -1, candidates.shape[1], -1)


def _append_one(values: torch.Tensor) -> torch.Tensor:
    return torch.cat([values, values.new_ones(*values.shape[:-1], 1)], values.dim() - 1)
