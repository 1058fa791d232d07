"""Fidelity of a map: trustworthiness, continuity and more, against PCA and the same map shuffled."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.trust.measures import RandomPairs, continuity, neighborhood_preservation, trustworthiness
from embedding_core.trust.params import TrustParams
from embedding_core.trust.ranks import measured_rows, neighbor_ranks

MAP, PCA, SHUFFLED = "map", "pca", "shuffled"
_FEWEST_ROWS = 5
_COMPARED = 1_000
"""Rows at which the two maps to compare with are measured: their means need no more."""
_PER_ROW = (trustworthiness, continuity, neighborhood_preservation)


@dataclass(frozen=True)
class MapMeasures:
    """The measures of one map; each curve has one value per neighborhood size."""

    trustworthiness: tuple[float, ...]
    """Are neighbors on the map neighbors in the space? 1: all are."""
    continuity: tuple[float, ...]
    """Are neighbors in the space neighbors on the map? 1: all are."""
    neighborhood_preservation: tuple[float, ...]
    """The share of neighbors on the map that are neighbors in the space."""
    correlation: float
    """Spearman's correlation of the distances of random pairs."""

    def __post_init__(self) -> None:
        for name in ("trustworthiness", "continuity", "neighborhood_preservation"):
            object.__setattr__(self, name, tuple(getattr(self, name)))


@dataclass(frozen=True, eq=False)
class Fidelity:
    """The measures of a map, of the PCA map and of the shuffled map."""

    params: TrustParams
    sizes: tuple[int, ...]
    """Sizes of neighborhoods, ascending."""
    k: int
    """The neighborhood size of values per point: the one asked for, or the largest that the rows allow."""
    maps: dict[str, MapMeasures]
    """The map, the PCA map, and the map with its points shuffled, which is the random baseline."""
    total: int
    """Rows of the data set."""
    rows: Indices
    """(m,) the rows that were measured, each against all: every row, or a sample of a large data set."""
    trustworthiness: Vector
    """(m,) for each measured row, at k."""
    continuity: Vector
    """(m,) for each measured row, at k."""
    neighborhood_preservation: Vector
    """(m,) for each measured row, at k."""

    def at(self, name: str, measure: str) -> float:
        """Return a measure of one of the maps at k."""
        curve: tuple[float, ...] = getattr(self.maps[name], measure)
        return curve[self.sizes.index(self.k)]

    def layer(self, measure: str) -> Vector:
        """Return a measure of every row for coloring the map: (n,), NaN where it was not measured."""
        values = np.full(self.total, np.nan, np.float32)
        values[self.rows] = getattr(self, measure)
        return values


def measure_map(
    matrix: Matrix,
    coordinates: Matrix,
    pca: Matrix,
    params: TrustParams = TrustParams(),
    progress: Progress = no_progress,
) -> Fidelity:
    """Measure a map (n, dims) of (n, dim) rows, their PCA map and the shuffled map.

    Raises:
        InputError: there are fewer than 5 rows, or not as many on the maps.
    """
    n = len(matrix)
    if n < _FEWEST_ROWS:
        raise InputError(f"A map of {n} rows cannot be measured.", f"Use at least {_FEWEST_ROWS} rows.")
    sizes = params.sizes(n)
    k = max(size for size in sizes if size <= params.k)
    shuffled = coordinates[np.random.default_rng(params.seed).permutation(n)]
    own = measured_rows(n)
    few = measured_rows(n, min(_COMPARED, len(own)))
    plan = {MAP: (coordinates, own), PCA: (pca, few), SHUFFLED: (shuffled, few)}
    total, before = sum(len(rows) for _, rows in plan.values()), 0
    pairs = RandomPairs.draw(matrix, params.pairs, params.seed)
    measured, ranks = {}, {}
    for name, (places, rows) in plan.items():

        def within(done: float, _: float, before: int = before) -> None:
            progress(before + done, total)

        ranks[name] = neighbor_ranks(matrix, places, sizes[-1], rows, within)
        true, whole, kept = (
            tuple(float(part(ranks[name], size).mean(dtype=np.float64)) for size in sizes) for part in _PER_ROW
        )
        measured[name] = MapMeasures(true, whole, kept, pairs.correlation(places))
        before += len(rows)
    return Fidelity(params, sizes, k, measured, n, own, *(part(ranks[MAP], k) for part in _PER_ROW))
