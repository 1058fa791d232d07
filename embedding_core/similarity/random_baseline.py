"""What chance does: how alike two items are that were drawn at random."""

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import as_cosines, lengths

PAIRS = 50_000
_SEED = 0


def random_pairs(n: int, pairs: int = PAIRS) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return two different rows of n for each pair, the same each time; none when there is one row."""
    rng = np.random.default_rng(_SEED)
    left = rng.integers(n, size=pairs if n > 1 else 0)
    return left, (left + rng.integers(1, max(n, 2), size=len(left))) % n


def random_cosines(matrix: Matrix, pairs: int = PAIRS) -> Vector:
    """Return the cosines of random pairs of rows, ascending: (pairs,)."""
    left, right = random_pairs(len(matrix), pairs)
    products = np.einsum("ij,ij->i", matrix[left], matrix[right])
    norms = lengths(matrix).astype(np.float32)
    return np.sort(as_cosines(products, norms[left] * norms[right]))
