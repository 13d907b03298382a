"""The tagger on batches of words: inputs are looked up by word type, tags are arrays until they are written."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import stanza
import torch
from stanza.models.common.doc import Word
from stanza.models.common.vocab import EMPTY, CompositeVocab
from stanza.models.pos.model import Tagger
from stanza.models.pos.tag_columns import TAG_LINK_EMB
from stanza.pipeline.pos_processor import POSProcessor
from torch import nn
from torch.nn import functional

from mudawwana.annotate.accelerate.batches import iter_batches, number_types
from mudawwana.annotate.accelerate.garbage import pause_garbage
from mudawwana.annotate.accelerate.inputs import embed_context, embed_forms, run_lstm, simplify_forms
from mudawwana.annotate.accelerate.sentences import get_readers, is_usual_reader
from mudawwana.annotate.choices import Choice, FeatureChoice, Scores

_COLUMNS = ["upos", "xpos", "feats"]


class BatchTagger(POSProcessor):  # type: ignore[misc]
    """Tags all sentences of a call; UPOS tags are `Choice`s."""

    @pause_garbage()
    def process(self, document: stanza.Document) -> stanza.Document:
        sentences = [sentence.words for sentence in document.sentences]
        words: list[Word] = [word for sentence in sentences for word in sentence]
        if not words:
            return document
        model, vocab = self.trainer.model.eval(), self.vocab
        lengths = [len(sentence) for sentence in sentences]
        types, rows = number_types(word.text for word in words)
        forms = simplify_forms(types)
        log_probs = np.empty((len(words), len(vocab["upos"])), dtype=np.float32)
        others_log_probs = {
            name: np.empty((len(words), sum(_get_sizes(vocab[name]))), dtype=np.float32) for name in _COLUMNS[1:]
        }
        with torch.inference_mode():
            letters, others = embed_forms(model, self.pretrain, forms)
            table = torch.cat([others["word"], others["pretrain"], *letters], 1)
            context = embed_context(model, forms, rows, lengths, has_root=False)
            for batch in iter_batches(lengths):
                places = rows[batch.words]
                inputs = torch.cat([table[places], *(one[batch.words] for one in context)], 1)
                hidden = run_lstm(model, "tagger", batch, inputs)[batch.rows]
                these = batch.words[batch.rows]
                scores = model.upos_clf(functional.relu(model.upos_hid(hidden)))
                log_probs[these] = functional.log_softmax(scores, 1).numpy()
                for name, found in others_log_probs.items():
                    column = functional.relu(model.tag_hid[name](hidden))
                    found[these] = _predict(model, name, column, scores.argmax(1))
        _write_tags(words, vocab, {"upos": log_probs, **others_log_probs})
        return document


def is_usual_tagger(model: Any) -> bool:
    """Whether it is of the kind that this module computes: no transformer, and each column tagged given UPOS."""
    is_usual: bool = (
        type(model) is Tagger
        and model.bert_model is None
        and all(map(is_usual_reader, get_readers(model).values()))
        and not model.share_hid
        and model.link_mode == TAG_LINK_EMB
        and model.tag_names == _COLUMNS
        and all(tuple(model.column_parents[name]) == ("upos",) for name in _COLUMNS[1:])
    )
    return is_usual


class TagScorers(nn.ModuleDict):  # type: ignore[misc]
    """The scorers of the columns that depend on UPOS: for a tag, each is a matrix, computed once."""

    def tabulate(self, tags: torch.Tensor) -> None:
        """`tags` are the embeddings of all UPOS tags, a row each."""
        tags = torch.cat([tags, tags.new_ones(len(tags), 1)], 1)
        self.matrices: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
        for name, scorers in self.items():
            parts = [one.W_bilin for one in (scorers if isinstance(scorers, nn.ModuleList) else [scorers])]
            weights = torch.einsum("oij,tj->tio", torch.cat([part.weight for part in parts]), tags).contiguous()
            bias = weights[:, -1] + torch.cat([part.bias for part in parts])
            self.matrices[name] = (weights[:, :-1], bias)

    def score(self, name: str, hidden: torch.Tensor, tags: torch.Tensor) -> torch.Tensor:
        """The scores of all classifiers of a column side by side, a row for each word."""
        weights, bias = self.matrices[name]
        scores = hidden.new_empty(len(hidden), bias.shape[1])
        for tag in tags.unique().tolist():
            places = (tags == tag).nonzero().squeeze(1)
            scores[places] = torch.addmm(bias[tag], hidden[places], weights[tag])
        return scores


def _predict(model: Tagger, name: str, hidden: torch.Tensor, tags: torch.Tensor) -> np.ndarray:
    """The log-probabilities of a column's labels, a row a word: one softmax, or one a feature side by side."""
    sizes = _get_sizes(model.vocab[name])
    if isinstance(model.tag_clf, TagScorers):
        parts = model.tag_clf.score(name, hidden, tags).split(sizes, 1)
    else:
        parent = model.upos_emb(tags)
        scorers = model.tag_clf[name] if isinstance(model.vocab[name], CompositeVocab) else [model.tag_clf[name]]
        parts = [one(hidden, parent) for one in scorers]
    found: np.ndarray = torch.cat([functional.log_softmax(part, 1) for part in parts], 1).numpy()
    return found


def _get_sizes(vocab: Any) -> list[int]:
    sizes: list[int] = vocab.lens() if isinstance(vocab, CompositeVocab) else [len(vocab)]
    return sizes


def _write_tags(words: Sequence[Word], vocab: Any, log_probs: dict[str, np.ndarray]) -> None:
    upos, xpos = (_choose(vocab[name], log_probs[name]) for name in _COLUMNS[:2])
    rows = log_probs["feats"]
    feats = _choose_features(vocab["feats"], rows) if isinstance(vocab["feats"], CompositeVocab) else None
    for word, u, x, f in zip(words, upos, xpos, feats or _choose(vocab["feats"], rows), strict=True):
        word.upos, word.xpos, word.feats = u, x, f


def _choose(vocab: Any, log_probs: np.ndarray) -> list[str]:
    if isinstance(vocab, CompositeVocab):
        return unmap(vocab.id2unit, _find_best(vocab, log_probs))
    labels = tuple(vocab.unmap(range(len(vocab))))
    best = log_probs.argmax(1).tolist()
    return [Choice.make(labels[place], Scores(labels, row)) for place, row in zip(best, log_probs, strict=True)]


def _choose_features(vocab: CompositeVocab, log_probs: np.ndarray) -> list[str]:
    places: dict[str, dict[str, int]] = {}
    start = 0
    for name, size in zip(vocab._id2unit, vocab.lens(), strict=True):
        units = vocab._id2unit[name]
        places[str(name)] = {"" if unit == EMPTY else unit: start + number for number, unit in enumerate(units)}
        start += size
    columns = unmap(vocab.id2unit, _find_best(vocab, log_probs))
    return [FeatureChoice.make(feats, places, row) for feats, row in zip(columns, log_probs, strict=True)]


def _find_best(vocab: CompositeVocab, log_probs: np.ndarray) -> np.ndarray:
    """The id of each part's best label, a row for each word."""
    bounds = np.cumsum(vocab.lens())[:-1]
    return np.stack([part.argmax(1) for part in np.split(log_probs, bounds, 1)], 1)


def unmap(name: Callable[[Any], str], ids: np.ndarray) -> list[str]:
    """The labels of the ids (a number or a row a word); `name` is asked once for each of their combinations."""
    keys = ids.tolist() if ids.ndim == 1 else list(map(tuple, ids.tolist()))
    names = {key: name(key) for key in dict.fromkeys(keys)}
    return [names[key] for key in keys]
