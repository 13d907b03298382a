"""The parser on batches of words: inputs are looked up by word type, the scorers are Stanza's own."""

from collections.abc import Iterator, Sequence
from typing import Any

import stanza
import torch
from stanza.models.common.doc import Sentence
from stanza.models.common.vocab import ROOT_ID, CompositeVocab
from stanza.models.depparse.model import GraphParser
from stanza.pipeline.depparse_processor import DepparseProcessor

from mudawwana.annotate.accelerate.arcs import ChosenArcsParser
from mudawwana.annotate.accelerate.batches import Batch, iter_batches, number_types
from mudawwana.annotate.accelerate.garbage import pause_garbage
from mudawwana.annotate.accelerate.inputs import (
    ROOT,
    embed_context,
    embed_forms,
    map_forms,
    run_lstm,
    simplify_forms,
)
from mudawwana.annotate.accelerate.sentences import get_readers, is_usual_reader
from mudawwana.annotate.choices import Choice
from mudawwana.base.replaced import replaced


class BatchParser(DepparseProcessor):  # type: ignore[misc]
    """Parses all sentences of a call; relations are `Choice`s."""

    @pause_garbage()
    def process(self, document: stanza.Document) -> stanza.Document:
        sentences: list[Sentence] = document.sentences
        if not sentences:
            return document
        model = self.trainer.model.eval()
        resolve = self.config.get("resolve_head_constraints", True)
        with torch.inference_mode():
            inputs = _Inputs(model, self.pretrain, sentences)
            for batch in iter_batches(inputs.lengths):
                hidden = run_lstm(model, "parser", batch, inputs.embed(batch))
                padded = hidden.view(*batch.shape, -1).transpose(0, 1).contiguous()
                arcs, labels = _score(model, padded)
                predicted = model.choose(arcs, labels, batch.lengths, resolve_head_constraints=resolve)
                for place, choices in zip(batch.sentences.tolist(), predicted, strict=True):
                    _write_arcs(sentences[place], choices)
        return document


def is_usual_parser(parser: Any) -> bool:
    """Whether it is of the kind that this module computes: a graph parser without a transformer, left to right."""
    return (
        isinstance(parser, ChosenArcsParser)
        and parser.bert_model is None
        and all(map(is_usual_reader, get_readers(parser).values()))
        and not parser.args.get("reversed", False)
        and parser.args["tag_emb_dim"] > 0
    )


class _Inputs:
    """The rows of all words and roots: a root stands before each sentence."""

    def __init__(self, model: GraphParser, pretrain: Any, sentences: Sequence[Sentence]) -> None:
        self.lengths = [len(sentence.words) + 1 for sentence in sentences]
        types, self._form_rows = number_types(
            form for sentence in sentences for form in (ROOT, *(word.text for word in sentence.words))
        )
        forms = simplify_forms(types)
        self._letters, others = embed_forms(model, pretrain, forms)
        self._context = embed_context(model, forms, self._form_rows, self.lengths, has_root=True)
        self._before = torch.cat([others["pretrain"], others["word"]], 1)
        lemmas, self._lemma_rows = number_types(
            lemma for sentence in sentences for lemma in (ROOT, *(word.lemma or "_" for word in sentence.words))
        )
        tags, self._tag_rows = number_types(
            tag
            for sentence in sentences
            for tag in ((ROOT, ROOT), *((str(word.upos or "_"), word.xpos or "_") for word in sentence.words))
        )
        self._lemmas = torch.zeros(len(lemmas), 0)
        if model.args["word_emb_dim"] > 0:
            self._lemmas = model.lemma_emb(map_forms(model.vocab["lemma"], lemmas))
        self._tags = list(_embed_tags(model, tags))

    def embed(self, batch: Batch) -> torch.Tensor:
        """The rows of a batch's words, in packed order: what Stanza's parser puts together, in its order."""
        places = self._form_rows[batch.words]
        tags = self._tag_rows[batch.words]
        return torch.cat(
            [
                self._before[places],
                self._lemmas[self._lemma_rows[batch.words]],
                *(table[tags] for table in self._tags),
                *(table[places] for table in self._letters),
                *(rows[batch.words] for rows in self._context),
            ],
            1,
        )


def _embed_tags(model: GraphParser, tags: Sequence[tuple[str, str]]) -> Iterator[torch.Tensor]:
    """Rows for pairs of UPOS and XPOS; twice where features are in use, in whose place Stanza takes the tags."""
    upos, xpos = ([pair[column] for pair in tags] for column in range(2))
    table = torch.zeros(len(tags), model.args["tag_emb_dim"])
    if model.args.get("use_upos", True):
        table = table + model.upos_emb(map_forms(model.vocab["upos"], upos))
    if model.args.get("use_xpos", True):
        vocab = model.vocab["xpos"]
        if isinstance(vocab, CompositeVocab):
            ids = torch.tensor([vocab.unit2id(tag) if tag != ROOT else [ROOT_ID] * len(vocab) for tag in xpos])
            table = table + sum(model.xpos_emb[i](ids[:, i]) for i in range(len(vocab)))
        else:
            table = table + model.xpos_emb(map_forms(vocab, xpos))
    if model.args.get("use_upos", True) or model.args.get("use_xpos", True):
        yield table
    if model.args.get("use_ufeats", True):
        yield table


def _score(model: GraphParser, hidden: torch.Tensor) -> tuple[torch.Tensor, Any]:
    """Stanza's own scorers on what the LSTM said: sentence x dependent x head, and the labels' factors."""
    # `GraphParser.forward_scores` of stanza 1.15 calls `self.embed` itself: it takes no embedded sentences.
    with replaced(model, "embed", lambda *_: hidden):
        # Of all that is in Stanza's batch, the scorers look at the sizes of two columns only.
        words = hidden.new_empty(hidden.shape[:2])
        batch = dict.fromkeys(_BATCH) | {"word": words, "head": words[:, 1:]}
        unlabelled, labels, *_ = model.forward_scores(**batch)
    return unlabelled, labels


_BATCH = (
    *("word", "word_mask", "wordchars", "wordchars_mask", "upos", "xpos", "ufeats", "pretrained", "lemma"),
    *("head", "deprel", "word_orig_idx", "sentlens", "wordlens", "text"),
)


def _write_arcs(sentence: Sentence, choices: Sequence[tuple[int, Choice]]) -> None:
    for word, (head, relation) in zip(sentence.words, choices, strict=True):
        word.head = head
        word.deprel = relation
    sentence.build_dependencies()
