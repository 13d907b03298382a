"""What tagger and parser read in a word's letters depends on the word type alone: computed once per type."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from stanza.models.common.char_model import CharacterModel
from torch import nn

from mudawwana.annotate.accelerate.cache import TypeCache

_ROWS = 32
"""Words go through the letters' LSTM so many at a time, all of one length: a word's vector is then the same to the
last bit whatever it comes with, and so is what is written, whatever was annotated before."""


class TypeLetters(CharacterModel):  # type: ignore[misc]
    """The letters' LSTM with a memory; the `types` cache is set where the class is."""

    types: TypeCache[tuple[int, ...], np.ndarray]

    def embed_types(self, types: Sequence[Sequence[int]], transform: nn.Linear) -> torch.Tensor:
        """As the function; what is remembered is transformed, which is shorter."""
        if not types:
            return torch.zeros(0, transform.out_features)
        rows = self.types.get_all(map(tuple, types), lambda unknown: self._embed_unknown(unknown, transform))
        return torch.from_numpy(np.stack(rows))

    def _embed_unknown(self, types: Sequence[tuple[int, ...]], transform: nn.Linear) -> list[np.ndarray]:
        found: list[np.ndarray] = [np.empty(0)] * len(types)
        by_length: dict[int, list[int]] = {}
        for place, letters in enumerate(types):
            by_length.setdefault(len(letters), []).append(place)
        for places in by_length.values():
            for start in range(0, len(places), _ROWS):
                part = places[start : start + _ROWS]
                rows = [types[place] for place in part] + [types[part[0]]] * (_ROWS - len(part))
                vectors = transform(embed_letters(self, rows)).numpy()
                for place, vector in zip(part, vectors, strict=False):
                    found[place] = vector.copy()
        return found


def embed_types(model: CharacterModel, types: Sequence[Sequence[int]], transform: nn.Linear) -> torch.Tensor:
    """For each word type, given by its letters' ids, the transform of what Stanza's `forward` makes of it."""
    if isinstance(model, TypeLetters):
        return model.embed_types(types, transform)
    order = sorted(range(len(types)), key=lambda place: -len(types[place]))
    rows = embed_letters(model, [types[place] for place in order])[torch.tensor(order).argsort()]
    return cast(torch.Tensor, transform(rows))


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
