"""Lloyd's algorithm (1982, doi:10.1109/TIT.1982.1056489) as matrix products, for many small runs.

scikit-learn's starts and joins its threads in every iteration: beside other work on the machine, small runs take many
times as long as they should.
"""

import numpy as np
from numpy.typing import NDArray

from embedding_core.clustering.centres import means
from embedding_core.types import Indices, Matrix

_MOST_TURNS = 300
_TOLERANCE = 1e-4
"""It ends when the centres move, squared, by less than so much of the mean variance of a column; as in scikit-learn."""


def lloyd(matrix: Matrix, centres: Matrix) -> tuple[Indices, Matrix, float]:
    """Return (n,) labels, the (k, dim) centres, and the inertia, that k-means comes to from some centres.

    A centre that no row is nearest to moves to the row that is farthest from its own.
    """
    squares = np.einsum("ij,ij->i", matrix, matrix)
    enough = _TOLERANCE * float(matrix.var(axis=0, dtype=np.float64).mean())
    for _ in range(_MOST_TURNS):
        labels, apart = _nearest(matrix, squares, centres)
        moved = means(matrix, labels, len(centres))
        empty = np.flatnonzero(np.bincount(labels, minlength=len(centres)) == 0)
        moved[empty] = matrix[np.argsort(-apart)[: len(empty)]]
        shift = float(np.square(moved - centres).sum())
        centres = moved
        if shift <= enough:
            break
    labels, apart = _nearest(matrix, squares, centres)
    return labels, centres, float(apart.sum(dtype=np.float64))


def _nearest(matrix: Matrix, squares: NDArray[np.float32], centres: Matrix) -> tuple[Indices, NDArray[np.float32]]:
    """Return for each row the nearest centre and the squared distance to it."""
    scores = matrix @ centres.T
    scores -= np.einsum("ij,ij->i", centres, centres) / np.float32(2)
    labels = scores.argmax(axis=1).astype(np.int32)
    best = np.take_along_axis(scores, labels[:, None], axis=1)[:, 0]
    return labels, np.maximum(squares - 2 * best, 0)
