"""Distances of all pairs of rows as one matrix product; they take 4 n² bytes."""

import numpy as np

from embedding_core.base.types import Matrix, Progress, no_progress

_BLOCK = 1_024


def distances(matrix: Matrix, progress: Progress = no_progress, share: float = 1.0) -> Matrix:
    """Return (n, n) Euclidean distances, to about 0.0005 of the largest length; progress goes up to `share`."""
    n = len(matrix)
    centered = matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    squares = np.square(centered).sum(axis=1)
    apart = np.empty((n, n), np.float32)
    for start in range(0, n, _BLOCK):
        block = apart[start : start + _BLOCK]
        np.matmul(centered[start : start + _BLOCK], centered.T, out=block)
        block *= -2
        block += squares[start : start + _BLOCK, None]
        block += squares
        np.maximum(block, 0, out=block)
        np.sqrt(block, out=block)
        progress(share * start, n)
    np.fill_diagonal(apart, 0)
    return apart
