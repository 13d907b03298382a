"""Tiers: what a calibration promises is what was measured on words that it had not seen."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mudawwana.annotate.models import Models
from mudawwana.annotate.tiers import (
    LEAST_ACCURACY,
    find_calibration,
    get_expected_accuracy,
    get_tier,
    keep_calibration,
    load_calibrations,
    read_calibration,
    read_probabilities,
)
from mudawwana.base.conllu_io import parse_conllu, write_conllu
from mudawwana.base.errors import ModelError
from mudawwana.base.layout import CorpusLayout
from mudawwana.base.records import Sentence
from mudawwana.training.calibration import (
    FOLDS,
    JudgedWords,
    calibrate,
    fit_isotonic,
    judge_words,
    write_calibration,
)

# "Peace.", "he said"
ROWS = """\
# sent_id = s
1	قال	قَال	VERB	_	_	0	root	_	UposProb=0.900|HeadProb=1.000|DeprelProb=0.500
2	سلام	سَلَام	NOUN	_	_	1	obj	_	SpaceAfter=No|UposProb=1.000|HeadProb=0.200|DeprelProb=1.000
3	.	.	PUNCT	_	_	1	punct	_	UposProb=1.000|HeadProb=1.000|DeprelProb=1.000

"""


@pytest.fixture
def overconfident() -> JudgedWords:
    """Words whose models promise c and keep c squared, by a fixed stream of numbers."""
    random = np.random.RandomState(1)
    confidences = random.uniform(size=4000).round(3)
    are_right = random.uniform(size=4000) < confidences**2
    return JudgedWords(np.arange(4000) // 10, confidences, np.repeat(are_right[:, None], 5, axis=1))


def parse(text: str) -> list[Sentence]:
    return list(parse_conllu(text.splitlines(keepends=True)))


class TestFit:
    def test_it_never_falls(self) -> None:
        confidences, accuracies = fit_isotonic(
            np.array([0.1, 0.2, 0.3, 0.4, 0.4]), np.array([False, True, False, True, True])
        )
        assert confidences.tolist() == [0.1, 0.2, 0.4]
        assert accuracies.tolist() == [0.0, 0.5, 1.0]

    def test_it_finds_the_truth(self, overconfident: JudgedWords) -> None:
        calibration = calibrate(overconfident, fingerprint="sha256:0", data="made")
        for confidence in (0.3, 0.5, 0.7, 0.9):
            assert get_expected_accuracy([confidence], calibration) == pytest.approx(confidence**2, abs=0.06)
        assert calibration.calibration_error["confidence"] > 0.15
        assert calibration.calibration_error["expected"] < 0.03
        for group in calibration.reliability:
            assert group["accuracy"] == pytest.approx(group["expected"], abs=0.08)


class TestTiers:
    def test_they_keep_what_they_promise(self, overconfident: JudgedWords) -> None:
        calibration = calibrate(overconfident, fingerprint="sha256:0", data="made")
        assert sum(tier.words for tier in calibration.tiers.values()) == calibration.words == 4000
        bounds = [*LEAST_ACCURACY.values()]
        for (name, tier), least, most in zip(calibration.tiers.items(), bounds, [1.0, *bounds], strict=False):
            assert 100 * least - 3 < tier.accuracy < 100 * most, name
            assert tier.low <= tier.accuracy <= tier.high
        # a square of 0.9 or more, of 0.7 or more
        assert calibration.tiers["A"].least_confidence == pytest.approx(0.949, abs=0.03)
        assert calibration.tiers["B"].least_confidence == pytest.approx(0.837, abs=0.03)

    def test_a_word_has_the_tier_of_its_confidence(self, overconfident: JudgedWords) -> None:
        calibration = calibrate(overconfident, fingerprint="sha256:0", data="made")
        tiers = [get_tier(probs, calibration) for probs in ((1, 1, 1), (0.9, 1, 0.99), (0.9, 0.9, 0.9), (0, 1, 1))]
        assert tiers == ["A", "B", "C", "C"]

    def test_where_nothing_is_right_all_is_c(self, overconfident: JudgedWords) -> None:
        wrong = replace(overconfident, hits=np.zeros_like(overconfident.hits))
        calibration = calibrate(wrong, fingerprint="sha256:0", data="made")
        assert calibration.tiers["A"].least_confidence is None
        assert calibration.tiers["A"].words == 0
        assert get_tier([1.0], calibration) == "C"


class TestWords:
    def test_they_are_judged_by_gold(self, tmp_path: Path) -> None:
        gold, system = tmp_path / "gold.conllu", tmp_path / "system.conllu"
        write_conllu(system, parse(ROWS * FOLDS))
        write_conllu(
            gold, parse(ROWS.replace("NOUN	_	_	1	obj", "PROPN	_	_	1	nsubj") * FOLDS)
        )
        words = judge_words(gold, system)
        assert words.confidences[:3] == pytest.approx([0.45, 0.2, 1.0])
        # upos, feats, lemma, head, deprel
        assert words.hits[:3].tolist() == [[True] * 5, [False, True, True, True, False], [True] * 5]
        assert words.are_right[:3].tolist() == [True, False, True]
        assert words.sentences.max() == FOLDS - 1

    def test_words_without_confidence_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "gold.conllu"
        write_conllu(path, parse(ROWS.replace("HeadProb=0.200|", "") * FOLDS))
        with pytest.raises(ModelError, match="s, word 2: no UposProb, HeadProb and DeprelProb"):
            judge_words(path, path)

    def test_too_few_sentences(self, tmp_path: Path) -> None:
        path = tmp_path / "gold.conllu"
        write_conllu(path, parse(ROWS))
        with pytest.raises(ModelError, match="1 sentences; a calibration needs 5"):
            judge_words(path, path)

    def test_probabilities(self) -> None:
        assert read_probabilities("_") is None
        assert read_probabilities("FeatsProb=0.25|HeadProb=1|UposProb=0.5") is None
        assert read_probabilities("DeprelProb=0.5|FeatsProb=0.25|HeadProb=1|UposProb=0.5") == (0.5, 0.25, 1, 0.5)
        assert read_probabilities("DeprelProb=0.5|HeadProb=1|UposProb=0.5") == (0.5, 1, 0.5)
        assert read_probabilities("UposProb=0.5|DeprelProb=0.5") is None


class TestFile:
    def test_round_trip(self, overconfident: JudgedWords, tmp_path: Path) -> None:
        calibration = calibrate(overconfident, fingerprint="sha256:0", data="made")
        write_calibration(tmp_path / "calibration.json", calibration)
        assert read_calibration(tmp_path / "calibration.json") == calibration

    @pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"tiers": {"A": {"words": 1}}})])
    def test_another_file_is_refused(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "calibration.json").write_text(text, encoding="utf-8")
        with pytest.raises(ModelError, match=r"calibration\.json: no calibration"):
            read_calibration(tmp_path / "calibration.json")

    def test_the_embedded_models_have_theirs(self, models: Models, tmp_path: Path) -> None:
        known = load_calibrations(CorpusLayout(tmp_path))
        calibration = find_calibration(f"embedded {models.fingerprint}", known)
        assert calibration
        assert list(calibration.tiers) == ["A", "B", "C"]
        accuracies = [tier.accuracy for tier in calibration.tiers.values()]
        assert accuracies == sorted(accuracies, reverse=True)
        assert find_calibration("padt sha256:0000", known) is None

    def test_a_corpus_keeps_that_of_its_models(self, tmp_path: Path, overconfident: JudgedWords) -> None:
        layout, folder = CorpusLayout(tmp_path / "corpus"), tmp_path / "models"
        calibration = calibrate(overconfident, fingerprint="sha256:1", data="made")
        write_calibration(folder / "calibration.json", calibration)
        assert keep_calibration(layout, folder) == calibration
        found = find_calibration("mine sha256:1", load_calibrations(layout))
        assert found == calibration
        assert keep_calibration(layout, None) is None
        assert find_calibration("mine sha256:1", load_calibrations(layout)) is None
