"""Numbers as places in an order, and how far two orders agree."""

import numpy as np
from numpy.typing import NDArray


def rank(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks (n,) from 1, equal values sharing the middle of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: NDArray[np.float64] = (ends - (counts - 1) / 2.0).astype(np.float64)[places]
    return ranks


def rank_correlation(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return Spearman's correlation of two lists of numbers (n,), 1 where one of them ranks nothing."""
    if min(len(np.unique(values)) for values in (left, right)) < 2:
        return 1.0
    return float(np.corrcoef(rank(left), rank(right))[0, 1])
