"""Bootstrap intervals over queries, and the paired bootstrap test of two systems."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.statistics import Interval, percentile_interval, resamples

_DRAWS = 10_000


@dataclass(frozen=True)
class Difference:
    """The difference of two systems, second minus first, on the same queries."""

    mean: float
    low: float
    high: float
    p: float
    """The p-value: how often a difference as large arises when there is none, 0 to 1."""
    better: int
    """Queries on which the second is better."""
    worse: int

    @property
    def clear(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """Return the mean of the scores (n,) of n queries and its percentile bootstrap interval.

    Raises:
        InputError: there is no value.
    """
    if not len(values):
        raise InputError("There are no queries to average over.", "Add judgments.")
    return percentile_interval(float(values.mean()), _means(values))


def paired_bootstrap(first: NDArray[np.float64], second: NDArray[np.float64]) -> Difference:
    """Compare two systems by their scores (n,) on the same queries.

    Queries are drawn with replacement, each with both its scores. The p-value is that of the bootstrap test of Efron
    and Tibshirani 1993, chapter 16, as in Sakai 2006, https://doi.org/10.1145/1148170.1148261.

    Raises:
        InputError: the systems were not measured on the same queries.
    """
    if first.shape != second.shape:
        raise InputError(
            f"One system has scores for {len(first):,} queries, the other of {len(second):,}.", "Use the same queries."
        )
    apart = second - first
    whole = mean_interval(apart)
    # Chance: the same differences moved so that on average there is none.
    by_chance = _means(apart - whole.value)
    p = float((np.abs(by_chance) >= abs(whole.value) - 1e-12).mean())
    better, worse = int((apart > 0).sum()), int((apart < 0).sum())
    return Difference(whole.value, whole.low, whole.high, p, better, worse)


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of bootstrap resamples: (draws,), the same each time."""
    return np.concatenate([values[rows].mean(axis=1) for rows in resamples(len(values), _DRAWS)])
