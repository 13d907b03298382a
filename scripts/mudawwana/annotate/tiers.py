"""How far a word of the automatic layer can be trusted: tier A, B or C, by what its models' confidence is worth.

A word's confidence is the product of the probabilities in its MISC (`confidence`): of its tag, its reading, its
head, its relation. `calibration.json` beside the models says what share of held-out words of such confidence were
right in tag, features, head and relation (`training.calibration` makes it); a tier is a range of that expected
accuracy. The numbers hold for text like the held-out text, and for the very models that were measured. `mudawwana
annotate` copies that of models of one's own to the annotations.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from mudawwana.base.errors import ModelError
from mudawwana.base.files import remove_file, write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.misc import FEATS_PROB, PROBABILITIES, get_misc

FILE_NAME = "calibration.json"
LEAST_ACCURACY = {"A": 0.9, "B": 0.7, "C": 0.0}
"""The least expected accuracy (0-1) of a tier's words, the best tier first."""


@dataclass(frozen=True, slots=True)
class TierFacts:
    """What the words of a tier were worth, each judged by a calibration that had not seen its sentence."""

    least_confidence: float | None
    """Words of this confidence or more, and of no better tier, are in it; None where no word can be."""
    words: int
    accuracy: float
    """Percent of them with the right UPOS, features, head and relation."""
    low: float
    """Where its 95 % interval begins: a bootstrap by sentence."""
    high: float
    columns: Mapping[str, float]
    """Percent right by column: upos, feats, lemma, head, deprel."""


@dataclass(frozen=True)
class Calibration:
    """What `calibration.json` says."""

    fingerprint: str
    """Of the models, as in `# models`."""
    data: str
    """What it was measured on."""
    sentences: int
    words: int
    method: str
    confidences: Sequence[float]
    """Ascending; from each one on, up to the next, `accuracies` has the expected accuracy (0-1)."""
    accuracies: Sequence[float]
    tiers: Mapping[str, TierFacts]
    """The best first."""
    reliability: Sequence[Mapping[str, float]]
    """Held-out words in ten groups of equal size by confidence: words, confidence, expected accuracy, accuracy."""
    calibration_error: Mapping[str, float]
    """Expected calibration error (0-1) over these groups, of the "confidence" and of the "expected" accuracy."""


def get_tier(probabilities: Sequence[float], calibration: Calibration) -> str:
    """ "A", "B" or "C", by a word's probabilities in the order of `PROBABILITIES`."""
    confidence = math.prod(probabilities)
    return next(
        name
        for name, facts in calibration.tiers.items()
        if facts.least_confidence is not None and confidence >= facts.least_confidence
    )


def get_expected_accuracy(probabilities: Sequence[float], calibration: Calibration) -> float:
    """The chance (0-1) that a word with these probabilities has the right UPOS, features, head and relation."""
    place = bisect_right(calibration.confidences, math.prod(probabilities)) - 1
    return calibration.accuracies[max(place, 0)]


def read_probabilities(misc: str) -> tuple[float, ...] | None:
    """The probabilities in a word's MISC; None where one is missing, as in a gold layer.

    Models without weights for readings give no `FeatsProb`; then it is left out.

    >>> read_probabilities("DeprelProb=0.954|FeatsProb=0.9|HeadProb=0.871|UposProb=0.990")
    (0.99, 0.9, 0.871, 0.954)
    """
    values = {key: get_misc(misc, key) for key in PROBABILITIES}
    is_whole = all(value or key == FEATS_PROB for key, value in values.items())
    return tuple(float(value) for value in values.values() if value) if is_whole else None


def load_calibrations(layout: CorpusLayout) -> tuple[Calibration, ...]:
    """Those that may hold for the corpus: the one that came with its models, and that of the embedded ones.

    Raises ModelError where one cannot be read.
    """
    shipped = Path(str(resources.files("mudawwana.annotate") / "embedded" / FILE_NAME))
    return tuple(read_calibration(path) for path in (layout.calibration_path, shipped) if path.is_file())


def find_calibration(models: str, calibrations: Iterable[Calibration]) -> Calibration | None:
    """The one that belongs to these models, given as a `# models` comment.

    None where there is none: what their confidence is worth nobody has measured.
    """
    return next((one for one in calibrations if one.fingerprint in models.split()), None)


def keep_calibration(layout: CorpusLayout, folder: Path | None) -> Calibration | None:
    """Copies what the folder of the models says of their confidence to the annotations, which are to have it.

    So a data set is the same wherever it is built: the models need not be there. Without a folder, or without a
    calibration in it, what the annotations have goes; None then.

    Raises ModelError where it cannot be read.
    """
    path = folder / FILE_NAME if folder else None
    if path is None or not path.is_file():
        remove_file(layout.calibration_path)
        return None
    calibration = read_calibration(path)
    text = path.read_text(encoding="utf-8")
    if not layout.calibration_path.is_file() or layout.calibration_path.read_text(encoding="utf-8") != text:
        write_text_atomically(layout.calibration_path, [text])
    return calibration


def read_calibration(path: Path) -> Calibration:
    """Raises ModelError where the file is not what `training.calibration` writes."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        tiers = {name: TierFacts(**facts) for name, facts in record.pop("tiers").items()}
        return Calibration(**record, tiers=tiers)
    except (ValueError, TypeError, KeyError) as error:
        raise ModelError(
            f"{path}: no calibration ({error}); make it anew by `python scripts/benchmarks tier-calibration`."
        ) from error
