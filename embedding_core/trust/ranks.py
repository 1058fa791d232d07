"""Ranks of neighbors on a map among neighbors in the space, and the other way round.

All that is measured of neighborhoods follows from these ranks. They are exact: a measured row is compared with every
row, and only the number of measured rows is bounded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.parallel import in_batches
from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import as_matrix

_PAIRS = 110_000_000
"""So many distances at most, where that leaves `_FEWEST` rows: all of some 10,000 rows, in seconds."""
_FEWEST = 1_000
_BLOCK_ROWS = 128
_THREADS = 2
_SEED = 0


@dataclass(frozen=True, eq=False)
class NeighborRanks:
    """The ranks of the neighbors of some rows; 1 is the nearest row, the row itself has no rank."""

    rows: Indices
    """(m,) int32, ascending: the rows that were measured."""
    in_space: Indices
    """(m, k) int32: for each neighbor on the map, nearest first, its rank in the space."""
    on_map: Indices
    """(m, k) int32: for each neighbor in the space, nearest first, its rank on the map."""
    total: int
    """Rows that they were compared with, themselves included."""

    @property
    def k(self) -> int:
        """How many neighbors there are ranks of."""
        return int(self.in_space.shape[1])


def measured_rows(n: int, most: int | None = None) -> Indices:
    """Return the rows of n that are measured: all, or a sample, the same each time.

    Without `most` that is as many as take seconds: all of some 10,000, fewer of more.
    """
    most = max(_FEWEST, _PAIRS // n) if most is None else most
    if n <= most:
        return np.arange(n, dtype=np.int32)
    return np.sort(np.random.default_rng(_SEED).permutation(n)[:most]).astype(np.int32)


def neighbor_ranks(
    matrix: Matrix, coordinates: Matrix, k: int, rows: Indices | None = None, progress: Progress = no_progress
) -> NeighborRanks:
    """Return the ranks of the k neighbors of some rows of (n, dim) between the space and a map, (n, dims).

    Distances are Euclidean, which for rows of length 1 order as cosines do.

    Raises:
        InputError: the map has another number of rows.
        ParameterError: k is not from 1 to n - 1.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    if len(coordinates) != n:
        raise InputError(f"The vectors have {n:,} rows, the map {len(coordinates):,}.", "Draw the map again.")
    if not 1 <= k < n:
        raise ParameterError(f"{k} neighbors of {n:,} rows cannot be compared.", f"Choose 1 to {n - 1:,}.")
    rows = measured_rows(n) if rows is None else rows
    in_space, on_map = np.empty((len(rows), k), np.int32), np.empty((len(rows), k), np.int32)
    near, far = _Distances(matrix), _Distances(coordinates)

    def work(batch: range) -> None:
        part = rows[batch.start : batch.stop]
        space, places = _Ordered(near.of(part)), _Ordered(far.of(part))
        for i, row in enumerate(batch):
            in_space[row] = space.ranks(i, places.nearest(i, k))
            on_map[row] = places.ranks(i, space.nearest(i, k))

    in_batches(work, len(rows), _BLOCK_ROWS, progress, _THREADS)
    return NeighborRanks(rows, in_space, on_map, total=n)


class _Distances:
    """Squared Euclidean distances, less what is the same in all of a row."""

    def __init__(self, points: Matrix) -> None:
        # Centered, less is lost to rounding.
        self.points = points - points.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.squares = np.square(self.points, dtype=np.float64).sum(axis=1).astype(np.float32)

    def of(self, rows: Indices) -> Matrix:
        """Return (m, n): of these rows to all; a row to itself is minus infinity."""
        found: Matrix = self.points[rows] @ (-2 * self.points.T)
        found += self.squares
        found[np.arange(len(rows)), rows] = -np.inf
        return found


class _Ordered:
    """Distances of some rows to all, and the same in order."""

    def __init__(self, distances: Matrix) -> None:
        self.distances = distances
        self.ordered = np.sort(distances, axis=1)

    def nearest(self, i: int, k: int) -> NDArray[np.intp]:
        """Return the k nearest neighbors of the i-th row, nearest first, ties by row number."""
        values: Vector = self.distances[i]
        near = np.flatnonzero(values <= self.ordered[i, k])
        # The row itself comes first.
        return near[np.argsort(values[near], kind="stable")][1 : k + 1]

    def ranks(self, i: int, rows: NDArray[np.intp]) -> Indices:
        """Return the ranks of rows among the neighbors of the i-th; ties share the best rank."""
        ranks: Indices = np.searchsorted(self.ordered[i], self.distances[i, rows]).astype(np.int32)
        return ranks
