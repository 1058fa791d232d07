"""Principal component analysis: the directions along which rows differ most."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import ParameterError
from embedding_core.neighbors import as_matrix
from embedding_core.projection.result import Method, Projection
from embedding_core.types import Matrix, Progress, Vector, no_progress

_BLOCK_BYTES = 64 * 1024**2
_ROUNDING = 1e-12
"""Less variance than this share of the mean squared length of the rows is float32's rounding."""


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
    least = _ROUNDING * (total + n * float(np.square(mean, dtype=np.float64).sum()))
    if total <= least:
        zeros = np.zeros((n, params.dims), np.float32)
        return Projection(zeros, Method.PCA, (0.0,) * params.dims, "All rows are equal: one point stands for all.")
    axes, sums = _axes(products, matrix, mean, params.dims, least)
    coordinates = np.empty((n, params.dims), np.float32)
    for start, block in _centred(matrix, mean):
        np.matmul(block, axes, out=coordinates[start : start + len(block)])
        progress(n + start + len(block), 2 * n)
    return Projection(coordinates, Method.PCA, tuple(float(part) for part in sums / total))


def _centred(matrix: Matrix, mean: Vector) -> Iterator[tuple[int, Matrix]]:
    size = max(1, _BLOCK_BYTES // (4 * matrix.shape[1]))
    for start in range(0, len(matrix), size):
        yield start, matrix[start : start + size] - mean


def _products(matrix: Matrix, mean: Vector, progress: Progress) -> NDArray[np.float64]:
    """Return the centred products of columns with columns, or of rows with rows where there are fewer of those."""
    n, dim = matrix.shape
    if n < dim:
        centred = matrix - mean
        return (centred @ centred.T).astype(np.float64)
    products = np.zeros((dim, dim))
    for start, block in _centred(matrix, mean):
        products += block.T @ block
        progress(start + len(block), n)
    return products


def _axes(
    products: NDArray[np.float64], matrix: Matrix, mean: Vector, dims: int, least: float
) -> tuple[Matrix, NDArray[np.float64]]:
    """Return axes of length 1, (dim, dims), and the sum of squares along each; zeros where it is not above `least`."""
    from scipy.linalg import eigh

    n, dim = matrix.shape
    size = len(products)
    count = min(dims, size)
    sums, vectors = eigh(products, subset_by_index=(size - count, size - 1))
    sums, vectors = sums[::-1], vectors[:, ::-1]
    if n < dim:
        vectors = (matrix - mean).T @ vectors
    vectors = vectors / np.linalg.norm(vectors, axis=0)
    vectors *= np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(count)])
    varies = sums > least
    axes, all_sums = np.zeros((dim, dims), np.float32), np.zeros(dims)
    axes[:, :count][:, varies] = vectors[:, varies]
    all_sums[:count][varies] = sums[varies]
    return axes, all_sums
