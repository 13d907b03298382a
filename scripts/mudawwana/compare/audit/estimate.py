"""From a stratified sample's checked words to the accuracy of the whole layer.

The estimate: the strata's shares of right words, weighted by the strata's sizes (W. G. Cochran, Sampling
Techniques, 3rd ed. 1977, chapter 5). Its interval: E. B. Wilson's score interval (Journal of the American
Statistical Association 22, 1927) for the effective sample size (L. Kish, Survey Sampling, 1965): it has a width
even where all is right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mudawwana.compare.resampling import Estimate

_Z = 1.959964  # of the normal distribution, 95 % within


@dataclass(frozen=True, slots=True)
class StratumCount:
    """One stratum."""

    size: int
    """All its words."""
    checked: int
    """At least one."""
    right: int


def estimate_share(strata: Sequence[StratumCount]) -> Estimate:
    """Percent of all words that are right, from those that were drawn at random within each stratum and checked.

    >>> estimate_share([StratumCount(900, 45, 45), StratumCount(100, 5, 0)])
    Estimate(value=90.0, low=79.0, high=95.56)
    """
    total = sum(row.size for row in strata)
    share = sum(row.size * row.right / row.checked for row in strata) / total
    # With all words checked nothing is left to chance.
    factor = sum((row.size / total) ** 2 * (1 - row.checked / row.size) / row.checked for row in strata)
    low, high = _compute_wilson(share, factor)
    return Estimate(round(100 * share, 2), round(100 * low, 2), round(100 * high, 2))


def compute_effective_words(strata: Sequence[StratumCount]) -> float:
    """So many words of a plain sample say as much: fewer than were checked where these are spread unevenly (Kish).

    >>> round(compute_effective_words([StratumCount(900, 15, 15), StratumCount(100, 15, 15)]), 1)
    18.3
    """
    total = sum(row.size for row in strata)
    return 1 / sum((row.size / total) ** 2 / row.checked for row in strata)


def _compute_wilson(share: float, factor: float) -> tuple[float, float]:
    """`factor` is one over the effective sample size."""
    width = _Z**2 * factor
    middle = (share + width / 2) / (1 + width)
    half = math.sqrt(width * share * (1 - share) + width**2 / 4) / (1 + width)
    return max(middle - half, 0.0), min(middle + half, 1.0)
