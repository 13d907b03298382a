"""What tagger and parser read in a word's letters depends on the word type alone: computed once per type."""

from collections.abc import Sequence

import numpy as np
import torch
from stanza.models.common.char_model import CharacterModel

from mudawwana.accelerate.cache import TypeCache

_ROWS = 32
"""Words go through the letters' LSTM so many at a time, all of one length: a word's vector is then the same to the
last bit whatever it comes with, and so is what is written, whatever was annotated before."""


class TypeLetters(CharacterModel):  # type: ignore[misc]
    """The letters' LSTM with a memory; the `types` cache is set where the class is."""

    types: TypeCache[tuple[int, ...], np.ndarray]

    def embed_types(self, types: Sequence[Sequence[int]]) -> torch.Tensor:
        """A row for each word type, given by its letters' ids; in the end nothing else than Stanza's `forward`."""
        if not types:
            return torch.zeros(0, self.num_dir * self.args["char_hidden_dim"])
        return torch.from_numpy(np.stack(self.types.get_all(map(tuple, types), self._embed_unknown)))

    def _embed_unknown(self, types: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
        found: list[np.ndarray] = [np.empty(0)] * len(types)
        by_length: dict[int, list[int]] = {}
        for place, letters in enumerate(types):
            by_length.setdefault(len(letters), []).append(place)
        for places in by_length.values():
            for start in range(0, len(places), _ROWS):
                part = places[start : start + _ROWS]
                rows = [types[place] for place in part] + [types[part[0]]] * (_ROWS - len(part))
                for place, vector in zip(part, embed_letters(self, rows).numpy(), strict=False):
                    found[place] = vector.copy()
        return found


def embed_types(model: CharacterModel, types: Sequence[Sequence[int]]) -> torch.Tensor:
    """A row for each word type, given by its letters' ids, by Stanza's module or by the one with a memory."""
    if isinstance(model, TypeLetters):
        return model.embed_types(types)
    order = sorted(range(len(types)), key=lambda place: -len(types[place]))
    return embed_letters(model, [types[place] for place in order])[torch.tensor(order).argsort()]


def embed_letters(model: CharacterModel, types: Sequence[Sequence[int]]) -> torch.Tensor:
    """Stanza's own `forward` for word types, the longest first."""
    lengths = [len(letters) for letters in types]
    letters = torch.zeros(len(types), lengths[0], dtype=torch.long)
    for row, ids in zip(letters, types, strict=True):
        row[: len(ids)] = torch.tensor(ids)
    vectors: torch.Tensor = CharacterModel.forward(
        model, letters, letters == 0, list(range(len(types))), [len(types)], lengths
    ).data
    return vectors
