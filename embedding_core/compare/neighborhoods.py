"""Neighborhoods in two spaces: the share of neighbors in common."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices
from embedding_core.neighbors.exact import Neighbors


@dataclass(frozen=True)
class ComparisonParams:
    """The number of neighbors to compare."""

    k: int = 10

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ParameterError(f"The number of neighbors is {self.k}.", "Choose at least 1.")


@dataclass(frozen=True, eq=False)
class SpaceComparison:
    """The neighbors of the same rows in two spaces."""

    k: int
    """Of the neighbors there were."""
    overlaps: NDArray[np.float64]
    """(n,) the share of a row's k nearest in one space that are among its k nearest in the other, 0 to 1."""
    wider: NDArray[np.float64]
    """(n,) the same for all neighbors that were given."""
    chance: float
    """The share that two spaces without any relation have in common."""

    @property
    def overlap(self) -> float:
        """The mean share of neighbors in common, over all rows."""
        return float(self.overlaps.mean())

    def changed(self) -> Indices:
        """Return all rows by their share of neighbors in common, least first; a larger neighborhood breaks ties."""
        order: Indices = np.lexsort((np.arange(len(self.overlaps)), self.wider, self.overlaps)).astype(np.int32)
        return order


def compare_neighborhoods(
    left: Neighbors, right: Neighbors, params: ComparisonParams = ComparisonParams()
) -> SpaceComparison:
    """Compare the neighbors of the same n rows in two spaces.

    Raises:
        InputError: there is but one row, or not as many on both sides.
    """
    n, kept = left.indices.shape
    if right.indices.shape != left.indices.shape or kept == 0:
        raise InputError(
            f"{n:,} rows and {len(right.indices):,} cannot be compared.",
            "Use at least 2 rows, the same in both spaces.",
        )
    k = min(params.k, kept)
    return SpaceComparison(k, _shared(left, right, k), _shared(left, right, kept), k / (n - 1))


def _shared(left: Neighbors, right: Neighbors, k: int) -> NDArray[np.float64]:
    """Return (n,) shares; sorted together, a neighbor in both lists stands beside itself."""
    both = np.sort(np.concatenate([left.indices[:, :k], right.indices[:, :k]], axis=1), axis=1)
    shared: NDArray[np.float64] = (both[:, 1:] == both[:, :-1]).sum(axis=1) / k
    return shared
