"""Uniform manifold approximation and projection, McInnes, Healy and Melville 2018, https://arxiv.org/abs/1802.03426.

The graph is weighted as umap-learn weights it; the layout is our own, because it needs no compiling when a process
starts, gives the same result on any number of cores, and can be stopped at any epoch: docs/decisions/0004-maps.md.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.base.vectors import as_matrix
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.layout import optimize
from embedding_core.projection.pca import PCAParams, pca
from embedding_core.projection.reference import umap_learn
from embedding_core.projection.result import Method, Projection

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_FEWEST_ROWS = 5
_BISECTIONS = 48
_NARROWEST = 1e-3
"""A bandwidth is at least this share of the mean distance."""
_EDGE_UPDATES = 2_000_000
"""Rows times epochs to aim for: small maps can afford more epochs than large ones need."""


class Layout(StrEnum):
    """Who moves the points."""

    FAST = "fast"
    """Our own: all cores, nothing to compile at the start, stopped at once."""
    UMAP_LEARN = "umap-learn"
    """The library umap-learn: one core, and slow to start; for comparison."""


@dataclass(frozen=True)
class UMAPParams:
    """How UMAP draws; the metric is that of the neighbors it is given."""

    n_neighbors: int = 15
    """How many rows make a neighborhood, the row itself included: few show detail, many the whole."""
    min_dist: float = 0.1
    """How near points may lie, where neighborhoods have a radius of about 1."""
    dims: int = 2
    seed: int = 0
    layout: Layout = Layout.FAST

    def __post_init__(self) -> None:
        if self.layout not in list(Layout):
            raise ParameterError(f"There is no layout {self.layout!r}.", f"Choose one of {', '.join(Layout)}.")
        object.__setattr__(self, "layout", Layout(self.layout))
        if self.n_neighbors < 2:
            raise ParameterError(
                f"n_neighbors is {self.n_neighbors}.", "Choose at least 2, the row itself and one neighbor."
            )
        if not 0 <= self.min_dist <= 1:
            raise ParameterError(f"min_dist is {self.min_dist}.", "Choose from 0 to 1.")
        if self.dims not in (2, 3):
            raise ParameterError(f"UMAP cannot draw in {self.dims} dimensions here.", "Choose 2 or 3.")
        if not 0 <= self.seed < 2**32:
            raise ParameterError(f"The seed is {self.seed}.", "Choose from 0 to 4294967295.")


def umap(
    matrix: Matrix, neighbors: Neighbors, params: UMAPParams = UMAPParams(), progress: Progress = no_progress
) -> Projection:
    """Lay out (n, dim) so that neighbors lie together; the same seed gives the same map, on any number of cores.

    Raises:
        InputError: the matrix has no row, or the neighbors are of another number of rows.
        ParameterError: there are fewer neighbors than `params.n_neighbors` wants.
    """
    matrix = as_matrix(matrix)
    n, known = neighbors.indices.shape
    if n != len(matrix):
        raise InputError(
            f"The neighbors are of {n:,} rows, the vectors {len(matrix):,}.", "Compute the neighbors again."
        )
    wanted = min(params.n_neighbors, n)
    if known < wanted - 1:
        raise ParameterError(
            f"n_neighbors is {params.n_neighbors}, but only {known} neighbors of each row are known.",
            f"Compute {params.n_neighbors - 1} neighbors, or choose {known + 1} or less.",
        )
    first = pca(matrix, PCAParams(params.dims))
    if n < _FEWEST_ROWS:
        return replace(first, note=f"UMAP needs {_FEWEST_ROWS} rows or more and there are {n}: PCA shown.")
    if first.note:
        return first
    epochs = int(np.clip(_EDGE_UPDATES // n, 200, 500))
    if params.layout is Layout.UMAP_LEARN:
        coordinates = umap_learn(matrix, neighbors, replace(params, n_neighbors=wanted), epochs, progress)
    else:
        graph = fuzzy_graph(neighbors, wanted)
        edges = (graph.indptr, graph.indices, graph.data)
        spread = _spread_out(first.coordinates, params.seed)
        coordinates = optimize(spread, edges, affinity_curve(params.min_dist), epochs, params.seed, progress)
    fewer = f"n_neighbors is {wanted} instead of {params.n_neighbors}: there are no more rows."
    return Projection(coordinates, Method.UMAP, note="" if wanted == params.n_neighbors else fewer)


def fuzzy_graph(neighbors: Neighbors, n_neighbors: int) -> "csr_matrix[Any]":
    """Return the symmetric (n, n) graph whose weights say how surely two rows are neighbors: 0 to 1."""
    from scipy.sparse import csr_matrix

    n, k = len(neighbors.indices), n_neighbors - 1
    weights = _memberships(neighbors.distances()[:, :k])
    columns = neighbors.indices[:, :k].ravel()
    directed = csr_matrix((weights.ravel(), columns, np.arange(0, n * k + 1, k)), shape=(n, n))
    reverse = directed.T.tocsr()
    return (directed + reverse - directed.multiply(reverse)).tocsr()


def _memberships(distances: Matrix) -> Matrix:
    """Return (n, k) weights: 1 for the nearest, falling so that those of a row add up to log2(k + 1). Section 3.1."""
    n, k = distances.shape
    nearest = np.min(distances, axis=1, initial=np.inf, where=distances > 0)
    nearest[np.isinf(nearest)] = 0
    beyond = np.maximum(distances - nearest[:, None], 0)
    low, high, width = np.zeros(n, np.float32), np.full(n, np.inf, np.float32), np.ones(n, np.float32)
    for _ in range(_BISECTIONS):
        wide = np.exp(-beyond / width[:, None]).sum(axis=1) > np.log2(k + 1)
        high, low = np.where(wide, width, high), np.where(wide, low, width)
        width = np.where(np.isinf(high), 2 * low, (low + high) / 2)
    # With the row itself, at distance 0, as umap-learn counts.
    mean = np.where(nearest > 0, distances.sum(axis=1) / (k + 1), distances.mean() * k / (k + 1))
    width = np.maximum(width, _NARROWEST * mean).astype(np.float32)
    weights: Matrix = np.exp(-beyond / width[:, None])
    return weights


def _spread_out(coordinates: Matrix, seed: int) -> Matrix:
    """Stretch each axis to 0 … 10 and part equal points by a little noise."""
    scaled = coordinates * (10 / np.abs(coordinates).max())
    scaled = scaled + np.random.default_rng(seed).normal(scale=1e-4, size=scaled.shape)
    scaled -= scaled.min(axis=0)
    return np.asarray(10 * scaled / scaled.max(axis=0), dtype=np.float32)


def affinity_curve(min_dist: float) -> tuple[float, float]:
    """Return a and b so that 1 / (1 + a d^2b) is near 1 up to `min_dist` and falls like exp(min_dist - d) beyond."""
    from scipy.optimize import curve_fit

    distance = np.linspace(0, 3, 300)
    wanted = np.exp(np.minimum(0, min_dist - distance))
    (a, b), _ = curve_fit(lambda d, a, b: 1 / (1 + a * d ** (2 * b)), distance, wanted)
    return float(a), float(b)
