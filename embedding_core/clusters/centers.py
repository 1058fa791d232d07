"""Cluster centers: sums and means of the rows of each label, and the nearest center of each row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix

BLOCK_ROWS = 65_536
"""Rows are taken to float64 so many at a time."""
_BLOCK_VALUES = 16_000_000
"""So many products of a row and a center are held at once, 64 MB of them."""


def totals(matrix: NDArray[Any], labels: Indices, count: int) -> NDArray[np.float64]:
    """Return the sum of the rows of each label from 0 to count - 1, (count, dim); labels below 0 are ignored."""
    from scipy.sparse import csr_matrix

    sums = np.zeros((count, matrix.shape[1]))
    for start in range(0, len(labels), BLOCK_ROWS):
        of_block = labels[start : start + BLOCK_ROWS]
        rows = np.flatnonzero(of_block >= 0)
        member = csr_matrix((np.ones(len(rows)), (of_block[rows], rows)), shape=(count, len(of_block)))
        sums += member @ matrix[start : start + BLOCK_ROWS].astype(np.float64)
    return sums


def means(matrix: Matrix, labels: Indices, count: int) -> Matrix:
    """Return the mean of the rows of each label from 0 to count - 1, (count, dim); 0 for a label without rows."""
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    return (totals(matrix, labels, count) / np.maximum(sizes, 1)[:, None]).astype(np.float32)


def nearest_center(matrix: Matrix, centers: Matrix) -> Indices:
    """Return the index of the center nearest to each row by Euclidean distance, (n,)."""
    half = np.square(centers).sum(axis=1) / 2
    found = np.empty(len(matrix), np.int32)
    size = max(1, _BLOCK_VALUES // len(centers))
    for start in range(0, len(matrix), size):
        part = slice(start, start + size)
        found[part] = (matrix[part] @ centers.T - half).argmax(axis=1)
    return found
