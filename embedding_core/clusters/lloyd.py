"""Lloyd's algorithm (1982, doi:10.1109/TIT.1982.1056489) as matrix products, for many small runs.

scikit-learn's starts and joins its threads in every iteration: beside other work on the machine, small runs take many
times as long as they should.
"""

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix
from embedding_core.clusters.centers import means

_MOST_TURNS = 300
_TOLERANCE = 1e-4
"""It ends when the centers move, squared, by less than so much of the mean variance of a column; as in scikit-learn."""


def lloyd(matrix: Matrix, centers: Matrix) -> tuple[Indices, Matrix, float]:
    """Return (n,) labels, the (k, dim) centers, and the inertia, that k-means comes to from some centers.

    A center that no row is nearest to moves to the row that is farthest from its own.
    """
    squares = np.einsum("ij,ij->i", matrix, matrix)
    enough = _TOLERANCE * float(matrix.var(axis=0, dtype=np.float64).mean())
    for _ in range(_MOST_TURNS):
        labels, apart = _nearest(matrix, squares, centers)
        moved = means(matrix, labels, len(centers))
        empty = np.flatnonzero(np.bincount(labels, minlength=len(centers)) == 0)
        moved[empty] = matrix[np.argsort(-apart)[: len(empty)]]
        shift = float(np.square(moved - centers).sum())
        centers = moved
        if shift <= enough:
            break
    labels, apart = _nearest(matrix, squares, centers)
    return labels, centers, float(apart.sum(dtype=np.float64))


def _nearest(matrix: Matrix, squares: NDArray[np.float32], centers: Matrix) -> tuple[Indices, NDArray[np.float32]]:
    """Return for each row the nearest center and the squared distance to it."""
    scores = matrix @ centers.T
    scores -= np.einsum("ij,ij->i", centers, centers) / np.float32(2)
    labels = scores.argmax(axis=1).astype(np.int32)
    best = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0]
    return labels, np.maximum(squares - 2 * best, 0)
