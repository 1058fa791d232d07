"""The exact k nearest neighbors of every row in the original space, computed once and used by many stages.

Blocks of rows are multiplied with the whole matrix. In each block a bound that at least k scores of a row reach is
found without sorting, and only the few scores that reach it are sorted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import COSINE_DECIMALS, Metric, as_cosines, as_matrix, lengths, unit_rows

_BLOCK_BYTES = 256 * 1024**2
"""One block's scores take at most this."""
_BLOCK_ROWS = 1024
"""Larger blocks multiply no faster, and make progress and cancelling coarse."""
_CROWD = 8
"""More candidates than this many times k are cut before they are sorted: many rows are equal."""
_ROUNDING = 4e-6
"""What float32 may lose in a product of two rows, relative to the square of their length."""


@dataclass(frozen=True)
class NeighborsParams:
    """The number of neighbors and the metric."""

    k: int = 32
    metric: Metric = Metric.COSINE

    def __post_init__(self) -> None:
        object.__setattr__(self, "metric", Metric.of(self.metric))
        if self.k < 1:
            raise ParameterError(f"The number of neighbors is {self.k}.", "Choose at least 1.")


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The k nearest neighbors of every row, nearest first, ties by row number; a row is not its own neighbor.

    Float32 may tell apart the dot products of equal rows.
    """

    indices: Indices
    """(n, k) int32."""
    similarities: Matrix
    """(n, k) float32, by `metric`."""
    metric: Metric = Metric.COSINE

    def distances(self) -> Matrix:
        """Return (n, k) float32, 0 or more: 1 - cosine, Euclidean, or how far a dot product is below its row's best."""
        distances: Matrix = -self.similarities
        if self.metric is Metric.COSINE:
            distances += np.float32(1)
        elif self.metric is Metric.DOT:
            distances += self.similarities[:, :1]
        return distances


def nearest_neighbors(
    matrix: Matrix, params: NeighborsParams = NeighborsParams(), progress: Progress = no_progress
) -> Neighbors:
    """Return the k nearest neighbors of every row of (n, dim), nearest first; all n - 1 others when `params.k` is more.

    Needs 0.4 GB, and a copy of the matrix unless its rows have length 1 or the metric is the dot product.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    k = min(params.k, n - 1)
    indices, similarities = np.empty((n, k), np.int32), np.empty((n, k), np.float32)
    if k == 0:
        return Neighbors(indices, similarities, params.metric)
    space = _Space.of(matrix, params.metric)
    size = max(1, min(_BLOCK_ROWS, n, _BLOCK_BYTES // (4 * n)))
    buffer = np.empty((size, n), np.float32)
    for start in range(0, n, size):
        stop = min(start + size, n)
        scores = space.scores(start, stop, buffer[: stop - start])
        scores[np.arange(stop - start), np.arange(start, stop)] = -np.inf
        rows, columns = _candidates(scores, k, space.slack[start:stop])
        if params.metric is Metric.EUCLIDEAN:
            found = _minus_distances(matrix, rows + start, columns)
        else:
            found = scores[rows, columns]
        if params.metric is Metric.COSINE:
            found = as_cosines(found, np.float32(1))
        indices[start:stop], similarities[start:stop] = _best(rows, columns, found, stop - start, k)
        progress(stop, n)
    return Neighbors(indices, similarities, params.metric)


@dataclass(frozen=True, eq=False)
class _Space:
    """Rows such that a larger product means nearer."""

    rows: Matrix
    minus: Vector | None
    """Taken from each column's product; None when there is nothing to take."""
    slack: Vector
    """How far apart two products of a row may be and still count as equal."""

    @classmethod
    def of(cls, matrix: Matrix, metric: Metric) -> "_Space":
        if metric is Metric.DOT:
            return cls(matrix, None, np.zeros(len(matrix), np.float32))
        if metric is Metric.COSINE:
            return cls(unit_rows(matrix), None, np.full(len(matrix), 10.0**-COSINE_DECIMALS, np.float32))
        # |x - y|² = |x|² - 2 (xy - |y|²/2), and |x|² is the same in all of a row. Centered, less is lost to rounding.
        centered = matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
        squares: Vector = np.square(lengths(centered)).astype(np.float32)
        return cls(centered, squares / np.float32(2), squares * np.float32(_ROUNDING))

    def scores(self, start: int, stop: int, out: Matrix) -> Matrix:
        np.matmul(self.rows[start:stop], self.rows.T, out=out)
        if self.minus is not None:
            out -= self.minus
        return out


def _candidates(scores: Matrix, k: int, slack: Vector) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of every score that may be among the k best of its row, row by row, columns ascending."""
    chosen = scores >= _bound(scores, k) - slack[:, None]
    for row in np.flatnonzero(np.count_nonzero(chosen, axis=1) > _CROWD * k):
        chosen[row] = _first_best(scores[row], k, slack[row])
    rows, columns = np.divmod(np.flatnonzero(chosen), scores.shape[1])
    return rows, columns


def _bound(scores: Matrix, k: int) -> Matrix:
    """Return what at least k scores of each row reach: the k-th largest among the maxima of interleaved groups."""
    n = scores.shape[1]
    groups = max(512, 4 * k)
    if n < 2 * groups:
        return np.partition(scores, n - k, axis=1)[:, [n - k]]
    whole = n - n % groups
    maxima = scores[:, :whole].reshape(len(scores), -1, groups).max(axis=1)
    np.maximum(maxima[:, : n - whole], scores[:, whole:], out=maxima[:, : n - whole])
    return np.partition(maxima, groups - k, axis=1)[:, [groups - k]]


def _first_best(scores: Vector, k: int, slack: np.float32) -> NDArray[np.bool_]:
    """Mark the k largest; of those as good as the k-th, the first."""
    kth = np.partition(scores, len(scores) - k)[len(scores) - k]
    best: NDArray[np.bool_] = scores > kth + slack
    equal = (scores >= kth - slack) & ~best
    best[np.flatnonzero(equal)[: k - np.count_nonzero(best)]] = True
    return best


def _minus_distances(matrix: Matrix, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Vector:
    """Return minus the distance of each pair of rows, from their differences: exact for near pairs too."""
    found = np.empty(len(rows), np.float32)
    size = max(1, _BLOCK_BYTES // (16 * matrix.shape[1]))
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        found[part] = -lengths(matrix[rows[part]] - matrix[columns[part]])
    return found


def _best(
    rows: NDArray[np.int64], columns: NDArray[np.int64], scores: Vector, n: int, k: int
) -> tuple[Indices, Matrix]:
    """Return columns and scores of the k best of each of n rows, equal ones in the order they come."""
    first = np.searchsorted(rows, np.arange(n + 1))
    place = np.arange(len(rows)) - first[rows]
    padded = np.full((n, int(np.diff(first).max())), -np.inf, np.float32)
    names = np.zeros(padded.shape, np.int32)
    padded[rows, place], names[rows, place] = scores, columns
    order = np.argsort(-padded, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(names, order, axis=1), np.take_along_axis(padded, order, axis=1)
