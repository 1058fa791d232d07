"""Outliers: items far from their nearest neighbors, by two measures."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.neighbors.exact import Neighbors

_LEAST = 1e-10
"""Added to distances that are divided by, as scikit-learn does: doubles are at no distance."""


@dataclass(frozen=True)
class OutlierParams:
    """The number of neighbors to compare with."""

    k: int = 20

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ParameterError(f"The number of neighbors is {self.k}.", "Choose at least 1.")


@dataclass(frozen=True, eq=False)
class Outliers:
    """Outlier scores of every item; larger is farther out."""

    k: int
    """Of the neighbors there were."""
    distances: NDArray[np.float64]
    """(n,) to the k-th neighbor: far from everything."""
    factors: NDArray[np.float64]
    """(n,) local outlier factors: 1 is as dense as its neighbors' surroundings, 2 half as dense."""


def find_outliers(neighbors: Neighbors, params: OutlierParams = OutlierParams()) -> Outliers:
    """Score every item by its nearest neighbors.

    Ramaswamy, Rastogi and Shim 2000 (the k-th distance); Breunig et al. 2000 (the factor),
    https://doi.org/10.1145/335191.335388.

    Raises:
        InputError: there is but one item.
    """
    k = min(params.k, neighbors.indices.shape[1])
    if k == 0:
        raise InputError("A single item cannot be an outlier.", "Use at least two rows.")
    near = neighbors.indices[:, :k]
    distances = np.maximum(neighbors.distances()[:, :k], 0).astype(np.float64)
    kth = distances[:, -1]
    reach = np.maximum(distances, kth[near])
    density = 1 / (reach.mean(axis=1) + _LEAST)
    factors = density[near].mean(axis=1) / density
    return Outliers(k, kth, factors)
