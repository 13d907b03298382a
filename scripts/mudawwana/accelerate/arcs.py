"""The labels of the tree's arcs alone, and the tagger's tags, with the scores that they were chosen by.

What Stanza's own methods would have returned comes back, with labels as `Choice`s: they carry the scores that
Stanza throws away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from stanza.models.common.biaffine import PairwiseBilinear
from stanza.models.common.chuliu_edmonds import chuliu_edmonds_one_root
from stanza.models.common.utils import unsort as unsort_batch
from stanza.models.common.vocab import VOCAB_PREFIX_SIZE
from stanza.models.depparse import head_constraints
from stanza.models.depparse.model import GraphParser
from stanza.models.pos.trainer import Trainer as TaggerTrainer
from torch import nn
from torch.nn import functional

from mudawwana.choices import Choice, Scores


class MatmulBilinear(nn.Bilinear):  # type: ignore[misc]
    """`nn.Bilinear` by matrix products, for training: torch's own backward is ten times slower."""

    def forward(self, input1: torch.Tensor, input2: torch.Tensor) -> torch.Tensor:
        left = torch.matmul(input1.reshape(-1, self.in1_features), self.weight)  # output x item x in2
        scores = torch.einsum("onj,nj->no", left, input2.reshape(-1, self.in2_features))
        if self.bias is not None:
            scores = scores + self.bias
        return scores.reshape(*input1.shape[:-1], self.out_features)


class FactoredBilinear(PairwiseBilinear):  # type: ignore[misc]
    """`PairwiseBilinear` that puts the second product off, until it is known which pairs matter."""

    def forward(self, input1: torch.Tensor, input2: torch.Tensor) -> "ArcScores":
        return ArcScores(torch.einsum("NLI,IJO->NLJO", input1, self.weight), input2, self.bias)


@dataclass(frozen=True, slots=True)
class ArcScores:
    """The label scores of a batch's arcs, as factors. Dependents and heads count from 0, the root's place."""

    dependents: torch.Tensor
    """sentence x dependent x hidden x label"""
    heads: torch.Tensor
    """sentence x head x hidden"""
    bias: torch.Tensor

    def score_tree(self, trees: torch.Tensor) -> np.ndarray:
        """Log-probabilities, sentence x dependent x label, for the head that `trees` has for each dependent."""
        chosen = torch.gather(self.heads, 1, trees.unsqueeze(2).expand(-1, -1, self.heads.size(2)))
        scores = torch.einsum("NLJO,NLJ->NLO", self.dependents, chosen) + self.bias
        log_probs: np.ndarray = functional.log_softmax(scores, 2).cpu().numpy()
        return log_probs

    def score_dependent(self, sentence: int, dependent: int) -> np.ndarray:
        """Log-probabilities, head x label, for every head that one dependent may have."""
        scores = self.heads[sentence] @ self.dependents[sentence, dependent] + self.bias
        log_probs: np.ndarray = functional.log_softmax(scores, 1).cpu().numpy()
        return log_probs


@dataclass(frozen=True, slots=True)
class _SentenceArcs:
    """What Stanza's head constraints read as an array, dependent x head x label: computed where they look."""

    arcs: ArcScores
    sentence: int
    tree: np.ndarray
    in_tree: np.ndarray
    """dependent x label, for the heads in `tree`."""
    others: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.tree), len(self.tree), self.in_tree.shape[1]

    def __getitem__(self, place: tuple[int, ...]) -> Any:
        dependent, head, *label = place
        if head == self.tree[dependent]:
            return self.in_tree[dependent][*label]
        if dependent not in self.others:
            self.others[dependent] = self.arcs.score_dependent(self.sentence, dependent)
        return self.others[dependent][head, *label]


class ChosenArcsParser(GraphParser):  # type: ignore[misc]
    """Labels the arcs of the tree alone, not all n x n; relations are `Choice`s."""

    decode_tree: Callable[[np.ndarray], np.ndarray] = staticmethod(chuliu_edmonds_one_root)
    """From scores, dependent x head, to the head of each word."""

    def predict(self, *batch: object, resolve_head_constraints: bool = False) -> list[list[tuple[int, Choice]]]:
        """(head, relation) by word, by sentence, in the batch's order; without its root."""
        lengths: Sequence[int] = batch[-3]  # type: ignore[assignment]  # `sentlens` in Stanza's call, roots counted
        unlabelled, arcs, *_ = self.forward_scores(*batch)
        scores = functional.log_softmax(unlabelled, 2).cpu().numpy()
        trees = [self.decode_tree(scores[i][:length, :length]) for i, length in enumerate(lengths)]
        padded = torch.zeros(unlabelled.shape[:2], dtype=torch.long, device=unlabelled.device)
        for i, tree in enumerate(trees):
            # Stanza's decoder leaves the root's own head undefined.
            padded[i, 1 : len(tree)] = torch.from_numpy(tree[1:])
        labelled = arcs.score_tree(padded)
        vocab = self.vocab["deprel"]
        labels = tuple(vocab.unmap(range(VOCAB_PREFIX_SIZE, VOCAB_PREFIX_SIZE + self.num_relations)))
        predicted = []
        for i, tree in enumerate(trees):
            view = _SentenceArcs(arcs, i, tree, labelled[i])
            ids = labelled[i, 1 : len(tree)].argmax(1)
            if resolve_head_constraints:
                # Stanza's repair decodes again, by the function that its module knows.
                with patch.object(head_constraints, "chuliu_edmonds_one_root", self.decode_tree):
                    tree, ids = head_constraints.resolve_head_constraint_violations(
                        scores[i][: len(tree), : len(tree)], view, tree, vocab
                    )
            head_probs = np.exp(scores[i, np.arange(len(tree)), tree])
            choices = [
                Choice.make(labels[label], Scores(labels, view[j, tree[j]].copy(), float(head_probs[j])))
                for j, label in enumerate(ids, start=1)
            ]
            predicted.append(list(zip(tree[1:], choices, strict=True)))
        return predicted


class ScoringTaggerTrainer(TaggerTrainer):  # type: ignore[misc]
    """Gives each UPOS tag as a `Choice`."""

    def predict(self, batch: Any, unsort: bool = True) -> list[list[list[str]]]:
        """Stanza's columns by word, by sentence; UPOS is the first."""
        kept: list[torch.Tensor] = []
        hook = self.model.upos_clf.register_forward_hook(lambda module, inputs, output: kept.append(output))
        predicted: list[list[list[str]]] = super().predict(batch, unsort=False)
        hook.remove()
        log_probs = functional.log_softmax(kept[0], 1).cpu().numpy()
        vocab = self.vocab["upos"]
        labels = tuple(vocab.unmap(range(len(vocab))))
        rows = iter(log_probs)
        # The classifier sees the batch packed: all first words, then all second words ...
        for position in range(max(map(len, predicted))):
            for sentence in predicted:
                if position < len(sentence):
                    sentence[position][0] = Choice.make(sentence[position][0], Scores(labels, next(rows)))
        return unsort_batch(predicted, batch.orig_idx) if unsort else predicted
