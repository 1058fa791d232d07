"""Where clusters lie: sums and means of the rows of each label."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix

BLOCK_ROWS = 65_536
"""Rows are taken to float64 so many at a time."""


def totals(matrix: NDArray[Any], labels: Indices, count: int) -> NDArray[np.float64]:
    """Return the sum of the rows of each of so many labels, (count, dim); rows with a label below 0 are in none."""
    from scipy.sparse import csr_matrix

    sums = np.zeros((count, matrix.shape[1]))
    for start in range(0, len(labels), BLOCK_ROWS):
        of_block = labels[start : start + BLOCK_ROWS]
        rows = np.flatnonzero(of_block >= 0)
        member = csr_matrix((np.ones(len(rows)), (of_block[rows], rows)), shape=(count, len(of_block)))
        sums += member @ matrix[start : start + BLOCK_ROWS].astype(np.float64)
    return sums


def means(matrix: Matrix, labels: Indices, count: int) -> Matrix:
    """Return the mean row of each of so many labels, (count, dim); 0 where there is no row."""
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    return (totals(matrix, labels, count) / np.maximum(sizes, 1)[:, None]).astype(np.float32)


def nearest_center(matrix: Matrix, centers: Matrix) -> Indices:
    """Return for each row the center at the least Euclidean distance, (n,)."""
    half = np.square(centers).sum(axis=1) / 2
    found = np.empty(len(matrix), np.int32)
    for start in range(0, len(matrix), BLOCK_ROWS):
        part = slice(start, start + BLOCK_ROWS)
        found[part] = (matrix[part] @ centers.T - half).argmax(axis=1)
    return found
