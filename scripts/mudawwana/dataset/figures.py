"""The data card's figures: SVG with real text, so that a browser shapes the Arabic in it and can search it.

The white ground is part of the drawing: it reads the same on a light page and on a dark one. Equal numbers give
equal bytes: no date, fixed ids, no fonts of the machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from mudawwana.annotate.tiers import Calibration
from mudawwana.base.layout import AUTO, GOLD
from mudawwana.dataset.statistics import CorpusStatistics

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_WIDTH_INCHES = 7.6  # 547 pt, what the Hub's column shows without shrinking
_BARS = 20
_HISTOGRAM_BINS = 25
_COLOURS = {AUTO: "#2f6db3", GOLD: "#c77700"}  # apart for the colour-blind, too
_BAR_CHARTS = {
    "upos": ("Parts of speech", "upos_counts"),
    "relations": ("Dependency relations", "deprel_counts"),
    "features": ("Morphological features", "feature_counts"),
    "clitics": ("Words of closed classes inside multi-word tokens", "clitic_counts"),
}
"""By name: the title, and what of the statistics it shows."""
_STYLE: Any = {
    "text.parse_math": False,  # a form may hold dollar signs
    "svg.fonttype": "none",
    "svg.hashsalt": "mudawwana",
    # Bundled with matplotlib, so that the drawing is measured alike everywhere; the browser may take another.
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "white",
    "axes.axisbelow": True,
}


@dataclass(frozen=True)
class Figure:
    """A drawing and what it says to who cannot see it."""

    title: str
    alt: str
    svg: str


def draw_figures(statistics: Mapping[str, CorpusStatistics]) -> dict[str, Figure]:
    """The figures by file name; layers stand side by side, in shares of their own words or sentences."""
    from matplotlib.style import context

    totals = {layer: one.words for layer, one in statistics.items()}
    # "default" first: a style of the user's own would change the bytes
    with context(["default", _STYLE]), catch_warnings():
        # The browser has fonts for what matplotlib's has no glyph for.
        filterwarnings("ignore", message="Glyph")
        figures = {"sentence-lengths": _draw_lengths(statistics)}
        for name, (title, counted) in _BAR_CHARTS.items():
            counts = {layer: getattr(one, counted) for layer, one in statistics.items()}
            figures[name] = _draw_bars(title, counts, totals)
    return {f"{name}.svg": figure for name, figure in figures.items()}


def draw_reliability(calibration: Calibration) -> dict[str, Figure]:
    """By file name, what the models' confidence promises and what it keeps."""
    from matplotlib.style import context

    title = "Confidence of the models, promised and kept"
    errors = calibration.calibration_error
    kept = [100 * group["accuracy"] for group in calibration.reliability]
    with context(["default", _STYLE]):
        drawing, axes = _open_drawing(4.2)
        axes.plot([0, 100], [0, 100], color="grey", linewidth=1)
        names = {"confidence": "as the models say", "expected": "calibrated"}
        for (name, label), colour in zip(names.items(), _COLOURS.values(), strict=True):
            promised = [100 * group[name] for group in calibration.reliability]
            label = f"{label} (mean error {100 * errors[name]:.1f})"
            axes.plot(promised, kept, marker="o", color=colour, label=label)
        axes.set_xlabel("promised, in %")
        axes.set_ylabel("UPOS, features, head and relation right, in %")
        svg = _close_drawing(drawing, axes, title, list(names))
    alt = (
        f"Line chart: {title.lower()}, by tenths of the held-out words. Mean error as the models say "
        f"{100 * errors['confidence']:.1f}, calibrated {100 * errors['expected']:.1f} percentage points."
    )
    return {"reliability.svg": Figure(title, alt, svg)}


def _draw_bars(title: str, counts: Mapping[str, Mapping[str, int]], totals: Mapping[str, int]) -> Figure:
    """Horizontal bars of the share of all words, the most frequent key of the first layer on top."""
    keys = list(dict.fromkeys(key for layer in counts.values() for key in layer))[:_BARS]
    shares = {layer: [100 * counts[layer].get(key, 0) / (totals[layer] or 1) for key in keys] for layer in counts}
    # One layer's numbers are 10.5 points high; those of two stand closer and are smaller.
    row_inches = 0.27 if len(counts) == 1 else 0.18 * len(counts)
    drawing, axes = _open_drawing(1.1 + row_inches * max(len(keys), 1))
    height = 0.8 / len(counts)
    number_points = 10.5 if len(counts) == 1 else 9
    for rank, (layer, values) in enumerate(shares.items()):
        places = [position + (rank - (len(counts) - 1) / 2) * height for position in range(len(keys))]
        axes.barh(places, values, height=height, color=_COLOURS[layer], label=layer)
        for place, value, key in zip(places, values, keys, strict=True):
            number = f"{counts[layer].get(key, 0):,}"
            axes.annotate(
                number, (value, place), (3, 0), textcoords="offset points", va="center", fontsize=number_points
            )
    axes.set_yticks(range(len(keys)), keys)
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.02)
    axes.set_xlabel("% of all words")
    return Figure(title, _describe(title, keys, shares), _close_drawing(drawing, axes, title, list(counts)))


def _draw_lengths(statistics: Mapping[str, CorpusStatistics]) -> Figure:
    title = "Words a sentence"
    longest = max((length for one in statistics.values() for length in one.sentence_length_counts), default=1)
    width = -(-longest // _HISTOGRAM_BINS)
    drawing, axes = _open_drawing(3.2)
    size = width * 0.9 / len(statistics)
    for rank, (layer, one) in enumerate(statistics.items()):
        bins = [0] * -(-longest // width)
        for length, count in one.sentence_length_counts.items():
            bins[(length - 1) // width] += count
        shares = [100 * count / (one.sentences or 1) for count in bins]
        starts = [0.5 + number * width + width * 0.05 + rank * size for number in range(len(bins))]
        axes.bar(starts, shares, width=size, align="edge", color=_COLOURS[layer], label=layer)
    axes.set_xlabel(f"words, in steps of {width}")
    axes.set_ylabel("% of all sentences")
    facts = (
        f"{layer}: mean {one.sentence_words.mean}, median {one.sentence_words.median}, "
        f"longest {one.sentence_words.max}"
        for layer, one in statistics.items()
    )
    alt = f"Histogram: {title.lower()}. {'; '.join(facts)}."
    return Figure(title, alt, _close_drawing(drawing, axes, title, list(statistics)))


def _describe(title: str, keys: Sequence[str], shares: Mapping[str, Sequence[float]]) -> str:
    """The three first bars of each layer in words."""
    layers = []
    for layer, values in shares.items():
        first = [f"{key} {share:.1f}" for key, share in list(zip(keys, values, strict=True))[:3]]
        layers.append(f"{layer}: {', '.join(first) or 'none'}")
    return f"Bar chart: {title.lower()} in % of all words. {'; '.join(layers)}."


def _open_drawing(height_inches: float) -> "tuple[Drawing, Axes]":
    from matplotlib.figure import Figure as Drawing

    drawing = Drawing((_WIDTH_INCHES, height_inches), layout="constrained")
    return drawing, drawing.add_subplot()


def _close_drawing(drawing: "Drawing", axes: "Axes", title: str, layers: Sequence[str]) -> str:
    axes.set_title(title, loc="left")
    if len(layers) > 1:
        axes.legend(frameon=False)
    file = StringIO()
    drawing.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    # matplotlib leaves blanks at the ends of lines
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"
