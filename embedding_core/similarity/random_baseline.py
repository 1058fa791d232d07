"""The random baseline: cosines of items drawn at random."""

import numpy as np

from embedding_core.base.statistics import random_pairs
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import as_cosines, lengths

PAIRS = 50_000


def random_cosines(matrix: Matrix, pairs: int = PAIRS) -> Vector:
    """Return the cosines of random pairs of rows, ascending: (pairs,)."""
    left, right = random_pairs(len(matrix), pairs)
    products = np.einsum("ij,ij->i", matrix[left], matrix[right])
    norms = lengths(matrix).astype(np.float32)
    return np.sort(as_cosines(products, norms[left] * norms[right]))
