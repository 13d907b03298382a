"""Stanza's tokenizer on rectangles of characters: what a character says is looked up once, labels are arrays."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import stanza
import torch
from stanza.models.common.doc import END_CHAR, ID, MISC, START_CHAR, TEXT
from stanza.models.tokenization.data import (
    NEWLINE_WHITESPACE_RE,
    PER_CHAR_FEAT_FUNCS,
    POSITION_FEAT_FUNCS,
    WHITESPACE_RE,
)
from stanza.models.tokenization.model import Tokenizer
from stanza.models.tokenization.utils import update_pred_regex
from stanza.models.tokenization.vocab import Vocab
from stanza.pipeline.tokenize_processor import TOKEN_TOO_LONG_REPLACEMENT, TokenizeProcessor
from torch.nn import functional

from mudawwana.annotate.accelerate.batches import Batch, iter_batches
from mudawwana.annotate.accelerate.garbage import pause_garbage
from mudawwana.annotate.accelerate.lstm import run_both_ways
from mudawwana.annotate.accelerate.products import multiply

WINDOW_CHARS = 1_000
"""Stanza reads a longer paragraph in parts, each from behind the last sentence that the one before has found."""
_BATCH_CHARS = 16_000
_SENTENCE, _MULTIWORD, _MULTIWORD_SENTENCE = 2, 3, 4
"""Labels of a character: the last of a sentence, of a multi-word token, of both; 1 of a token, 0 of nothing."""
_MAY_HOLD_ADDRESS = re.compile(r"@|[A-Za-z0-9]\.")

FoundToken = tuple[str, int, int, bool, bool]
"""Text, start and end (0-based, end-exclusive), whether it is of several words, whether it ends a sentence."""


class FastTokenizer(TokenizeProcessor):  # type: ignore[misc]
    """Tokenizes all paragraphs of a call at once."""

    @pause_garbage()
    def process(self, document: Any) -> stanza.Document:
        text = document.text if isinstance(document, stanza.Document) else document
        if not isinstance(text, str):
            return super().process(document)
        longest = self.config.get("max_seqlen", self.MAX_SEQ_LENGTH_DEFAULT)
        sentences: list[list[dict[str, Any]]] = [[]]
        [tokens] = self.find_tokens([text])
        for form, start, end, is_multiword, is_last in tokens:
            row = {
                ID: (len(sentences[-1]) + 1,),
                TEXT: form if len(form) <= longest else TOKEN_TOO_LONG_REPLACEMENT,
            }
            row |= {START_CHAR: start, END_CHAR: end}
            sentences[-1].append(row | {MISC: "MWT=Yes"} if is_multiword else row)
            if is_last:
                sentences.append([])
        return stanza.Document(sentences[:-1], text)

    def find_tokens(self, texts: Sequence[str]) -> list[list[FoundToken]]:
        """For each text its tokens, in order."""
        paragraphs = [(number, one) for number, text in enumerate(texts) for one in _iter_paragraphs(text)]
        found: list[list[FoundToken]] = [[] for _ in texts]
        labels = self._label([one.text for _, one in paragraphs])
        for (number, paragraph), row in zip(paragraphs, labels, strict=True):
            found[number] += _iter_tokens(paragraph, row, self.vocab)
        return found

    def _label(self, texts: Sequence[str]) -> list[np.ndarray]:
        """For each text the labels of its characters."""
        model = self.trainer.model.eval()
        labels = [np.zeros(len(text), dtype=np.int64) for text in texts]
        todo = list(range(len(texts)))
        starts = [0] * len(texts)
        with torch.inference_mode():
            reader = _Reader(model, self.vocab, self.config["feat_funcs"], texts)
            while todo:
                for number, found in zip(
                    todo, reader.label([(number, starts[number]) for number in todo]), strict=True
                ):
                    rest = len(texts[number]) - starts[number]
                    ends = np.flatnonzero((found == _SENTENCE) | (found == _MULTIWORD_SENTENCE))
                    count = len(found) if not ends.size or rest <= WINDOW_CHARS else int(ends[-1]) + 1
                    labels[number][starts[number] : starts[number] + count] = found[:count]
                    starts[number] += count
                todo = [number for number in todo if starts[number] < len(texts[number])]
        for text, row in zip(texts, labels, strict=True):
            row[-1] = _SENTENCE if row[-1] <= _SENTENCE else _MULTIWORD_SENTENCE
            if _MAY_HOLD_ADDRESS.search(text):
                update_pred_regex(text, row)
        return labels


def is_usual_tokenizer(processor: Any) -> bool:
    """Whether it is of the kind that this module computes."""
    if type(processor) is not TokenizeProcessor or processor.trainer is None or hasattr(processor, "_variant"):
        return False
    model, config = processor.trainer.model, processor.config
    known = {*PER_CHAR_FEAT_FUNCS, *POSITION_FEAT_FUNCS}
    return (
        type(model) is Tokenizer
        and model.charmodel is None
        and model.args["conv_res"] is None
        and model.rnn.num_layers == 1
        and known.issuperset(config["feat_funcs"])
        and not any(
            config.get(option) for option in ("use_dictionary", "skip_newline", "no_ssplit", "pretokenized")
        )
        and processor._postprocessor is None
        and processor._speaker_opener is None
        and processor.trainer.args["shorthand"] != "la_ittb"
        and config.get("max_seqlen", 0) <= WINDOW_CHARS
    )


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """What stands between two empty lines."""

    text: str
    """Each white space one plain space."""
    places: Sequence[int]
    """For each of its characters the place in the whole text, 0-based."""


def _iter_paragraphs(text: str) -> Iterator[_Paragraph]:
    bounds = [place for match in NEWLINE_WHITESPACE_RE.finditer(text) for place in match.span()]
    for start, end in zip([0, *bounds[1::2]], [*bounds[::2], len(text)], strict=True):
        seen = WHITESPACE_RE.sub(" ", text[start:end].rstrip())
        if "  " in seen:
            kept = [i for i in range(len(seen)) if seen[max(0, i - 1) : i + 1] != "  "]
            yield _Paragraph("".join(seen[i] for i in kept), [start + i for i in kept])
        elif seen:
            yield _Paragraph(seen, range(start, start + len(seen)))


def _iter_tokens(paragraph: _Paragraph, labels: np.ndarray, vocab: Vocab) -> Iterator[FoundToken]:
    text, places = paragraph.text, paragraph.places
    token: FoundToken | None = None
    start = 0
    for last in np.flatnonzero(labels).tolist():
        spelled = text[start : last + 1]
        form = vocab.normalize_token(spelled)
        first = start + len(spelled) - len(spelled.lstrip())
        start = last + 1
        if form:
            if token:
                yield token
            label = labels[last]
            ends_sentence = label in (_SENTENCE, _MULTIWORD_SENTENCE)
            token = (form, places[first], places[last] + 1, label >= _MULTIWORD, ends_sentence)
    if token:
        yield (*token[:4], True)


class _Reader:
    """The network, and what it reads in the texts: a row of numbers for each character that is in them."""

    def __init__(self, model: Tokenizer, vocab: Vocab, features: Sequence[str], texts: Sequence[str]) -> None:
        self._model = model
        characters = sorted(set().union(*texts))
        self._codes = np.array([ord(one) for one in characters], dtype=np.uint32)
        functions = [PER_CHAR_FEAT_FUNCS[name] for name in features if name in PER_CHAR_FEAT_FUNCS]
        # Stanza puts these two last, in this order.
        self._positions = [name for name in ("end_of_para", "start_of_para") if name in features]
        ids = torch.tensor([vocab.unit2id(one) for one in [*characters, "<PAD>"]])
        said = [[function(one) for function in functions] + [0] * len(self._positions) for one in characters]
        said.append([0] * model.args["feat_dim"])
        self._table = torch.cat([model.embeddings(ids), torch.tensor(said, dtype=torch.float32)], 1)
        self._texts = texts

    def label(self, windows: Sequence[tuple[int, int]]) -> list[np.ndarray]:
        """The labels of WINDOW_CHARS characters from a place (text, character) on, or of what there is."""
        ids, flags = zip(*(self._read(number, start) for number, start in windows), strict=True)
        characters, positions = np.concatenate(ids), np.concatenate(flags)
        ends = np.cumsum([len(one) for one in ids])
        labels = np.empty(len(characters), dtype=np.int64)
        for batch in iter_batches([len(one) for one in ids], _BATCH_CHARS):
            rows = self._table[characters[batch.words]]
            if self._positions:
                rows[:, -len(self._positions) :] += torch.from_numpy(positions[batch.words])
            labels[batch.words[batch.rows]] = _predict(self._model, batch, rows)[batch.rows]
        parts = np.split(labels, ends[:-1])
        return [
            part[: min(WINDOW_CHARS, len(self._texts[number]) - start)]
            for part, (number, start) in zip(parts, windows, strict=True)
        ]

    def _read(self, number: int, start: int) -> tuple[np.ndarray, np.ndarray]:
        """A window's characters as rows of the table, padded where the text ends, and their places' features."""
        text = self._texts[number]
        window = text[start : start + WINDOW_CHARS]
        codes = np.frombuffer(window.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        ids = np.searchsorted(self._codes, codes)
        is_end = start + len(window) == len(text)
        if is_end:
            ids = np.append(ids, len(self._codes))
        flags = np.zeros((len(ids), len(self._positions)), dtype=np.float32)
        for column, name in enumerate(self._positions):
            if name == "start_of_para" and start == 0:
                flags[0, column] = 1
            elif name == "end_of_para" and is_end:
                flags[len(window) - 1, column] = 1
        return ids, flags


def _predict(model: Tokenizer, batch: Batch, rows: torch.Tensor) -> np.ndarray:
    """The best label for each row, as Stanza's `forward` scores them."""
    names = ["tok", "sent", *(["mwt"] if model.args["use_mwt"] else [])]
    hidden = run_both_ways(model.rnn, batch, rows)
    classifiers = [getattr(model, f"{name}_clf") for name in names]
    weight, bias = torch.cat([one.weight for one in classifiers]), torch.cat([one.bias for one in classifiers])
    scores = multiply(hidden, weight, bias)
    if model.args["hierarchical"]:
        if model.args["hier_invtemp"] > 0:
            hidden = hidden * (1 - torch.sigmoid(-scores[:, :1] * model.args["hier_invtemp"]))
        hidden = run_both_ways(model.rnn2, batch, hidden)
        scores = scores + multiply(hidden, torch.cat([getattr(model, f"{name}_clf2").weight for name in names]))
    is_token, is_sentence, *others = functional.logsigmoid(scores).unbind(1)
    no_token, no_sentence, *no_others = functional.logsigmoid(-scores).unbind(1)
    labels = [no_token, is_token + no_sentence, is_token + is_sentence]
    if others:
        [is_multiword], [is_single] = others, no_others
        labels = [labels[0], *(one + is_single for one in labels[1:]), *(one + is_multiword for one in labels[1:])]
    best: np.ndarray = torch.stack(labels, 1).argmax(1).numpy()
    return best
