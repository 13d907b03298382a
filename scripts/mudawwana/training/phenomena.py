"""Scores of models by phenomenon of Arabic grammar: gold files of short sentences, one file a phenomenon.

Each `# text` is a paragraph of its own, so that a sentence's neighbours do not count. `tests/test_phenomena.py`
holds the scores against floors, `python scripts/benchmarks phenomena-scores` prints them and raises the floors.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import Models
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import SettingsError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.records import Document, Paragraph, Sentence
from mudawwana.compare.evaluate import score_conllu

FLOOR_METRICS = ("Words", "UPOS", "UFeats", "Lemmas", "UAS", "LAS")
METRICS = ("Sentences", *FLOOR_METRICS)
ALL = "all"
"""The name of the row over all phenomena together."""
TOLERANCE = 2.5
"""Percentage points that a score may lie below its floor: about a word of a phenomenon, because another
processor's arithmetic may turn a close decision."""

Scores = Mapping[str, Mapping[str, float]]
"""Phenomenon (the gold file's stem) -> metric -> F1 in percent."""


def score_phenomena(gold_paths: Sequence[Path], models: Models) -> dict[str, dict[str, float]]:
    """F1 in percent for each phenomenon in the order of the paths, then for `ALL`."""
    golds = {path.stem: list(read_conllu(path)) for path in gold_paths}
    inputs = [_build_input(name, sentences) for name, sentences in golds.items()]
    systems = {document.id: sentences for document, sentences in annotate_documents(inputs, models)}
    scores = {name: _score(golds[name], systems[name]) for name in golds}
    together = [[sentence for name in golds for sentence in layer[name]] for layer in (golds, systems)]
    return {**scores, ALL: _score(*together)}


def find_failures(scores: Scores, floors: Scores) -> list[str]:
    """One message for each score that lies more than `TOLERANCE` below its floor; what has no floor passes."""
    return [
        f"{phenomenon}: {metric} is {scores[phenomenon][metric]:.2f}, its floor is {floor:.2f}"
        for phenomenon, metrics in floors.items()
        for metric, floor in metrics.items()
        if scores[phenomenon][metric] < floor - TOLERANCE
    ]


def raise_floors(scores: Scores, floors: Scores) -> dict[str, dict[str, float]]:
    """The floors with those raised that the scores exceed, by phenomenon; none is lowered, none is lost."""
    raised = {phenomenon: dict(metrics) for phenomenon, metrics in floors.items()}
    for phenomenon, metrics in scores.items():
        row = raised.setdefault(phenomenon, {})
        for metric in FLOOR_METRICS:
            row[metric] = max(row.get(metric, 0.0), _round_down(metrics[metric]))
    return dict(sorted(raised.items()))


def read_floors(path: Path) -> dict[str, dict[str, float]]:
    """The floors of a `floors.json`: phenomenon -> metric -> F1 in percent.

    Raises SettingsError where a metric is none of `FLOOR_METRICS`.
    """
    floors: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    unknown = sorted({metric for metrics in floors.values() for metric in metrics} - set(FLOOR_METRICS))
    if unknown:
        raise SettingsError(f"{path}: no metric {', '.join(unknown)}; known are {', '.join(FLOOR_METRICS)}.")
    return floors


def write_floors(path: Path, floors: Scores) -> None:
    write_text_atomically(path, [json.dumps(floors, indent=1) + "\n"])


def _build_input(name: str, sentences: Iterable[Sentence]) -> tuple[Document, list[Paragraph]]:
    """The sentences' raw texts as a document, one a line."""
    paragraphs: list[Paragraph] = []
    start = 0
    for number, sentence in enumerate(sentences, start=1):
        paragraphs.append(Paragraph(f"{name}-p{number}", start, sentence.text))
        start += len(sentence.text) + 1
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    return Document(name, text, sha256="", path=f"{name}.txt"), paragraphs


def _score(gold: Iterable[Sentence], system: Iterable[Sentence]) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        gold_path, system_path = Path(folder, "gold.conllu"), Path(folder, "system.conllu")
        write_conllu(gold_path, gold)
        write_conllu(system_path, system)
        scores, _ = score_conllu(gold_path, system_path)
    return {metric: scores[metric] for metric in METRICS}


def _round_down(value: float) -> float:
    return float(Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_FLOOR))
