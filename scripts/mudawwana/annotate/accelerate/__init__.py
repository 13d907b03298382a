"""Stanza's own modules, computing less and telling more, with the same output.

Each class here takes the place of one of Stanza's in a loaded pipeline: it inherits from it, keeps its parameters
and overrides a method or two (`instance.__class__ = ...`, the one way to replace a module whose constructor Stanza
calls).
"""

from collections.abc import Callable, Collection
from typing import Any

import stanza
import torch
from stanza.models.common.char_model import CharacterModel
from stanza.models.common.seq2seq_model import Seq2SeqModel
from stanza.models.depparse.model import GraphParser
from stanza.pipeline.depparse_processor import DepparseProcessor
from stanza.pipeline.lemma_processor import LemmaProcessor
from stanza.pipeline.mwt_processor import MWTProcessor
from stanza.pipeline.pos_processor import POSProcessor
from torch import nn

from mudawwana.annotate.accelerate.arcs import (
    ChosenArcsParser,
    FactoredBilinear,
    MatmulBilinear,
    ScoringTaggerTrainer,
    decode_trees_as_stanza,
)
from mudawwana.annotate.accelerate.cache import TypeCache
from mudawwana.annotate.accelerate.letters import TypeLetters
from mudawwana.annotate.accelerate.lstm import DenseHighwayLSTM, is_usual_lstm
from mudawwana.annotate.accelerate.parser import BatchParser, is_usual_parser
from mudawwana.annotate.accelerate.precision import lower_precision
from mudawwana.annotate.accelerate.products import FastLinear
from mudawwana.annotate.accelerate.search import BatchSearch
from mudawwana.annotate.accelerate.sentences import SentenceReader, get_readers
from mudawwana.annotate.accelerate.tagger import BatchTagger, TagScorers, is_usual_tagger
from mudawwana.annotate.accelerate.tokenizer import FastTokenizer, is_usual_tokenizer
from mudawwana.annotate.accelerate.trees import decode_trees
from mudawwana.annotate.accelerate.types import TypeExpander, TypeLemmatizer

__all__ = ["SPEEDUPS", "FactoredBilinear", "MatmulBilinear", "accelerate_pipeline"]


def accelerate_pipeline(pipeline: stanza.Pipeline, speedups: Collection[str] | None = None) -> None:
    """Replaces, in place, what this module can replace in the pipeline; leaves the rest.

    `speedups` are names from SPEEDUPS, by default all, and from OPTIONAL; without one that is named there before
    another, the other may do nothing. A part of the pipeline that is of another kind than Stanza's usual one stays
    as it is.
    """
    for name, install in (SPEEDUPS | OPTIONAL).items():
        if name in (SPEEDUPS if speedups is None else speedups):
            install(pipeline)


def _label_chosen_arcs(pipeline: stanza.Pipeline) -> None:
    pipeline.processors["pos"].trainer.__class__ = ScoringTaggerTrainer
    parser = pipeline.processors["depparse"].trainer.model
    if type(parser) is GraphParser and not parser.args.get("use_arc_embedding"):
        parser.__class__ = ChosenArcsParser
        parser.decode_trees = decode_trees_as_stanza
        parser.deprel.scorer.W_bilin.__class__ = FactoredBilinear


def _decode_trees(pipeline: stanza.Pipeline) -> None:
    parser = pipeline.processors["depparse"].trainer.model
    if isinstance(parser, ChosenArcsParser):
        parser.decode_trees = decode_trees


def _remember_types(pipeline: stanza.Pipeline) -> None:
    lemmatizer, expander = pipeline.processors["lemma"], pipeline.processors["mwt"]
    if type(lemmatizer) is LemmaProcessor and not (
        lemmatizer.use_identity or lemmatizer.trainer.has_contextual_lemmatizers()
    ):
        lemmatizer.__class__ = TypeLemmatizer
        lemmatizer.types = TypeCache()
    if type(expander) is MWTProcessor:
        expander.__class__ = TypeExpander
        expander.types = TypeCache()


def _search_in_batches(pipeline: stanza.Pipeline) -> None:
    for name in ("lemma", "mwt"):
        trainer = pipeline.processors[name].trainer
        if trainer is not None and type(trainer.model) is Seq2SeqModel:
            trainer.model.__class__ = BatchSearch
            pipeline.processors[name].config["batch_size"] = _SEARCH_BATCH


def _batch_words(pipeline: stanza.Pipeline) -> None:
    tagger, parser = pipeline.processors["pos"], pipeline.processors["depparse"]
    if type(tagger) is POSProcessor and is_usual_tagger(tagger.trainer.model):
        tagger.__class__ = BatchTagger
        _read_sentences(tagger.trainer.model)
    if type(parser) is DepparseProcessor and is_usual_parser(parser.trainer.model):
        parser.__class__ = BatchParser
        _read_sentences(parser.trainer.model)


def _read_sentences(model: nn.Module) -> None:
    for reader in get_readers(model).values():
        reader.__class__ = SentenceReader
        reader.remembered = {}


def _run_dense(pipeline: stanza.Pipeline) -> None:
    for name, lstm in (("pos", "taggerlstm"), ("depparse", "parserlstm")):
        model = pipeline.processors[name].trainer.model
        if is_usual_lstm(getattr(model, lstm, None)):
            getattr(model, lstm).__class__ = DenseHighwayLSTM


def _tokenize_at_once(pipeline: stanza.Pipeline) -> None:
    tokenizer = pipeline.processors["tokenize"]
    if is_usual_tokenizer(tokenizer):
        tokenizer.__class__ = FastTokenizer


def _multiply_by_onednn(pipeline: stanza.Pipeline) -> None:
    for name in ("pos", "depparse", "lemma", "mwt"):
        for module in pipeline.processors[name].trainer.model.modules():
            if type(module) is nn.Linear:
                module.__class__ = FastLinear


def _remember_letters(pipeline: stanza.Pipeline) -> None:
    for name in ("pos", "depparse"):
        letters: Any = getattr(pipeline.processors[name].trainer.model, "charmodel", None)
        if type(letters) is CharacterModel:
            letters.__class__ = TypeLetters
            letters.types = TypeCache(_LETTERS_TYPES)


def _tabulate_tags(pipeline: stanza.Pipeline) -> None:
    tagger = pipeline.processors["pos"]
    if isinstance(tagger, BatchTagger):
        model = tagger.trainer.model
        model.tag_clf.__class__ = TagScorers
        with torch.no_grad():
            model.tag_clf.tabulate(model.upos_emb.weight)


_LETTERS_TYPES = 20_000
"""Half a kilobyte each for tagger and parser, in pieces all over the heap; more would save no time worth that."""
_SEARCH_BATCH = 256


def _lower_precision(pipeline: stanza.Pipeline) -> None:
    parser = pipeline.processors["depparse"].trainer.model
    if isinstance(parser, ChosenArcsParser):
        lower_precision(parser)


SPEEDUPS: dict[str, Callable[[stanza.Pipeline], None]] = {
    "arcs": _label_chosen_arcs,
    "trees": _decode_trees,
    "types": _remember_types,
    "search": _search_in_batches,
    "batches": _batch_words,
    "letters": _remember_letters,
    "lstm": _run_dense,
    "products": _multiply_by_onednn,
    "tokens": _tokenize_at_once,
    "tags": _tabulate_tags,
}
"""What each does is said in its module: labels of the tree's arcs alone (arcs), trees without contraction (trees),
words once a type (types), letters by tensors (search), sentences of all documents in batches of words (batches), a
type's letters once (letters), LSTMs on rectangles (lstm), a matrix for each tag (tags), products by oneDNN
(products), characters as arrays (tokens)."""

OPTIONAL: dict[str, Callable[[stanza.Pipeline], None]] = {"bfloat16": _lower_precision}
"""What may change a word in a thousand, and is off by default."""
