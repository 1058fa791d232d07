"""k-means++, Arthur and Vassilvitskii 2007, https://doi.org/10.5555/1283383.1283494: where k-means begins."""

import numpy as np

from embedding_core.base.types import Matrix


def plus_plus(matrix: Matrix, k: int, rng: np.random.Generator) -> Matrix:
    """Return k of (n, dim) rows, each drawn with a chance that grows with its squared distance to those before.

    Greedy, as in scikit-learn: of 2 + log k rows drawn, that one is taken which leaves the rest nearest. But by one
    float32 product for all of them; scikit-learn's, in float64, takes longer than k-means itself.
    """
    squares = np.einsum("ij,ij->i", matrix, matrix)
    chosen = [int(rng.integers(len(matrix)))]
    apart = _squared_distances(matrix, squares, np.array(chosen))[:, 0]
    tries = 2 + int(np.log(k))
    while len(chosen) < k:
        sums = np.cumsum(apart, dtype=np.float64)
        drawn = np.searchsorted(sums, rng.random(tries) * sums[-1], side="right").clip(max=len(matrix) - 1)
        left = np.minimum(_squared_distances(matrix, squares, drawn), apart[:, None])
        best = int(left.sum(axis=0).argmin())
        chosen.append(int(drawn[best]))
        apart = left[:, best]
    return matrix[chosen]


def _squared_distances(matrix: Matrix, squares: Matrix, rows: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> Matrix:
    apart = squares[:, None] + squares[rows] - 2 * (matrix @ matrix[rows].T)
    apart[rows, np.arange(len(rows))] = 0
    found: Matrix = np.maximum(apart, 0)
    return found
