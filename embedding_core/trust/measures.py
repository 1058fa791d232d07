"""Measures of dimensionality reduction: trustworthiness, continuity, neighborhood preservation, distance correlation.

Trustworthiness and continuity: Venna and Kaski 2001, https://doi.org/10.1007/3-540-44668-0_68, as in scikit-learn's
`sklearn.manifold.trustworthiness`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.statistics import random_pairs, spearman
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.base.vectors import lengths
from embedding_core.trust.ranks import NeighborRanks


def trustworthiness(ranks: NeighborRanks, k: int) -> Vector:
    """Return the trustworthiness of each measured row at k: (m,), 1 when its k neighbors on the map are all true.

    A false neighbor counts by how far down the list of true ones it stands. The mean is the map's.
    """
    return _penalized(ranks.in_space, k, ranks.total)


def continuity(ranks: NeighborRanks, k: int) -> Vector:
    """Return the continuity of each measured row at k: (m,), 1 when its k neighbors in the space are all kept."""
    return _penalized(ranks.on_map, k, ranks.total)


def neighborhood_preservation(ranks: NeighborRanks, k: int) -> Vector:
    """Return the share of the k neighbors in the space that are among the k on the map, by measured row: (m,)."""
    kept: Vector = (ranks.in_space[:, :k] <= k).mean(axis=1, dtype=np.float32)
    return kept


def _penalized(ranks: Indices, k: int, n: int) -> Vector:
    """Return 1 less the ranks beyond k as a share of the worst there can be: (m,)."""
    worst = k * (2 * n - 3 * k - 1) / 2
    beyond = np.maximum(ranks[:, :k].astype(np.int64) - k, 0).sum(axis=1)
    left: Vector = (1 - beyond / worst).astype(np.float32)
    return left


@dataclass(frozen=True, eq=False)
class RandomPairs:
    """Random pairs of different rows and their distances in the space."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    distances: NDArray[np.float64]
    """(pairs,), Euclidean."""

    @classmethod
    def draw(cls, matrix: Matrix, count: int, seed: int) -> "RandomPairs":
        """Draw pairs of the rows of (n, dim), n being 2 or more."""
        left, right = random_pairs(len(matrix), count, seed)
        return cls(left, right, _apart(matrix, left, right))

    def correlation(self, places: Matrix) -> float:
        """Return Spearman's rank correlation of the distances with those on a map, -1 to 1; 0 when one is constant."""
        return spearman(self.distances, _apart(places, self.left, self.right), if_constant=0.0)


_BLOCK = 20_000


def _apart(points: Matrix, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    found = np.empty(len(left))
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        found[part] = lengths(points[left[part]] - points[right[part]])
    return found
