"""Models of the language's letters, which read whole sentences, on rectangles of letters.

Stanza's own predicts each next letter, too, which no tagger asks for, and reads every sentence twice each way: for
the tagger, and for the parser. Backwards both read the same, but that the parser's root comes last.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from stanza.models.common.char_model import CHARLM_END, CHARLM_START, CharacterLanguageModel
from torch import nn

from mudawwana.annotate.accelerate.batches import iter_batches, number_types

_BATCH_LETTERS = 16_000
_ROOT = "\n"


class SentenceReader(CharacterLanguageModel):  # type: ignore[misc]
    """Stanza's, with `read` beside `forward`; `remembered` is set where the class is."""

    remembered: dict[tuple[str, ...], torch.Tensor]
    """What the tagger's words were backwards, by sentence, until the parser has asked."""

    def read(self, sentences: Sequence[Sequence[str]], *, has_root: bool) -> torch.Tensor:
        """A row for each word, in order; where sentences have roots, for each root before its sentence."""
        if self.is_forward_lm:
            return self._read([(_ROOT, *words) if has_root else tuple(words) for words in sentences])
        rooted = [(_ROOT, *words) for words in sentences]
        if not has_root:
            self.remembered = {}
        unknown = [words for words in dict.fromkeys(rooted) if words not in self.remembered]
        rows = self._read(unknown).split([len(words) for words in unknown]) if unknown else ()
        self.remembered |= zip(unknown, rows, strict=True)
        found = torch.cat([self.remembered[words][0 if has_root else 1 :] for words in rooted])
        if has_root:
            self.remembered = {}
        return found

    def _read(self, sentences: Sequence[Sequence[str]]) -> torch.Tensor:
        """What the state is behind each word and the space that follows it."""
        vocab, lstm = self.char_vocab(), self.charlstm.lstm
        types, numbers = number_types(word for words in sentences for word in words)
        step = 1 if self.is_forward_lm else -1
        spelled = [vocab.map([*word[::step], CHARLM_END]) for word in types]
        counts = np.array([len(words) for words in sentences])
        order = np.arange(len(numbers))
        if step < 0:
            order = 2 * np.repeat(np.cumsum(counts), counts) - np.repeat(counts, counts) - 1 - order
        read = numbers[order].tolist()
        letters = torch.tensor([letter for number in read for letter in spelled[number]])
        ends = np.cumsum([len(spelled[number]) for number in read])
        word_at = np.full(len(letters), -1)
        word_at[ends - 1] = order
        lengths = np.diff(ends[np.cumsum(counts) - 1], prepend=0)
        start = self.char_emb(torch.tensor([[vocab.unit2id(CHARLM_START)]]))
        _, states = lstm(start, (self.charlstm_h_init, self.charlstm_c_init))
        found = start.new_empty(len(order), lstm.hidden_size)
        for batch in iter_batches(lengths.tolist(), _BATCH_LETTERS):
            inputs = self.char_emb(letters[batch.words]).view(*batch.shape, -1)
            outputs, *_ = torch.lstm(
                inputs,
                [state.expand(-1, batch.shape[1], -1).contiguous() for state in states],
                lstm._flat_weights,
                *(
                    True,
                    1,
                    0.0,
                    False,
                    False,
                    False,
                ),  # biases, layers, dropout, training, bidirectional, batch first
            )
            words = word_at[batch.words[batch.rows]]
            is_end = words >= 0
            found[words[is_end]] = outputs.flatten(0, 1)[batch.rows[is_end]]
        return found


def get_readers(model: nn.Module) -> dict[str, Any]:
    """The tagger's or the parser's models of the language's letters: "forward" and "backward", or none."""
    return {way: getattr(model, f"charmodel_{way}") for way in ("forward", "backward") if model.args.get("charlm")}


def is_usual_reader(reader: Any) -> bool:
    """Whether it is of the kind that this module computes."""
    return (
        type(reader) in (CharacterLanguageModel, SentenceReader)
        and type(reader.charlstm.lstm) is nn.LSTM
        and reader.charlstm.lstm.num_layers == 1
        and reader.charlstm.lstm.bias
    )
