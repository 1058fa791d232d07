"""Silhouettes of all rows, Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7.

With squared Euclidean distance the mean distance of a row to a cluster follows from the cluster's mean and mean squared
length, so silhouettes of all rows are exact and need no pair of them. On rows of length 1 they are those of cosine
distance, which is half of it. Among those a row without length has the cosine 0 with every other, as scikit-learn has
it: it counts as if it stood at a right angle to all of them.
"""

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.clusters.centers import BLOCK_ROWS, totals

_UNIT = 1e-4
"""So little a squared length of 1 may be off in float32."""


def silhouettes(matrix: Matrix, labels: Indices) -> Vector:
    """Return (n,) silhouettes of (n, dim) rows, squared Euclidean; NaN for noise and where there is but one cluster.

    As scikit-learn has it, a row alone in its cluster gets 0; so does one that is as near to another cluster.
    """
    found = np.full(len(labels), np.nan, np.float32)
    named, places = np.unique(labels[labels >= 0], return_inverse=True)
    if len(named) < 2:
        return found
    kept = np.flatnonzero(labels >= 0)
    codes: Indices = places.astype(np.int32)
    rows = matrix[kept]
    squares, upright = _squares(rows)
    if not upright.any():
        # Centered, less is lost to rounding when the rows lie close together far from 0.
        rows = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
        squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
    sizes = np.bincount(codes).astype(np.float64)
    centers = totals(rows, codes, len(named)) / sizes[:, None]
    spread = np.bincount(codes, weights=squares) / sizes
    for start in range(0, len(kept), BLOCK_ROWS):
        part = slice(start, start + BLOCK_ROWS)
        apart = squares[part, None] + spread - 2 * rows[part].astype(np.float64) @ centers.T
        found[kept[part]] = _silhouettes(np.maximum(apart, 0), codes[part], sizes, np.where(upright[part], 2.0, 0.0))
    return found


def _squares(rows: Matrix) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the squared length of each row, and which rows without length stand at right angles to directions.

    Those count as of length 1.
    """
    squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
    empty = squares == 0
    directions = np.allclose(squares[~empty], 1, rtol=0, atol=_UNIT) and not empty.all()
    upright = empty if directions else np.zeros(len(rows), dtype=bool)
    return np.where(upright, 1, squares), upright


def rivals(matrix: Matrix, labels: Indices, rows: Indices) -> Indices:
    """Return the second-best cluster of some rows, the other one with the least mean distance; -1 where there is none.

    It is the one that a silhouette holds against a row's own.
    """
    named = np.unique(labels[labels >= 0])
    if len(named) < 2:
        return np.full(len(rows), -1, np.int32)
    count = int(named[-1]) + 1
    sizes = np.maximum(np.bincount(labels[labels >= 0], minlength=count), 1)[named]
    squares, _ = _squares(matrix)
    spread = np.bincount(labels[labels >= 0], weights=squares[labels >= 0], minlength=count)[named] / sizes
    centers = totals(matrix, labels, count)[named] / sizes[:, None]
    apart = spread - 2 * matrix[rows].astype(np.float64) @ centers.T
    apart[named == labels[rows][:, None]] = np.inf
    found: Indices = named[apart.argmin(axis=1)].astype(np.int32)
    return found


def _silhouettes(
    apart: NDArray[np.float64], codes: Indices, sizes: NDArray[np.float64], itself: NDArray[np.float64]
) -> NDArray[np.float64]:
    own = np.arange(len(codes)), codes
    alone = sizes[codes] == 1
    # The row itself, whose distance is 0 whatever `itself` counts, is in the mean of its own cluster.
    inside = (apart[own] * sizes[codes] - itself) / np.maximum(sizes[codes] - 1, 1)
    apart[own] = np.inf
    outside = apart.min(axis=1)
    larger = np.maximum(inside, outside)
    share = np.divide(outside - inside, larger, out=np.zeros_like(larger), where=larger > 1e-12)
    return np.where(alone, 0, share)
