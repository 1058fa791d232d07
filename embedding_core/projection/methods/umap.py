"""Uniform manifold approximation and projection, McInnes, Healy and Melville 2018, https://arxiv.org/abs/1802.03426.

The graph is weighted as umap-learn weights it; the layout is our own, because it needs no compiling when a process
starts, gives the same result on any number of cores, and can be stopped at any epoch: docs/decisions/0004-maps.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from embedding_core.base.types import Matrix, Progress
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.layout import optimize
from embedding_core.projection.method import Parameter, SeededParams
from embedding_core.projection.neighbor_method import NeighborMethod
from embedding_core.projection.reference import umap_learn

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BISECTIONS = 48
_NARROWEST = 1e-3
"""A bandwidth is at least this share of the mean distance."""
_EDGE_UPDATES = 2_000_000
"""Rows times epochs to aim for: small maps can afford more epochs than large ones need."""


class LayoutOptimizer(StrEnum):
    """Who moves the points."""

    FAST = "fast"
    """Our own: all cores, nothing to compile at the start, stopped at once."""
    UMAP_LEARN = "umap-learn"
    """The library umap-learn: one core, and slow to start; for comparison."""


_NEIGHBORS = Parameter(
    "Neighbors",
    "How many neighbors of each item UMAP considers (n_neighbors). Few: local detail. Many: global structure.",
    minimum=2,
    slider=(2, 100),
)
_MIN_DIST = Parameter(
    "Minimum distance",
    "How tightly points may be packed (min_dist). Small: dense clumps. Large: an even spread.",
    minimum=0,
    maximum=1,
    slider=(0.0, 0.99),
    step=0.01,
)
_LAYOUT = Parameter(
    "Implementation",
    "Both use the same neighbor graph. Vectorscope's implementation is faster; umap-learn is the reference.",
    titles={LayoutOptimizer.FAST: "Vectorscope", LayoutOptimizer.UMAP_LEARN: "umap-learn"},
)


@dataclass(frozen=True, kw_only=True)
class UMAPParams(SeededParams):
    """How UMAP draws; the metric is that of the neighbors it is given."""

    n_neighbors: int = field(default=15, metadata=_NEIGHBORS.metadata)
    """How many rows make a neighborhood, the row itself included: few show detail, many the whole."""
    min_dist: float = field(default=0.1, metadata=_MIN_DIST.metadata)
    """How near points may lie, where neighborhoods have a radius of about 1."""
    layout: LayoutOptimizer = field(default=LayoutOptimizer.FAST, metadata=_LAYOUT.metadata)


class UMAP(NeighborMethod[UMAPParams]):
    """A layout in which neighbors lie together; the same seed gives the same map, on any number of cores."""

    name = "umap"
    title = "UMAP"
    summary = (
        "preserves local neighborhoods and little else: distances between groups, their sizes and their densities mean "
        "little."
    )
    source = "[McInnes, Healy and Melville 2018](https://arxiv.org/abs/1802.03426)"
    parameters = UMAPParams
    libraries: ClassVar[Mapping[str, str]] = {"umap-learn": "0.5.12"}
    position = 10
    fewest_rows = 5

    @property
    def neighbors(self) -> int:
        return self.params.n_neighbors - 1

    def _laid_out(
        self, matrix: Matrix, neighbors: Neighbors, known: int, start: Matrix, progress: Progress
    ) -> tuple[Matrix, str]:
        params, n_neighbors = self.params, known + 1
        epochs = int(np.clip(_EDGE_UPDATES // len(matrix), 200, 500))
        if params.layout is LayoutOptimizer.UMAP_LEARN:
            coordinates = umap_learn(matrix, neighbors, replace(params, n_neighbors=n_neighbors), epochs, progress)
        else:
            graph = fuzzy_graph(neighbors, n_neighbors)
            edges = (graph.indptr, graph.indices, graph.data)
            spread = _spread_out(start, params.seed)
            coordinates = optimize(spread, edges, affinity_curve(params.min_dist), epochs, params.seed, progress)
        fewer = f"n_neighbors is {n_neighbors} instead of {params.n_neighbors}: there are no more rows."
        return coordinates, "" if n_neighbors == params.n_neighbors else fewer


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
