"""Dense ranking: rows by their similarity to a query vector, with a random baseline."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.statistics import random_pairs
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import Metric, as_cosines, as_matrix, lengths
from embedding_core.ranking.scores import Hits, Scores

_BLOCK_BYTES = 16 * 1024**2
_PAIRS = 10_000


@dataclass(frozen=True)
class SearchParams:
    """The number of hits and the metric."""

    k: int = 10
    metric: Metric = Metric.COSINE

    def __post_init__(self) -> None:
        object.__setattr__(self, "metric", Metric.of(self.metric))
        if self.k < 1:
            raise ParameterError(f"The number of hits is {self.k}.", "Choose at least 1.")


@dataclass(frozen=True, eq=False)
class Background:
    """What every search of a matrix needs: row lengths and the random baseline of a metric."""

    metric: Metric
    row_lengths: Vector
    """(n,) float32."""
    random_baseline: Vector
    """(pairs,) float32 ascending: the scores of random pairs of different rows; empty when there is one row."""


def background(matrix: Matrix, metric: Metric = Metric.COSINE) -> Background:
    """Return the background of (n, dim) for a metric; the random pairs are the same each time.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    left, right = random_pairs(len(matrix), _PAIRS)
    row_lengths = lengths(matrix).astype(np.float32)
    if metric is Metric.EUCLIDEAN:
        random_baseline = -lengths(matrix[left] - matrix[right]).astype(np.float32)
    else:
        random_baseline = np.einsum("ij,ij->i", matrix[left], matrix[right])
    if metric is Metric.COSINE:
        random_baseline = as_cosines(random_baseline, row_lengths[left] * row_lengths[right])
    return Background(metric, row_lengths, np.sort(random_baseline))


def search(
    matrix: Matrix, query: Vector, params: SearchParams = SearchParams(), known: Background | None = None
) -> Hits:
    """Return the k rows of (n, dim) nearest to a query (dim,), nearest first; all n when `params.k` is more.

    Many searches of one matrix are faster with its `background` made once and given as `known`.

    Raises:
        InputError: the matrix has no row, or the query another length than its rows.
        ParameterError: `known` was made for another metric.
    """
    known = background(matrix, params.metric) if known is None else known
    if known.metric is not params.metric:
        raise ParameterError(
            f"The random baseline was measured for {known.metric}, the search uses {params.metric}.",
            "Use the same metric for both.",
        )
    return score_vectors(matrix, query, known).best(params.k)


def score_vectors(matrix: Matrix, query: Vector, known: Background) -> Scores:
    """Return the similarity of every row of (n, dim) to a query (dim,), by the metric of its background.

    Raises:
        InputError: the query has another length than the rows.
    """
    matrix = as_matrix(matrix)
    dim = matrix.shape[1]
    if query.shape != (dim,):
        raise InputError(
            f"The query has shape {query.shape}, the rows {dim} dimensions.", "Use the same encoder for both."
        )
    return Scores(_similarities(matrix, query.astype(np.float32), known), known.random_baseline)


def _similarities(matrix: Matrix, query: Vector, known: Background) -> Vector:
    if known.metric is Metric.EUCLIDEAN:
        blocks = np.array_split(matrix, 1 + matrix.nbytes // _BLOCK_BYTES)
        return np.concatenate([-lengths(block - query) for block in blocks]).astype(np.float32)
    products: Vector = matrix @ query
    if known.metric is Metric.DOT:
        return products
    return as_cosines(products, known.row_lengths * lengths(query[None]).astype(np.float32))
