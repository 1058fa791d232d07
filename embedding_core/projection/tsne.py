"""t-distributed stochastic neighbor embedding, van der Maaten and Hinton 2008, by openTSNE.

https://www.jmlr.org/papers/v9/vandermaaten08a.html; openTSNE: Poličar, Stražar and Zupan 2024,
https://doi.org/10.18637/jss.v109.i03. It starts from PCA, as Kobak and Berens 2019 advise,
https://doi.org/10.1038/s41467-019-13056-x, and takes the neighbors that are known.
"""

import os
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.base.vectors import Metric, as_matrix
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.pca import PCAParams, pca
from embedding_core.projection.result import Method, Projection, check_neighbors

_FEWEST_ROWS = 8
_EARLY, _EARLY_PULL, _EARLY_MOMENTUM = 250, 12.0, 0.5
_LATE, _MOMENTUM = 500, 0.8
_REPORT_EVERY = 5
_ROWS_FOR_MORE_CORES = 5_000
"""With fewer, cores wait for each other more than they help."""
_JITTER = 0.01
"""Noise in the start, as a share of its spread: parts equal points, and lets seeds differ."""


@dataclass(frozen=True)
class TSNEParams:
    """How t-SNE draws; the metric is that of the neighbors it is given."""

    perplexity: float = 30.0
    """How many neighbors of each row count, roughly; three times as many are looked at."""
    dims: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if not 2 <= self.perplexity <= 200:
            raise ParameterError(f"The perplexity is {self.perplexity:g}.", "Choose 2 to 200; 30 is usual.")
        if self.dims != 2:
            raise ParameterError(f"t-SNE cannot draw in {self.dims} dimensions here.", "Choose 2, or another method.")
        if not 0 <= self.seed < 2**32:
            raise ParameterError(f"The seed is {self.seed}.", "Choose from 0 to 4294967295.")

    @property
    def neighbors(self) -> int:
        """How many neighbors of each row are looked at."""
        return int(3 * self.perplexity)


def tsne(
    matrix: Matrix, neighbors: Neighbors, params: TSNEParams = TSNEParams(), progress: Progress = no_progress
) -> Projection:
    """Lay out (n, dim) so that the likelihood of being neighbors is kept.

    Raises:
        InputError: the matrix has no row, or the neighbors are of another number of rows.
        ParameterError: there are fewer neighbors than the perplexity wants.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    k = min(params.neighbors, n - 1)
    check_neighbors(neighbors, n, k)
    first = pca(matrix, PCAParams(params.dims))
    if n < _FEWEST_ROWS:
        return replace(first, note=f"t-SNE needs {_FEWEST_ROWS} rows or more and there are {n}: PCA shown.")
    if first.note:
        return first
    perplexity = min(params.perplexity, k / 3)
    distances = neighbors.distances()[:, :k].astype(np.float64).clip(0)
    if neighbors.metric is Metric.COSINE:
        distances = np.sqrt(2 * distances)  # The straight line between rows of length 1.
    coordinates = _optimized(first.coordinates, neighbors.indices[:, :k], distances, perplexity, params.seed, progress)
    fewer = f"The perplexity is {perplexity:.1f} instead of {params.perplexity:g}: there are too few rows."
    return Projection(coordinates, Method.TSNE, note="" if perplexity == params.perplexity else fewer)


def _optimized(
    start: Matrix,
    indices: NDArray[np.int32],
    distances: NDArray[np.float64],
    perplexity: float,
    seed: int,
    progress: Progress,
) -> Matrix:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.initialization import jitter, rescale
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    cores = (os.cpu_count() or 1) if len(start) >= _ROWS_FOR_MORE_CORES else 1
    progress(0, _EARLY + _LATE)
    known = PrecomputedNeighbors(indices.astype(np.int64), distances)
    affinities = PerplexityBasedNN(knn_index=known, perplexity=perplexity, n_jobs=cores)
    begin = rescale(jitter(rescale(start.astype(np.float64), target_std=1), scale=_JITTER, random_state=seed))
    embedding = TSNEEmbedding(begin, affinities, random_state=seed, n_jobs=cores, callbacks_every_iters=_REPORT_EVERY)
    before = 0
    for steps, pull, momentum in ((_EARLY, _EARLY_PULL, _EARLY_MOMENTUM), (_LATE, None, _MOMENTUM)):

        def watch(step: int, error: float, places: object, before: int = before) -> bool:
            progress(before + step, _EARLY + _LATE)
            return False

        embedding = embedding.optimize(n_iter=steps, exaggeration=pull, momentum=momentum, callbacks=[watch])
        before += steps
    return np.asarray(embedding, dtype=np.float32)
