"""How sure a number is that was computed from some sentences and not from others: percentile bootstrap.

B. Efron and R. J. Tibshirani: An Introduction to the Bootstrap (1993), chapter 13.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20260101
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and how sure it is."""

    value: float
    """In percent; of a kappa from -1 to 1."""
    low: float
    """Where its 95 % interval begins."""
    high: float


def compute_intervals(
    statistics: Callable[[NDArray[np.int64]], NDArray[np.float64]], unit_count: int, *, seed: int = SEED
) -> list[tuple[float, float]]:
    """(low, high) of the 95 % interval of each of the `statistics`, for at least one unit.

    They are called once a resample, with how often each unit was drawn. The same seed gives the same intervals:
    RandomState's stream of numbers is frozen for all versions of numpy (NEP 19).
    """
    random = np.random.RandomState(seed)
    draws = (random.randint(0, unit_count, unit_count) for _ in range(RESAMPLES))
    samples = np.array([statistics(np.bincount(draw, minlength=unit_count)) for draw in draws])
    return [(float(low), float(high)) for low, high in np.percentile(samples, (2.5, 97.5), axis=0).T]
