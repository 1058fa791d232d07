"""Approximate dense ranking by an inverted file: rows in lists round centers, of which the nearest are searched.

Inverted file: Jégou et al. 2011, https://doi.org/10.1109/TPAMI.2010.57; with FAISS: Douze et al. 2024,
https://arxiv.org/abs/2401.08281. The index keeps a byte a number, to find candidates; these are scored from the rows
themselves, so the score of whatever is found is exact.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import Metric, lengths
from embedding_core.ranking.dense import Background, background, score_vectors
from embedding_core.ranking.scores import NOT_FOUND, Mask, Scores

CANDIDATES = 1_000
"""The number of rows that are found: the depth of a ranking that is fused or reranked."""
MOST_COMPARED = 20_000
"""Where a filter leaves no more rows, each is compared: 27 ms for 20,000 x 384, against 190 ms for a million."""
DEPTHS = (10, 100)
"""Recall is measured among so many first hits: what is read, and what gets a second look."""


@dataclass(frozen=True)
class IndexQuality:
    """The recall and speed of an index, measured with random rows of its data as queries."""

    queries: int
    recall: float
    """The share of the exact 10 nearest that it finds, 0 to 1."""
    deep_recall: float
    """The share of the exact 100 nearest."""
    milliseconds: float
    """The median time of one query, scores and percentiles included."""
    exact_milliseconds: float
    """The same with every row compared."""
    lists: int
    probed: int
    """How many lists are looked into."""
    size: int
    """Bytes."""
    build_seconds: float


@dataclass(frozen=True, eq=False)
class ApproximateIndex:
    """An inverted file with its measured quality and the background of each metric."""

    lists: Any
    """FAISS's inverted file of (n, dim) rows of length 1."""
    sample: Matrix
    """(m, dim): random rows, that percentiles are estimated from."""
    backgrounds: dict[Metric, Background]
    """Of the sample, for each metric that orders rows as the index does: cosine, and all where rows have length 1."""
    quality: IndexQuality


def backgrounds_of(sample: Matrix, unit: bool) -> dict[Metric, Background]:
    """Return the background of (m, dim) random rows for each metric that an index supports."""
    return {metric: background(sample, metric) for metric in (Metric if unit else (Metric.COSINE,))}


def score_nearest(
    matrix: Matrix, query: Vector, index: ApproximateIndex, metric: Metric = Metric.COSINE, among: Mask | None = None
) -> Scores:
    """Return the scores of the rows of (n, dim) nearest to a query (dim,); the other rows are not found.

    The index is asked for 1,000 candidates of those rows that may be found. Where these are 20,000 or fewer, each is
    compared, and nothing is missed.

    Raises:
        InputError: the query has another length than the rows.
        ParameterError: the index does not serve the metric.
    """
    if metric not in index.backgrounds:
        raise ParameterError(
            f"The index does not support the metric {metric}, because the rows differ in length.", "Use exact search."
        )
    known = index.backgrounds[metric]
    sampled = score_vectors(index.sample, query, known)
    if among is not None and are_few(among):
        rows = np.flatnonzero(among)
    else:
        rows = candidates(index.lists, query, index.quality.probed, among)
    values = np.full(len(matrix), NOT_FOUND, np.float32)
    if len(rows):
        near = np.asarray(matrix[rows])
        own = Background(metric, lengths(near).astype(np.float32), known.random_baseline)
        values[rows] = score_vectors(near, query, own).values
    return Scores(values, known.random_baseline, np.sort(sampled.values))


def are_few(among: Mask) -> bool:
    """Whether a filter leaves so few rows that all are compared, without the index."""
    return int(np.count_nonzero(among)) <= MOST_COMPARED


def candidates(lists: Any, query: Vector, probed: int, among: Mask | None = None) -> NDArray[np.int64]:
    """Return the rows that an inverted file finds nearest to a query (dim,), ascending, 1,000 at most.

    The fewer rows may be found, the more lists are looked into, so that as many of them are met.
    """
    import faiss

    kit: Any = faiss  # Its type hints are those of C++.
    selector = None
    if among is not None:
        probed = min(lists.nlist, -(-probed * len(among) // max(1, int(np.count_nonzero(among)))))
        bits = np.packbits(among, bitorder="little")
        selector = kit.IDSelectorBitmap(bits)
    settings = kit.SearchParametersIVF(nprobe=probed, sel=selector)
    found: NDArray[np.int64] = lists.search(query[None].astype(np.float32), CANDIDATES, params=settings)[1][0]
    return np.sort(found[found >= 0])
