"""Rescoring: candidates from compressed vectors, ordered by the full vectors."""

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix


def rescore(full: Matrix, queries: Matrix, candidates: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    """Return the (q, k) best of (q, count) candidates by their dot product with (q, dim) queries.

    Only the candidates' rows of `full` (n, dim) are read, so it may be a memory map.
    """
    found = np.empty((len(queries), k), np.int64)
    for query, (vector, rows) in enumerate(zip(queries, candidates, strict=True)):
        best = np.argsort(-(full[rows] @ vector), kind="stable")[:k]
        found[query] = rows[best]
    return found
