"""Similarity matrices, ordered by hierarchical clustering."""

import numpy as np

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Indices, Matrix
from embedding_core.base.vectors import as_matrix, unit_rows

MOST_ITEMS = 2_000
"""The order takes time with the square of the items and more: 3 s for so many."""


def cosine_matrix(matrix: Matrix) -> Matrix:
    """Return the cosines of all pairs of rows of (n, dim): (n, n), symmetric, 1 on the diagonal."""
    rows = unit_rows(as_matrix(matrix))
    cosines: Matrix = np.clip(rows @ rows.T, -1, 1)
    np.fill_diagonal(cosines, 1)
    return (cosines + cosines.T) / np.float32(2)


def clustered_order(cosines: Matrix) -> Indices:
    """Return the leaf order of (n, n) similarities by average linkage, with optimal leaf ordering.

    Bar-Joseph, Gifford and Jaakkola 2001, https://doi.org/10.1093/bioinformatics/17.suppl_1.S22.

    Raises:
        ParameterError: there are more than `MOST_ITEMS`.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    n = len(cosines)
    if n > MOST_ITEMS:
        raise ParameterError(f"{n:,} items are too many for a matrix.", f"Choose at most {MOST_ITEMS:,}.")
    if n < 3:
        return np.arange(n, dtype=np.int32)
    distances = squareform(1 - cosines.astype(np.float64), checks=False)
    tree = linkage(np.maximum(distances, 0), "average", optimal_ordering=True)
    order: Indices = leaves_list(tree).astype(np.int32)
    return order
