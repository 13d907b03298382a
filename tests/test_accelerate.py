from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
import stanza
import torch
from stanza.models.common.biaffine import PairwiseBilinear
from torch import nn
from torch.nn import functional

from conftest import ARTICLE
from mudawwana.accelerate import FactoredBilinear, MatmulBilinear
from mudawwana.arabic import normalise
from mudawwana.choices import Choice, choose_best, get_prob
from mudawwana.models import Models, load_models
from mudawwana.settings import EMBEDDED

PARAGRAPHS = [normalise(line).text for line in ARTICLE.splitlines() if line.strip()]
# Longer than what Stanza puts into a batch with others: parsed by itself, and put back into its place.
TEXTS = [*PARAGRAPHS, " و".join(["زار الوزير المدينة"] * 60), "قال إن الطلاب الطلاب كتبوا الدرس الدرس."]


@pytest.fixture(scope="module")
def stock() -> Models:
    return load_models(EMBEDDED, stock=True)


@contextmanager
def resolve_head_constraints(models: Models, value: bool) -> Iterator[None]:
    config = models.pipeline.processors["depparse"].config
    before = config["resolve_head_constraints"]
    config["resolve_head_constraints"] = value
    yield
    config["resolve_head_constraints"] = before


def annotate(models: Models, texts: list[str]) -> list[Any]:
    """Stanza's words."""
    documents = models.pipeline.bulk_process([stanza.Document([], text=text) for text in texts])
    return [word for document in documents for sentence in document.sentences for word in sentence.words]


@pytest.mark.parametrize("is_resolved", [False, True])
def test_the_output_is_stanza_s(models: Models, stock: Models, is_resolved: bool) -> None:
    with resolve_head_constraints(models, is_resolved), resolve_head_constraints(stock, is_resolved):
        ours, theirs = annotate(models, TEXTS), annotate(stock, TEXTS)
    assert [word.to_dict() for word in ours] == [word.to_dict() for word in theirs]
    assert all(isinstance(word.deprel, Choice) and isinstance(word.upos, Choice) for word in ours)
    assert not any(isinstance(word.deprel, Choice) or isinstance(word.upos, Choice) for word in theirs)


def test_a_relation_carries_the_scores_of_its_arc(models: Models, stock: Models) -> None:
    """Against the whole n x n x labels that Stanza computes."""
    [text] = [paragraph for paragraph in PARAGRAPHS if "شركة" in paragraph]
    words = annotate(models, [text])
    computed: list[list[np.ndarray]] = []
    hook = stock.pipeline.processors["depparse"].trainer.model.register_forward_hook(
        lambda module, inputs, output: computed.append(output[1])
    )
    annotate(stock, [text])
    hook.remove()
    [(head_scores, _, label_scores)] = computed
    for word in words:
        expected = label_scores[0, word.id, word.head]
        np.testing.assert_allclose(word.deprel.scores.log_probs, expected, atol=1e-4)
        assert word.deprel.scores.head_prob == pytest.approx(np.exp(head_scores[0, word.id, word.head]), abs=1e-4)
        assert get_prob(word.deprel) == pytest.approx(np.exp(expected.max()), abs=1e-4)


def test_a_tag_carries_its_own_word_s_scores(models: Models) -> None:
    for word in annotate(models, TEXTS):
        assert np.exp(word.upos.scores.log_probs).sum() == pytest.approx(1, abs=1e-4)
        # The chosen tag is the best of its own row, and of no other's.
        assert choose_best(word.upos, lambda tag: True) == word.upos


@pytest.mark.parametrize(("hidden", "labels"), [(1, 1), (7, 12), (33, 40)])
def test_chosen_arcs_score_as_among_all(hidden: int, labels: int) -> None:
    torch.manual_seed(0)
    stock = PairwiseBilinear(hidden, hidden, labels).requires_grad_(False)
    nn.init.normal_(stock.weight)
    nn.init.normal_(stock.bias)
    dependents, heads = torch.randn(3, 6, hidden), torch.randn(3, 6, hidden)
    expected = functional.log_softmax(stock(dependents, heads), 3).numpy()
    stock.__class__ = FactoredBilinear
    arcs = stock(dependents, heads)
    trees = torch.tensor([[0, 2, 0, 1, 1, 4], [0, 0, 1, 2, 3, 4], [0, 5, 5, 5, 5, 0]])
    rows = np.take_along_axis(expected, trees.numpy()[:, :, None, None], 2)[:, :, 0]
    np.testing.assert_allclose(arcs.score_tree(trees), rows, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(arcs.score_dependent(1, 3), expected[1, 3], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("bias", [True, False])
def test_the_matrix_product_and_its_gradients_are_the_bilinear_ones(bias: bool) -> None:
    torch.manual_seed(0)
    stock = nn.Bilinear(11, 5, 7, bias=bias)
    ours = MatmulBilinear(11, 5, 7, bias=bias)
    ours.load_state_dict(stock.state_dict())
    left, right = torch.randn(2, 9, 11), torch.randn(2, 9, 5)
    torch.testing.assert_close(ours(left, right), stock(left, right))
    for module in (ours, stock):
        module(left, right).square().sum().backward()
    for mine, theirs in zip(ours.parameters(), stock.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad)
