"""What Stanza's trainers log, kept beside the models and drawn: losses, and scores on dev."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LOSS = re.compile(r"(?:step|epoch) (\d+): train_loss = ([\d.]+)|Step +(\d+)/ *\d+ Loss: ([\d.]+)")
_SCORE = re.compile(r"dev_score = ([\d.]+)|Dev score: +([\d.]+)")


@dataclass(frozen=True, slots=True)
class Curve:
    """Of one training: (step or epoch, value), in order. Scores are F1 in percent, by Stanza's own measure."""

    losses: tuple[tuple[int, float], ...]
    scores: tuple[tuple[int, float], ...]


@contextmanager
def recorded_log(path: Path) -> Iterator[None]:
    """While it lasts, what Stanza logs goes to the file, too."""
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    stanza_logger = logging.getLogger("stanza")
    stanza_logger.addHandler(handler)
    try:
        yield
    finally:
        stanza_logger.removeHandler(handler)
        handler.close()


def parse_log(text: str) -> Curve:
    """The losses and scores in a trainer's log; empty where it never came to its dev documents.

    >>> parse_log("epoch 1: train_loss = 0.500000, dev_score = 0.9000").scores
    ((1, 90.0),)
    """
    losses: list[tuple[int, float]] = []
    scores: list[tuple[int, float]] = []
    for line in text.splitlines():
        if loss := _LOSS.search(line):
            step, value = (one for one in loss.groups() if one)
            losses.append((int(step), float(value)))
        if (score := _SCORE.search(line)) and losses:
            share, percent = score.groups()
            scores.append((losses[-1][0], float(percent) if percent else 100 * float(share)))
    return Curve(tuple(losses), tuple(scores))


def draw_curves(curves: dict[str, Curve], path: Path) -> None:
    """One SVG, a column a training: loss above, score on dev below. The same curves give the same bytes."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "mudawwana", "svg.fonttype": "none", "font.size": 8}):
        figure = Figure(figsize=(2.2 * len(curves), 3.6), layout="constrained")
        axes = figure.subplots(2, len(curves), squeeze=False, sharex="col")
        for (name, curve), above, below in zip(curves.items(), *axes, strict=True):
            above.plot(*_unzip(curve.losses), color="#666666")
            below.plot(*_unzip(curve.scores), color="#0072b2", marker=".")
            above.set(title=name, ylabel="training loss")
            below.set(
                ylabel="F1 on dev, %", xlabel="step" if curve.losses and curve.losses[-1][0] >= 100 else "epoch"
            )
        # Without a background of its own nothing can be read in dark mode.
        figure.savefig(path, format="svg", metadata={"Date": None}, facecolor="white")


def _unzip(points: tuple[tuple[int, float], ...]) -> tuple[list[int], list[float]]:
    return [step for step, _ in points], [value for _, value in points]
