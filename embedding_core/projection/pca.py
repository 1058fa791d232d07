"""Principal component analysis: the directions along which rows differ most."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import as_matrix
from embedding_core.projection.result import Method, Projection

_BLOCK_BYTES = 64 * 1024**2
_ROUNDING = 1e-10
"""A smaller share of all variance is float32's rounding."""


@dataclass(frozen=True)
class PCAParams:
    """How many axes."""

    dims: int = 2

    def __post_init__(self) -> None:
        if self.dims < 1:
            raise ParameterError(f"A map cannot have {self.dims} dimensions.", "Choose 2 or 3.")


def pca(matrix: Matrix, params: PCAParams = PCAParams(), progress: Progress = no_progress) -> Projection:
    """Project (n, dim) onto its first principal axes, each pointing where its largest loading is positive.

    Where nothing varies along an axis, its coordinates are 0. The matrix is read in blocks and may be a memory map.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    mean = matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    products = _products(matrix, mean, lambda done, total: progress(done, 2 * total))
    total = float(np.trace(products))
    coordinates = np.zeros((n, params.dims), np.float32)
    if total == 0:
        return Projection(
            coordinates, Method.PCA, (0.0,) * params.dims, "All rows are equal, so they fall on one point."
        )
    axes = _axes(products, matrix, mean, params.dims)
    for start, block in _centered(matrix, mean):
        coordinates[start : start + len(block), : axes.shape[1]] = block @ axes
        progress(n + start + len(block), 2 * n)
    shares = np.square(coordinates, dtype=np.float64).sum(axis=0) / total
    coordinates[:, shares < _ROUNDING] = 0
    return Projection(coordinates, Method.PCA, tuple(float(share) for share in shares))


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
