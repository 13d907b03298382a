"""The labels of the tree's arcs alone, and the tagger's tags, with the scores that they were chosen by.

What Stanza's own methods would have returned comes back, with labels as `Choice`s: they carry the scores that
Stanza throws away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

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

from mudawwana.annotate.accelerate.products import multiply
from mudawwana.annotate.choices import Choice, Scores
from mudawwana.base.replaced import replaced


class MatmulBilinear(nn.Bilinear):  # type: ignore[misc]
    """`nn.Bilinear` by matrix products, for training: torch's own backward is ten times slower."""

    def forward(self, input1: torch.Tensor, input2: torch.Tensor) -> torch.Tensor:
        left = torch.matmul(input1.reshape(-1, self.in1_features), self.weight)  # output x item x in2
        scores = torch.einsum("onj,nj->no", left, input2.reshape(-1, self.in2_features))
        if self.bias is not None:
            scores = scores + self.bias
        return scores.reshape(*input1.shape[:-1], self.out_features)


class FactoredBilinear(PairwiseBilinear):  # type: ignore[misc]
    """`PairwiseBilinear` that puts the products off, until it is known which pairs matter."""

    def forward(self, input1: torch.Tensor, input2: torch.Tensor) -> "ArcScores":
        return ArcScores(input1, input2, self._get_matrix(), self.bias)

    def _get_matrix(self) -> torch.Tensor:
        if not hasattr(self, "matrix"):
            self.matrix = self.weight.transpose(1, 2).flatten(0, 1).contiguous()
        return self.matrix


_ROWS = 256
"""So many words' products of 161 x labels each stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class ArcScores:
    """The label scores of a batch's arcs, as factors. Dependents and heads count from 0, the root's place."""

    dependents: torch.Tensor
    """sentence x dependent x hidden"""
    heads: torch.Tensor
    """sentence x head x hidden"""
    weight: torch.Tensor
    """(hidden of the dependent x label) x hidden of the head"""
    bias: torch.Tensor

    def score_arcs(self, sentences: np.ndarray, dependents: np.ndarray, heads: np.ndarray) -> np.ndarray:
        """Log-probabilities, arc x label, of the arcs from these heads to these dependents."""
        size = self.heads.size(1)
        arcs = torch.from_numpy(sentences * size + np.stack([dependents, heads])).to(self.heads.device)
        scores = torch.cat([self._score(*part) for part in arcs.split(_ROWS, 1)])
        log_probs: np.ndarray = functional.log_softmax(scores, 1).cpu().numpy()
        return log_probs

    def score_dependent(self, sentence: int, dependent: int) -> np.ndarray:
        """Log-probabilities, head x label, for every head that one dependent may have."""
        heads = np.arange(self.heads.size(1))
        return self.score_arcs(np.full_like(heads, sentence), np.full_like(heads, dependent), heads)

    def _score(self, dependents: torch.Tensor, heads: torch.Tensor) -> torch.Tensor:
        """Arc x label; dependents and heads are places in the batch. Half of the words are no word's head."""
        distinct, places = heads.unique(return_inverse=True)
        rows = self.dependents.flatten(0, 1)[dependents]
        products = multiply(self.heads.flatten(0, 1)[distinct], self.weight).view(len(distinct), rows.size(1), -1)
        return torch.bmm(rows.unsqueeze(1), products[places]).squeeze(1) + self.bias


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

    decode_trees: Callable[[np.ndarray, Sequence[int]], list[np.ndarray]]
    """From scores, sentence x dependent x head, and the sentences' lengths to the head of each word."""

    def predict(self, *batch: object, resolve_head_constraints: bool = False) -> list[list[tuple[int, Choice]]]:
        """(head, relation) by word, by sentence, in the batch's order; without its root."""
        lengths: Sequence[int] = batch[-3]  # type: ignore[assignment]  # `sentlens` in Stanza's call, roots counted
        unlabelled, arcs, *_ = self.forward_scores(*batch)
        return self.choose(unlabelled, arcs, lengths, resolve_head_constraints=resolve_head_constraints)

    def choose(
        self, unlabelled: torch.Tensor, arcs: ArcScores, lengths: Sequence[int], *, resolve_head_constraints: bool
    ) -> list[list[tuple[int, Choice]]]:
        """What `predict` gives, from the scores of the arcs, with their labels and without."""
        places = torch.arange(unlabelled.shape[1], device=unlabelled.device)
        # What is behind a sentence's end is no head (Stanza lets it take part of the probability).
        is_behind = places >= torch.as_tensor(np.asarray(lengths), device=unlabelled.device)[:, None]
        unlabelled = unlabelled.masked_fill(is_behind[:, None, :], -torch.inf)
        scores = functional.log_softmax(unlabelled, 2).cpu().numpy()
        trees = self.decode_trees(scores, lengths)
        sentences = np.repeat(np.arange(len(trees)), [len(tree) for tree in trees])
        dependents = np.concatenate([np.arange(len(tree)) for tree in trees])
        # Stanza's decoder leaves the root's own head undefined.
        heads = np.where(dependents > 0, np.concatenate(trees), 0)
        labelled = np.split(arcs.score_arcs(sentences, dependents, heads), np.flatnonzero(dependents == 0)[1:])
        vocab = self.vocab["deprel"]
        labels = tuple(vocab.unmap(range(VOCAB_PREFIX_SIZE, VOCAB_PREFIX_SIZE + self.num_relations)))
        predicted = []
        for i, tree in enumerate(trees):
            rows: Sequence[np.ndarray] = list(labelled[i][1:])
            ids = labelled[i][1:].argmax(1)
            if resolve_head_constraints:
                view = _SentenceArcs(arcs, i, tree, labelled[i])
                # The repair of stanza 1.15 decodes again, by the function that its module imported.
                with replaced(head_constraints, "chuliu_edmonds_one_root", self._decode_tree):
                    tree, ids = head_constraints.resolve_head_constraint_violations(
                        scores[i][: len(tree), : len(tree)], view, tree, vocab
                    )
                rows = [view[j, tree[j]] for j in range(1, len(tree))]
            chosen = tree[1:].tolist()
            head_probs = np.exp(scores[i, np.arange(1, len(tree)), chosen]).tolist()
            predicted.append(
                [
                    (head, Choice.make(labels[label], Scores(labels, row, prob)))
                    for head, label, row, prob in zip(chosen, list(ids), rows, head_probs, strict=True)
                ]
            )
        return predicted

    def _decode_tree(self, scores: np.ndarray) -> np.ndarray:
        [tree] = self.decode_trees(scores[None], [len(scores)])
        return tree


def decode_trees_as_stanza(scores: np.ndarray, lengths: Sequence[int]) -> list[np.ndarray]:
    """The heads of each sentence's words, by Stanza's own function."""
    return [chuliu_edmonds_one_root(rows[:size, :size]) for rows, size in zip(scores, lengths, strict=True)]


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
