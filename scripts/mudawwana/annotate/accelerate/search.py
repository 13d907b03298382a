"""The search for the best sequence of letters, of a whole batch at once.

Stanza's own asks each word's state in Python at each letter, and goes on with the words that are done until the
last one is. Here the states are tensors, and words that are done leave the batch.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from stanza.models.common.seq2seq_constant import EOS_ID, SOS_ID, UNK_ID
from stanza.models.common.seq2seq_model import Seq2SeqModel

_EDIT_NEEDS_LETTERS = 0
"""The class of the lemmatizer's edits for which it reads the letters; the others take the word as it is."""


class BatchSearch(Seq2SeqModel):  # type: ignore[misc]
    """Stanza's letter by letter decoder, with both of its searches by tensors.

    A letter that the model was not taught can be copied from a word; of such letters, only a word's own ones may
    come out, whatever else is in the batch (Stanza's decoder may mix them up).
    """

    def predict(
        self,
        src: torch.Tensor,
        src_mask: torch.Tensor,
        pos: torch.Tensor | None = None,
        beam_size: int = 5,
        raw: Any = None,
        never_decode_unk: bool = False,
    ) -> tuple[list[list[int]], torch.Tensor | None]:
        """Letters of the best hypothesis by word, and the scores of its edits, if the model has some.

        A word has no letters where its edit needs none.
        """
        embedded, size, lengths, src_mask = self.embed(src, src_mask, pos, raw)
        context, (hidden, cell) = self.encode(embedded, lengths)
        edits = self.edit_clf(hidden) if self.edit else None
        # Beams come first, words second: Stanza copies letters in the first beam alone.
        states = tuple(one.repeat(beam_size, *[1] * (one.dim() - 1)) for one in (hidden, cell, context, src_mask))
        search = _Search(src, states, beam_size)
        if edits is not None:
            search.keep(edits.argmax(1) == _EDIT_NEEDS_LETTERS)
        found: list[list[int]] = [[] for _ in range(size)]
        for _ in range(self.max_dec_len):
            if not search.words.numel():
                break
            self._advance(search, never_decode_unk)
            is_done = search.paths[:, 0, -1] == EOS_ID
            search.collect(is_done, found)
            search.keep(~is_done)
        search.collect(torch.ones_like(search.words, dtype=torch.bool), found)
        return found, edits

    def predict_greedy(
        self,
        src: torch.Tensor,
        src_mask: torch.Tensor,
        pos: torch.Tensor | None = None,
        raw: Any = None,
        never_decode_unk: bool = False,
    ) -> tuple[list[list[int]], torch.Tensor | None]:
        return self.predict(src, src_mask, pos, 1, raw, never_decode_unk)

    def _advance(self, search: "_Search", never_decode_unk: bool) -> None:
        """Every path of the search by one letter."""
        hidden, cell, context, mask = search.states
        letters = search.paths[:, :, -1].t().reshape(-1, 1)
        letters = self.embedding(letters.masked_fill(letters >= self.vocab_size, UNK_ID))
        log_probs, (hidden, cell) = self.decode(
            letters, hidden, cell, context, mask, src=search.src, never_decode_unk=never_decode_unk
        )
        log_probs = log_probs.view(search.beam_size, len(search.words), -1).transpose(0, 1)
        if log_probs.shape[2] > self.vocab_size:
            log_probs = log_probs + self._forbid_letters_of_others(search.src, log_probs.shape[2])
        search.take_best(log_probs, (hidden, cell, context, mask))

    def _forbid_letters_of_others(self, src: torch.Tensor, letter_count: int) -> torch.Tensor:
        """Word x 1 x letter: minus infinity for untaught letters that the word does not have."""
        forbidden = torch.full((len(src), letter_count), -torch.inf, device=src.device)
        forbidden[:, : self.vocab_size] = 0
        return forbidden.scatter(1, src, 0).unsqueeze(1)


@dataclass(slots=True)
class _Search:
    """Where the search of each word in the batch stands that is not done."""

    src: torch.Tensor
    states: tuple[torch.Tensor, ...]
    """The decoder's hidden and cell states, the encoder's context and mask: first beams, then words."""
    beam_size: int
    words: torch.Tensor = field(init=False)
    """Places in the batch."""
    paths: torch.Tensor = field(init=False)
    """Word x beam x letter, the best path first."""
    scores: torch.Tensor = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.src)
        self.words = torch.arange(size, device=self.src.device)
        self.paths = torch.full((size, self.beam_size, 1), SOS_ID, device=self.src.device)
        self.scores = torch.zeros(size, self.beam_size, device=self.src.device)

    def keep(self, kept: torch.Tensor) -> None:
        """Leaves the other words out of the batch."""
        if kept.all():
            return
        self.states = tuple(
            one.view(self.beam_size, len(kept), *one.shape[1:])[:, kept].flatten(0, 1) for one in self.states
        )
        self.src, self.words, self.paths, self.scores = (
            one[kept] for one in (self.src, self.words, self.paths, self.scores)
        )

    def collect(self, done: torch.Tensor, found: list[list[int]]) -> None:
        """Writes the best path of each word that is done to the word's place in the batch."""
        for word, path in zip(self.words[done].tolist(), self.paths[done, 0, 1:].tolist(), strict=True):
            # A path that went on behind its end may have become the best.
            found[word] = path[: path.index(EOS_ID)] if EOS_ID in path else path

    def take_best(self, log_probs: torch.Tensor, states: tuple[torch.Tensor, ...]) -> None:
        """Goes on with the best of all paths by one letter; `log_probs` are word x beam x letter."""
        is_first = self.paths.shape[2] == 1
        totals = log_probs[:, 0] if is_first or self.beam_size == 1 else log_probs + self.scores.unsqueeze(2)
        self.scores, best = totals.flatten(1).topk(self.beam_size, 1)
        letter_count = log_probs.shape[2]
        origins, letters = best // letter_count, best % letter_count
        places = torch.arange(len(self.words), device=best.device)
        self.paths = torch.cat([self.paths[places.unsqueeze(1), origins], letters.unsqueeze(2)], 2)
        # Context and mask are the same in all beams.
        rows = (origins.t() * len(places) + places).flatten()
        self.states = (states[0][rows], states[1][rows], *states[2:])
