"""Segmented raw text -> Stanza's character language models, forward and backward (https://aclanthology.org/C18-1139/)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from mudawwana.files import write_text_atomically

DIRECTIONS = ("forward", "backward")
HIDDEN = 256
EPOCHS = 2
_LEARNING_RATE = 0.003
_BATCH = 64
"""Streams of text that are read side by side."""
_LENGTH = 125
"""Characters of each stream in a step."""
_HELD_OUT = 100
"""One line in so many is held out."""


def write_character_data(segmented_path: Path, work_dir: Path) -> None:
    """Writes `charlm-train.txt` and `charlm-dev.txt`: words between single spaces, as Stanza's tagger spells them."""
    lines = segmented_path.read_text(encoding="utf-8").splitlines(keepends=True)
    write_text_atomically(work_dir / "charlm-dev.txt", lines[::_HELD_OUT])
    write_text_atomically(
        work_dir / "charlm-train.txt", (line for index, line in enumerate(lines) if index % _HELD_OUT)
    )


def train_character_model(work_dir: Path, direction: str, *, seed: int) -> None:
    """Trains `charlm-<direction>.pt`; goes on from its checkpoint."""
    from stanza.models import charlm

    characters = len((work_dir / "charlm-train.txt").read_text(encoding="utf-8"))
    steps = EPOCHS * (characters // (_BATCH * _LENGTH) + 1)
    files = ["--train_file", str(work_dir / "charlm-train.txt"), "--eval_file", str(work_dir / "charlm-dev.txt")]
    save = ["--save_dir", str(work_dir), "--save_name", f"charlm-{direction}.pt"]
    save += ["--vocab_save_name", f"charlm-{direction}.vocab.pt"]
    size = ["--char_hidden_dim", str(HIDDEN), "--char_emb_dim", "64", "--epochs", str(EPOCHS)]
    size += ["--batch_size", str(_BATCH), "--bptt_size", str(_LENGTH), "--eval_steps", "1000"]
    rate = ["--lr0", str(_LEARNING_RATE), "--max_grad_norm", "1"]
    with _decaying_adam(steps):
        charlm.main(["--mode", "train", "--direction", direction, "--seed", str(seed), "--cpu", *files, *save, *size, *rate])


@contextmanager
def _decaying_adam(steps: int) -> Iterator[None]:
    """While it lasts, Adam whose rate falls to nothing takes the place of SGD: far better after two epochs."""

    class DecayingAdam(torch.optim.Adam):
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
