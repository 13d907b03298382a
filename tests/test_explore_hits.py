"""Numbers of the lists beside the concordance."""

import math

import pytest

from mudawwana.explore.hits import score_collocate


def test_a_collocate_s_scores() -> None:
    # 10 of 20 occurrences stand in 50 of 1,000 places: expected is 1.
    likelihood, log_dice = score_collocate(10, 50, 20, words=1000, hits=50)
    expected = 10 * math.log(10) + 40 * math.log(40 / 49) + 10 * math.log(10 / 19) + 940 * math.log(940 / 931)
    assert likelihood == pytest.approx(2 * expected)
    assert log_dice == pytest.approx(14 + math.log2(20 / 70))


def test_windows_that_overlap_have_more_places_than_there_are_words() -> None:
    likelihood, log_dice = score_collocate(8, 20, 5, words=10, hits=10)
    assert math.isfinite(likelihood)
    assert math.isfinite(log_dice)
