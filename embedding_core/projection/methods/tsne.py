"""t-distributed stochastic neighbor embedding, van der Maaten and Hinton 2008, by openTSNE.

https://www.jmlr.org/papers/v9/vandermaaten08a.html; openTSNE: Poličar, Stražar and Zupan 2024,
https://doi.org/10.18637/jss.v109.i03. It starts from PCA, as Kobak and Berens 2019 advise,
https://doi.org/10.1038/s41467-019-13056-x, and takes the neighbors that are known.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix, Progress
from embedding_core.base.vectors import Metric
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.method import Parameter, SeededParams
from embedding_core.projection.neighbor_method import NeighborMethod

_EARLY, _EARLY_PULL, _EARLY_MOMENTUM = 250, 12.0, 0.5
_LATE, _MOMENTUM = 500, 0.8
_REPORT_EVERY = 5
_ROWS_FOR_MORE_CORES = 5_000
"""With fewer, cores wait for each other more than they help."""
_JITTER = 0.01
"""Noise in the start, as a share of its spread: parts equal points, and lets seeds differ."""


_PERPLEXITY = Parameter(
    "Perplexity",
    "How many neighbors of each item count. Few: local detail. Many: global structure.",
    minimum=2,
    maximum=200,
    slider=(5, 100),
)


@dataclass(frozen=True, kw_only=True)
class TSNEParams(SeededParams):
    """How t-SNE draws; the metric is that of the neighbors it is given."""

    perplexity: float = field(default=30.0, metadata=_PERPLEXITY.metadata)
    """How many neighbors of each row count, roughly; three times as many are looked at."""
    dims: int = field(default=2, metadata=Parameter(minimum=2, maximum=2).metadata)


class TSNE(NeighborMethod[TSNEParams]):
    """A layout in which the likelihood of being neighbors is kept."""

    name = "tsne"
    title = "t-SNE"
    summary = (
        "preserves local neighborhoods, as UMAP does: distances between groups, their sizes and their densities mean "
        "little."
    )
    source = "[Kobak and Berens 2019](https://doi.org/10.1038/s41467-019-13056-x)"
    parameters = TSNEParams
    libraries: ClassVar[Mapping[str, str]] = {"openTSNE": "1.0.4"}
    position = 30
    fewest_rows = 8

    @property
    def neighbors(self) -> int:
        return int(3 * self.params.perplexity)

    def _laid_out(
        self, matrix: Matrix, neighbors: Neighbors, known: int, start: Matrix, progress: Progress
    ) -> tuple[Matrix, str]:
        params, perplexity = self.params, min(self.params.perplexity, known / 3)
        distances = neighbors.distances()[:, :known].astype(np.float64).clip(0)
        if neighbors.metric is Metric.COSINE:
            distances = np.sqrt(2 * distances)  # The straight line between rows of length 1.
        coordinates = _optimized(start, neighbors.indices[:, :known], distances, perplexity, params.seed, progress)
        fewer = f"The perplexity is {perplexity:.1f} instead of {params.perplexity:g}: there are too few rows."
        return coordinates, "" if perplexity == params.perplexity else fewer


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
