from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import stanza
import torch
from stanza.models.common.biaffine import BiaffineScorer, PairwiseBilinear
from stanza.models.common.char_model import CharacterLanguageModel, CharacterModel
from stanza.models.common.chuliu_edmonds import chuliu_edmonds_one_root
from stanza.models.common.hlstm import HighwayLSTM
from stanza.models.common.seq2seq_model import Seq2SeqModel
from stanza.models.common.vocab import CharVocab
from torch import nn
from torch.nn import functional

from conftest import ARTICLE
from mudawwana.annotate.accelerate import (
    OPTIONAL,
    SPEEDUPS,
    FactoredBilinear,
    MatmulBilinear,
    accelerate_pipeline,
    precision,
)
from mudawwana.annotate.accelerate.batches import iter_batches, number_types
from mudawwana.annotate.accelerate.cache import TypeCache
from mudawwana.annotate.accelerate.letters import TypeLetters, embed_letters
from mudawwana.annotate.accelerate.lstm import DenseHighwayLSTM, run_packed
from mudawwana.annotate.accelerate.products import multiply
from mudawwana.annotate.accelerate.search import BatchSearch
from mudawwana.annotate.accelerate.sentences import SentenceReader
from mudawwana.annotate.accelerate.tagger import TagScorers
from mudawwana.annotate.accelerate.trees import decode_tree, decode_trees
from mudawwana.annotate.choices import Choice, choose_best, get_prob
from mudawwana.annotate.models import Models, load_models
from mudawwana.arabic.script import normalise
from mudawwana.base.errors import ModelError
from mudawwana.seeds.settings import EMBEDDED

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
    return process(models.pipeline, texts)


def process(pipeline: stanza.Pipeline, texts: list[str]) -> list[Any]:
    documents = pipeline.bulk_process([stanza.Document([], text=text) for text in texts])
    return [word for document in documents for sentence in document.sentences for word in sentence.words]


@pytest.mark.parametrize("is_resolved", [False, True])
def test_the_output_is_stanza_s(models: Models, stock: Models, is_resolved: bool) -> None:
    with resolve_head_constraints(models, is_resolved), resolve_head_constraints(stock, is_resolved):
        ours, theirs = annotate(models, TEXTS), annotate(stock, TEXTS)
    assert [word.to_dict() for word in ours] == [word.to_dict() for word in theirs]
    assert all(isinstance(word.deprel, Choice) and isinstance(word.upos, Choice) for word in ours)
    assert not any(isinstance(word.deprel, Choice) or isinstance(word.upos, Choice) for word in theirs)


@pytest.mark.parametrize("speedup", SPEEDUPS)
def test_the_output_of_each_alone_is_stanza_s(stock: Models, speedup: str) -> None:
    pipeline = load_models(EMBEDDED, stock=True).pipeline
    accelerate_pipeline(pipeline, [speedup])
    texts = [*TEXTS, "وصل ĝ إلى قرية ﬖ ثم ﬗﬖ وكتبﬖ."]  # letters that no model was taught
    for _ in range(2):  # the second time from the caches, where there are some
        ours = process(pipeline, texts)
        assert [word.to_dict() for word in ours] == [word.to_dict() for word in annotate(stock, texts)]


def test_bfloat16_is_refused_where_the_processor_has_none(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)
    with pytest.raises(ModelError, match="cannot multiply it on this processor"):
        precision.lower_precision(models.pipeline.processors["depparse"].trainer.model)


@pytest.mark.skipif(not precision.has_bfloat16(), reason="oneDNN multiplies no bfloat16 on this processor")
def test_bfloat16_changes_few_words_and_is_off_by_default(models: Models, stock: Models) -> None:
    ours = load_models(EMBEDDED, stock=True).pipeline
    accelerate_pipeline(ours, [*SPEEDUPS, *OPTIONAL])
    kinds, usual = (
        {parameter.dtype for parameter in one.processors["depparse"].trainer.model.parserlstm.parameters()}
        for one in (ours, models.pipeline)
    )
    assert kinds == {torch.bfloat16}
    assert usual == {torch.float32}
    pairs = list(zip(process(ours, TEXTS), annotate(stock, TEXTS), strict=True))
    assert sum(one.to_dict() != other.to_dict() for one, other in pairs) <= 0.01 * len(pairs)


def test_stock_is_stanza_s_own_modules(stock: Models) -> None:
    modules = {type(module).__module__ for module in _iter_parts(stock.pipeline)}
    assert modules and not any(name.startswith("mudawwana") for name in modules)


def _iter_parts(pipeline: stanza.Pipeline) -> Iterator[object]:
    for processor in pipeline.processors.values():
        yield processor
        yield processor.trainer
        yield from processor.trainer.model.modules()


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
    sentences, words = np.indices(trees.shape).reshape(2, -1)
    found = arcs.score_arcs(sentences, words, trees.numpy().ravel())
    np.testing.assert_allclose(found.reshape(rows.shape), rows, rtol=1e-4, atol=1e-4)
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


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("root_bonus", [-9.0, -2.0, 0.0, 3.0])
def test_trees_are_those_of_stanza_s_decoder(seed: int, root_bonus: float) -> None:
    """Cheap roots and dear ones: no best head is the root's, or many are; cycles in cycles."""
    random = np.random.default_rng(seed)
    for length in [2, 2, 3, *random.integers(4, 40, size=60)]:
        scores = np.log(random.random((length, length)).astype(np.float32) ** random.integers(1, 6))
        scores[:, 0] += root_bonus
        np.fill_diagonal(scores, -np.inf)
        scores -= np.logaddexp.reduce(scores, 1, keepdims=True)
        before = scores.copy()
        np.testing.assert_array_equal(decode_tree(scores)[1:], chuliu_edmonds_one_root(scores)[1:])
        np.testing.assert_array_equal(scores, before)


def test_trees_side_by_side_are_those_of_each() -> None:
    random = np.random.default_rng(1)
    lengths = [2, *random.integers(2, 30, size=80)]
    scores = np.full((len(lengths), max(lengths), max(lengths)), -np.inf, dtype=np.float32)
    for rows, length in zip(scores, lengths, strict=True):
        rows[:length, :length] = np.log(random.random((length, length)) ** 3)
        np.fill_diagonal(rows, -np.inf)
    for rows, length, tree in zip(scores, lengths, decode_trees(scores, lengths), strict=True):
        np.testing.assert_array_equal(tree[1:], decode_tree(rows[:length, :length])[1:])


def test_batches_hold_each_word_once() -> None:
    lengths = [3, 1, 12, 4, 4, 1, 7]
    words: list[int] = []
    for batch in iter_batches(lengths, budget=10):
        positions, size = batch.shape
        assert positions * size <= 10 or size == 1
        these = batch.words.reshape(positions, size).T
        turned = these.T.ravel()[batch.backwards].reshape(positions, size).T
        for sentence, length, row, back in zip(batch.sentences, batch.lengths, these, turned, strict=True):
            start = sum(lengths[:sentence])
            assert length == lengths[sentence]
            assert row[:length].tolist() == list(range(start, start + length))
            assert back[:length].tolist() == row[:length].tolist()[::-1]
        words += batch.words[batch.rows].tolist()
    assert sorted(words) == list(range(sum(lengths)))


@torch.no_grad()
def test_an_lstm_on_rectangles_is_stanza_s_on_packed_sentences() -> None:
    torch.manual_seed(0)
    stock = HighwayLSTM(6, 5, 3, batch_first=True, bidirectional=True, highway_func=torch.tanh).eval()
    states = [torch.randn(6, 1, 5), torch.randn(6, 1, 5)]
    lengths = [7, 7, 6, 9, 1, 7, 2]
    words = torch.randn(sum(lengths), 6)
    for batch in iter_batches(lengths, budget=40):
        rows = words[batch.words]
        expected = run_packed(stock, batch, rows, states)
        ours = deepcopy(stock)
        ours.__class__ = DenseHighwayLSTM
        torch.testing.assert_close(ours.run(batch, rows, states)[batch.rows], expected[batch.rows])


@pytest.mark.parametrize("activation", ["none", "relu", "sigmoid", "tanh"])
@torch.no_grad()
def test_products_are_torch_s(activation: str) -> None:
    rows, weight, bias = torch.randn(40, 30), torch.randn(20, 30), torch.randn(20)
    expected = functional.linear(rows.double(), weight.double(), bias.double())
    if activation != "none":
        expected = getattr(torch, activation)(expected)
    torch.testing.assert_close(multiply(rows, weight, bias, activation), expected.float(), atol=1e-5, rtol=1e-5)


AWKWARD = [
    "",
    " \n\n ",
    " فقرة  أولى فيها   مسافات .\n\n\n  وفقرة ثانية\tفيها\u0085علامة ",
    "راسلنا على someone@example.org أو زر www.example.org/a?b=c. شكرا",
    "وقال الوزير إن المدينة كبيرة. " * 90,  # longer than what is read at once
    "و" * 1_100,
]


def test_tokens_of_awkward_texts_are_stanza_s(models: Models, stock: Models) -> None:
    ours, theirs = (
        one.pipeline.processors["tokenize"].bulk_process([stanza.Document([], text=text) for text in AWKWARD])
        for one in (models, stock)
    )
    assert [document.to_dict() for document in ours] == [document.to_dict() for document in theirs]


def test_types_are_numbered_as_they_come() -> None:
    types, numbers = number_types(["b", "a", "b"])
    assert types == ["b", "a"]
    assert numbers.tolist() == [0, 1, 0]


@torch.no_grad()
def test_a_word_s_letters_are_the_same_to_the_bit_in_any_company() -> None:
    """So what a shard's bytes are does not depend on the shards that the process had before."""
    torch.manual_seed(0)
    arguments = {
        "char_emb_dim": 20,
        "char_hidden_dim": 37,
        "char_num_layers": 1,
        "dropout": 0,
        "char_rec_dropout": 0,
    }
    stock = CharacterModel(arguments, {"char": range(50)}).eval()
    nn.init.normal_(stock.char_attn.weight)
    random = np.random.default_rng(0)
    words = [tuple(random.integers(4, 50, size=random.integers(1, 12)).tolist()) for _ in range(200)]
    stock.__class__ = TypeLetters
    stock.types = TypeCache()
    transform = nn.Linear(37, 13, bias=False)
    together = stock.embed_types(words, transform)
    for _ in range(3):
        order = random.permutation(len(words))
        stock.types = TypeCache()
        parts = [
            stock.embed_types([words[place] for place in part], transform) for part in np.array_split(order, 7)
        ]
        assert torch.equal(torch.cat(parts), together[order])
    ordered = sorted(words, key=len, reverse=True)
    expected = transform(embed_letters(stock, ordered))
    torch.testing.assert_close(stock.embed_types(ordered, transform), expected)


@pytest.mark.parametrize("is_forward", [True, False])
@torch.no_grad()
def test_sentences_are_read_as_by_stanza(is_forward: bool) -> None:
    torch.manual_seed(0)
    arguments = {
        "char_emb_dim": 5,
        "char_hidden_dim": 7,
        "char_num_layers": 1,
        "char_dropout": 0,
        "char_rec_dropout": 0,
    }
    vocab = {"char": CharVocab([sorted("اب \n")])}
    stock = CharacterLanguageModel(arguments, vocab, is_forward_lm=is_forward)
    stock.eval()  # gives nothing back
    for parameter in stock.parameters():
        nn.init.normal_(parameter)
    sentences = [["اب", "با", "x"], ["ب"], ["اب", "با", "x"], ["ابابابا"] * 9, ["ا", "ب"]]
    ours = deepcopy(stock)
    ours.__class__ = SentenceReader
    ours.remembered = {}
    rooted = [["\n", *words] for words in sentences]
    for known in (sentences, sentences[1:3]):  # what the tagger has read before: all, or a part
        expected = torch.cat(stock.build_char_representation(known))
        torch.testing.assert_close(ours.read(known, has_root=False), expected)
        expected = torch.cat(stock.build_char_representation(rooted))
        torch.testing.assert_close(ours.read(sentences, has_root=True), expected)
        assert not ours.remembered


@torch.no_grad()
def test_a_tag_s_matrix_scores_as_the_bilinear_scorer() -> None:
    torch.manual_seed(0)
    scorers = TagScorers({"one": BiaffineScorer(9, 4, 5), "many": nn.ModuleList([BiaffineScorer(9, 4, 2)] * 3)})
    for parameter in scorers.parameters():
        nn.init.normal_(parameter)
    embeddings, tags, hidden = torch.randn(6, 4), torch.randint(0, 6, (40,)), torch.randn(40, 9)
    scorers.tabulate(embeddings)
    expected = torch.cat([one(hidden, embeddings[tags]) for one in scorers["many"]], 1)
    torch.testing.assert_close(scorers.score("many", hidden, tags), expected)
    torch.testing.assert_close(scorers.score("one", hidden, tags), scorers["one"](hidden, embeddings[tags]))


def test_a_cache_computes_once_and_forgets_what_was_used_longest_ago() -> None:
    cache: TypeCache[str, int] = TypeCache(capacity=2)
    computed: list[str] = []

    def compute(types: Any) -> list[int]:
        computed.extend(types)
        return [len(one) for one in types]

    assert cache.get_all(["a", "bb", "a"], compute) == [1, 2, 1]
    assert cache.get_all(["a", "ccc"], compute) == [1, 3]
    assert computed == ["a", "bb", "ccc"]
    assert cache.get_all(["a", "bb"], compute) == [1, 2]
    assert computed == ["a", "bb", "ccc", "bb"]
    # More at once than it keeps: all are answered.
    assert cache.get_all(["d", "e", "f", "d"], compute) == [1, 1, 1, 1]
    assert len(cache) == 2


ARGUMENTS = {
    "vocab_size": 12,
    "emb_dim": 6,
    "hidden_dim": 8,
    "num_layers": 1,
    "dropout": 0.0,
    "max_dec_len": 9,
    "attn_type": "soft",
    "copy": True,
    "num_edit": 3,
    "pos_vocab_size": 5,
}


@pytest.mark.parametrize("beam_size", [1, 2, 5])
@pytest.mark.parametrize("architecture", [{}, {"pos": True, "pos_dim": 6}, {"copy": False}, {"edit": True}])
@torch.no_grad()
def test_search_by_tensors_finds_what_stanza_s_finds(beam_size: int, architecture: dict[str, Any]) -> None:
    torch.manual_seed(1)
    stock = Seq2SeqModel(ARGUMENTS | architecture).eval()
    for parameter in stock.parameters():
        parameter.normal_()
    ours = deepcopy(stock)
    ours.__class__ = BatchSearch
    source = torch.tensor([[2, 4, 5, 6, 7, 3], [2, 8, 9, 4, 3, 0], [2, 11, 10, 3, 0, 0], [2, 7, 3, 0, 0, 0]])
    arguments = (source, source == 0, torch.tensor([1, 2, 3, 4]), beam_size)
    expected, edits = stock.predict(*arguments)
    found, our_edits = ours.predict(*arguments)
    if edits is not None:
        torch.testing.assert_close(our_edits, edits)
        # Of the others the letters are not used.
        expected = [one if edit == 0 else [] for one, edit in zip(expected, edits.argmax(1), strict=True)]
    assert found == [one[: one.index(3)] if 3 in one else one for one in expected]


def test_an_untaught_letter_comes_out_of_its_own_word_alone() -> None:
    """Wherever a letter that the model was not taught is best: the words' own, or another's of the batch."""
    torch.manual_seed(0)
    model = Seq2SeqModel(ARGUMENTS).eval()
    model.dec2vocab.bias.data[1] = 9  # the unknown letter
    model.__class__ = BatchSearch
    source = torch.tensor([[2, 4, 12, 5, 3], [2, 4, 5, 6, 3], [2, 13, 6, 3, 0]])
    rows = (source[:1], source[1:2], source[2:, :4])
    with torch.no_grad():
        together, _ = model.predict(source, source == 0, never_decode_unk=True)
        alone = [model.predict(one, one == 0, never_decode_unk=True)[0][0] for one in rows]
    assert together == alone
    assert {12} <= set(together[0]) and not {12, 13} & set(together[1]) and 12 not in together[2]
