"""Segmented raw text -> Stanza's character language models, forward and backward (https://aclanthology.org/C18-1139/)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from mudawwana.base.files import write_text_atomically

CHARACTER_UNITS = 256
CHARACTER_EPOCHS = 2
_LEARNING_RATE = 0.003
_BATCH = 64
"""Streams of text that are read side by side."""
_LENGTH = 125
"""Characters of each stream in a step."""
_HELD_OUT = 100
"""One line in so many is held out."""


def train_character_model(
    segmented_path: Path, output_path: Path, direction: str, *, seed: int, device: str
) -> None:
    """Trains the model of one direction; goes on from its checkpoint.

    The text has its words between single spaces, a paragraph a line, as Stanza's tagger and parser spell sentences
    to these models. One line in a hundred is held out.
    """
    from stanza.models import charlm

    train_path, dev_path = (output_path.with_name(f"charlm-{name}.txt") for name in ("train", "dev"))
    lines = segmented_path.read_text(encoding="utf-8").splitlines(keepends=True)
    write_text_atomically(dev_path, lines[::_HELD_OUT])
    write_text_atomically(train_path, (line for index, line in enumerate(lines) if index % _HELD_OUT))
    steps = CHARACTER_EPOCHS * (sum(map(len, lines)) // (_BATCH * _LENGTH) + 1)
    del lines
    files = ["--train_file", str(train_path), "--eval_file", str(dev_path)]
    files += ["--save_dir", str(output_path.parent), "--save_name", output_path.name]
    files += ["--vocab_save_name", f"{output_path.stem}.vocab.pt"]
    size = ["--char_hidden_dim", str(CHARACTER_UNITS), "--char_emb_dim", "64", "--epochs", str(CHARACTER_EPOCHS)]
    size += ["--batch_size", str(_BATCH), "--bptt_size", str(_LENGTH), "--eval_steps", "1000"]
    rate = ["--lr0", str(_LEARNING_RATE), "--max_grad_norm", "1"]
    rate += ["--seed", str(seed), "--device", device]
    with _decaying_adam(steps):
        charlm.main(["--mode", "train", "--direction", direction, *files, *size, *rate])


@contextmanager
def _decaying_adam(steps: int) -> Iterator[None]:
    """While it lasts, Adam whose rate falls to nothing takes the place of SGD: far better after two epochs."""

    class DecayingAdam(torch.optim.Adam):  # type: ignore[misc]
        def __init__(self, params: Any, *, lr: float, **_: float) -> None:
            super().__init__(params, lr=lr)
            self._rate = lr

        def step(self, closure: Any = None) -> Any:
            for group in self.param_groups:
                state = self.state.get(group["params"][0], {})
                group["lr"] = self._rate * max(0.0, 1 - float(state.get("step", 0)) / steps)
            return super().step(closure)

    with patch.object(torch.optim, "SGD", DecayingAdam):
        yield
