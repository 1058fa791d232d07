"""Principal component analysis: the directions along which rows differ most."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.stage import Lane
from embedding_core.base.types import Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import as_matrix
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.method import Parameter, ProjectionMethod, ProjectionParams
from embedding_core.projection.result import Projection

_BLOCK_BYTES = 64 * 1024**2
_ROUNDING = 1e-10
"""A smaller share of all variance is float32's rounding."""


@dataclass(frozen=True)
class PCAParams(ProjectionParams):
    """How many axes."""

    dims: int = field(default=2, metadata=Parameter(minimum=1, maximum=inf).metadata)


class PCA(ProjectionMethod[PCAParams]):
    """Projection onto the first principal axes, each pointing where its largest loading is positive."""

    name = "pca"
    title = "PCA"
    summary = (
        "shows the directions of largest variance: large distances are meaningful, but structure in the other "
        "directions is hidden."
    )
    source = "[Jolliffe and Cadima 2016](https://doi.org/10.1098/rsta.2015.0202)"
    parameters = PCAParams
    position = 20
    lane = Lane.QUICK
    reading = "A linear projection: points far apart are far apart in the full space; points close together may not be."
    can_transform = True

    def fit(self, matrix: Matrix, neighbors: Neighbors | None = None, progress: Progress = no_progress) -> Projection:
        """Project (n, dim) onto its first principal axes.

        Where nothing varies along an axis, its coordinates are 0. The matrix is read in blocks and may be a memory map.

        Raises:
            InputError: the matrix has no row.
        """
        matrix = as_matrix(matrix)
        n, dims = len(matrix), self.params.dims
        mean, axes, total = _fitted(matrix, dims, lambda done, total: progress(done, 2 * total))
        if total == 0:
            note = "All rows are equal, so they fall on one point."
            return Projection(np.zeros((n, dims), np.float32), self.name, (0.0,) * dims, note)
        coordinates = np.zeros((n, dims), np.float32)
        for start, block in _centered(matrix, mean):
            coordinates[start : start + len(block), : axes.shape[1]] = block @ axes
            progress(n + start + len(block), 2 * n)
        shares = np.square(coordinates, dtype=np.float64).sum(axis=0) / total
        coordinates[:, shares < _ROUNDING] = 0
        return Projection(coordinates, self.name, tuple(float(share) for share in shares))

    def transform(self, rows: Matrix, matrix: Matrix) -> Matrix:
        rows, matrix = as_matrix(rows), as_matrix(matrix)
        mean, axes, total = _fitted(matrix, self.params.dims, no_progress)
        coordinates = np.zeros((len(rows), self.params.dims), np.float32)
        if total > 0:
            coordinates[:, : axes.shape[1]] = (rows - mean) @ axes
        return coordinates


def loadings(matrix: Matrix, dims: int = 2) -> Matrix:
    """Return how each dimension of (n, dim) takes part in each principal axis: (dim, dims).

    A loading is the entry of the axis times the standard deviation along it: of standardized dimensions, their
    correlation with the axis. As arrows from the middle of a map they make it a biplot, Gabriel 1971,
    https://doi.org/10.1093/biomet/58.3.453. Each axis points as `PCA` draws it.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    mean, axes, total = _fitted(matrix, dims, no_progress)
    found = np.zeros((matrix.shape[1], dims), np.float32)
    if total > 0:
        squares = sum(np.square(block @ axes, dtype=np.float64).sum(axis=0) for _, block in _centered(matrix, mean))
        found[:, : axes.shape[1]] = axes * np.sqrt(squares / len(matrix))
    return found


def _fitted(matrix: Matrix, dims: int, progress: Progress) -> tuple[Vector, Matrix, float]:
    """Return the mean row, the first axes as columns, and the sum of squared distances of all rows from the mean."""
    mean = matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    products = _products(matrix, mean, progress)
    return mean, _axes(products, matrix, mean, dims), float(np.trace(products))


def _centered(matrix: Matrix, mean: Vector) -> Iterator[tuple[int, Matrix]]:
    size = max(1, _BLOCK_BYTES // (4 * matrix.shape[1]))
    for start in range(0, len(matrix), size):
        yield start, matrix[start : start + size] - mean


def _products(matrix: Matrix, mean: Vector, progress: Progress) -> NDArray[np.float64]:
    """Return the centered products of columns with columns, or of rows with rows where there are fewer of those."""
    n, dim = matrix.shape
    if n < dim:
        centered = matrix.astype(np.float64) - mean
        return centered @ centered.T
    products = np.zeros((dim, dim))
    for start, block in _centered(matrix, mean):
        products += block.T @ block
        progress(start + len(block), n)
    return products


def _axes(products: NDArray[np.float64], matrix: Matrix, mean: Vector, dims: int) -> Matrix:
    """Return the first axes as columns of length 1: `dims` of them, or as many as there are."""
    from scipy.linalg import eigh

    size = len(products)
    _, vectors = eigh(products, subset_by_index=(max(0, size - dims), size - 1))
    if size < matrix.shape[1]:
        vectors = (matrix - mean).T @ vectors
    vectors, _ = np.linalg.qr(vectors[:, ::-1])
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None], axis=0)
    axes: Matrix = (vectors * np.sign(largest)).astype(np.float32)
    return axes
