"""Statistics that several analyses share: random pairs of rows, bootstrap intervals and rank correlation."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_QUANTILES = (0.025, 0.975)
_BLOCK = 4_000_000
"""Row numbers that are drawn at once, 32 MB of them."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % percentile bootstrap interval."""

    value: float
    low: float
    """95 % of resamples of as many rows give a value from `low` to `high`."""
    high: float


def random_pairs(n: int, count: int, seed: int = 0) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the two row numbers of random pairs of different rows of n, each (count,); none when there is one row."""
    rng = np.random.default_rng(seed)
    left = rng.integers(n, size=count if n > 1 else 0)
    return left, (left + rng.integers(1, max(n, 2), size=len(left))) % n


def resamples(n: int, draws: int, seed: int = 0) -> Iterator[NDArray[np.int64]]:
    """Yield bootstrap resamples of n row numbers, drawn with replacement, in blocks (at most `draws`, n)."""
    rng = np.random.default_rng(seed)
    size = max(1, _BLOCK // n)
    for start in range(0, draws, size):
        yield rng.integers(n, size=(min(size, draws - start), n))


def percentile_interval(value: float, drawn: NDArray[np.floating]) -> Interval:
    """Return an estimate with the interval from its values (draws,) on bootstrap resamples, NaN ones left out.

    Efron and Tibshirani 1993, chapter 13.
    """
    low, high = np.nanquantile(drawn, _QUANTILES)
    return Interval(value, float(low), float(high))


def spearman(left: NDArray[np.floating], right: NDArray[np.floating], if_constant: float = float("nan")) -> float:
    """Return Spearman's rank correlation of two (n,), -1 to 1, or `if_constant` when either holds one value only."""
    from scipy.stats import spearmanr

    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return if_constant
    return float(spearmanr(left, right).statistic)
