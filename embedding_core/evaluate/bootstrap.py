"""Whether one system is better than another, or only luckier with its queries."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError

_DRAWS = 10_000
_SEED = 0
_BLOCK = 500
LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """A mean over queries and where it would fall with other queries like them."""

    mean: float
    low: float
    high: float
    """95 % of other samples of as many queries have a mean from `low` to `high`."""


@dataclass(frozen=True)
class Difference:
    """The second system less the first, on the same queries."""

    mean: float
    low: float
    high: float
    p: float
    """How often chance alone makes a difference as large, were there none: 0 to 1."""
    better: int
    """Queries on which the second is better."""
    worse: int

    @property
    def clear(self) -> bool:
        """Say whether the interval leaves no difference out."""
        return self.low > 0 or self.high < 0


def spread(values: NDArray[np.float64]) -> Spread:
    """Return the mean of (n,) and its percentile bootstrap interval.

    Raises:
        InputError: there is no value.
    """
    if not len(values):
        raise InputError("There are no queries to average over.", "Add judgments.")
    return Spread(float(values.mean()), *_interval(_means(values)))


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
    whole = spread(apart)
    # Chance: the same differences moved so that on average there is none.
    by_chance = _means(apart - whole.mean)
    p = float((np.abs(by_chance) >= abs(whole.mean) - 1e-12).mean())
    better, worse = int((apart > 0).sum()), int((apart < 0).sum())
    return Difference(whole.mean, whole.low, whole.high, p, better, worse)


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of bootstrap samples: (draws,), the same each time."""
    rng = np.random.default_rng(_SEED)
    n = len(values)
    return np.concatenate([values[rng.integers(n, size=(_BLOCK, n))].mean(axis=1) for _ in range(_DRAWS // _BLOCK)])


def _interval(means: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
