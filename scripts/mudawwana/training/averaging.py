"""Stanza's trainers with the running average of the weights in place of the last step's.

The weights of single steps scatter around a point that scores better than most of them; the more so, the smaller
the treebank (https://arxiv.org/abs/1803.05407). Predictions on dev and what is saved come from the average.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import torch
from stanza.models.depparse.trainer import Trainer as ParserTrainer
from stanza.models.pos.trainer import Trainer as TaggerTrainer

from mudawwana.base.replaced import replaced

_DECAY = 0.998
"""About the last 500 steps; fewer at the beginning."""


@contextmanager
def averaged_weights() -> Iterator[None]:
    """While it lasts, Stanza's tagger and parser predict with and save the average of their weights."""
    averages: WeakKeyDictionary[torch.nn.Module, _Average] = WeakKeyDictionary()

    def get_average(trainer: Any) -> _Average:
        if trainer.model not in averages:
            averages[trainer.model] = _Average(trainer.model)
        return averages[trainer.model]

    with ExitStack() as stack:
        # `main` of stanza 1.15 (`models/tagger.py`, `models/parser.py`) makes its trainer itself, and nothing but
        # these methods says that a step, a prediction or a save is due.
        for trainer_class in (TaggerTrainer, ParserTrainer):
            for name in ("update", "predict", "save"):
                method = _wrap(getattr(trainer_class, name), name, get_average)
                stack.enter_context(replaced(trainer_class, name, method))
        yield


def _wrap(method: Any, name: str, get_average: Any) -> Any:
    def update(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        get_average(self).add_step()
        return result

    def use_average(self: Any, *args: Any, **kwargs: Any) -> Any:
        with get_average(self).swapped():
            return method(self, *args, **kwargs)

    return update if name == "update" else use_average


class _Average:
    """Of the weights that are trained; those that stay as they are need none."""

    def __init__(self, model: torch.nn.Module) -> None:
        self._weights = [weight for weight in model.parameters() if weight.requires_grad]
        self._averages = [weight.detach().clone() for weight in self._weights]
        self._steps = 0

    def add_step(self) -> None:
        self._steps += 1
        decay = min(_DECAY, self._steps / (self._steps + 9))
        with torch.no_grad():
            for average, weight in zip(self._averages, self._weights, strict=True):
                average.lerp_(weight, 1 - decay)

    @contextmanager
    def swapped(self) -> Iterator[None]:
        """While it lasts, the model's weights are their averages."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def _swap(self) -> None:
        for average, weight in zip(self._averages, self._weights, strict=True):
            kept = average.clone()
            average.copy_(weight.data)
            weight.data.copy_(kept)
