"""From a map and its space to how far to trust them."""

from dataclasses import dataclass, field, replace

import numpy as np

from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.base.vectors import unit_rows
from embedding_core.data.dataset import Kind
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.stages import Embed
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import SHARED_NEIGHBORS, FindNeighbors
from embedding_core.projection import PCAParams, SeededParams
from embedding_core.projection.stages import Project
from embedding_core.trust import Fidelity, SpaceHealth, Stability, TrustParams, measure_map, space_health
from embedding_core.trust.stability import stability

_PER_ROW = ("rows", "trustworthiness", "continuity", "neighborhood_preservation")
_SEED_TOP = 2**31
"""Every method takes seeds below."""


@dataclass(frozen=True)
class MeasureMap(Stage[Fidelity]):
    """How far a map is true to its space, beside PCA and the map shuffled."""

    map: Project
    params: TrustParams = field(default_factory=TrustParams)
    kind = "fidelity"
    version = 4
    title = "Measuring the map"
    lane = Lane.MAP
    """Seconds on large data: beside the maps, not before what is quick."""

    @property
    def _pca(self) -> Project:
        return Project(self.map.space, PCAParams(self.map.params.dims))

    def needs(self) -> tuple[Stage, ...]:
        return self.map, self._pca

    def compute(self, store: Store, progress: Progress) -> Fidelity:
        # Neighbors are found by cosine everywhere; own vectors may have any length.
        places, pca = (stage.load(store).coordinates for stage in (self.map, self._pca))
        return measure_map(unit_rows(self.map.space.load(store)), places, pca, self.params, progress)


@dataclass(frozen=True)
class CompareSeeds(Stage[Stability]):
    """What moves on a map when it is drawn again with other seeds."""

    map: Project
    others: int = 2
    """Further maps, with the seeds that come next."""
    kind = "stability"
    version = 2
    title = "Aligning maps"

    @property
    def again(self) -> tuple[Project, ...]:
        """The same map by other seeds; a method without random numbers draws the same again."""
        params = self.map.params
        if not isinstance(params, SeededParams):
            return (self.map,) * self.others
        seeds = ((params.seed + i + 1) % _SEED_TOP for i in range(self.others))
        return tuple(replace(self.map, params=replace(params, seed=seed)) for seed in seeds)

    def needs(self) -> tuple[Stage, ...]:
        return self.map, *self.again

    def compute(self, store: Store, progress: Progress) -> Stability:
        first, *others = (stage.load(store).coordinates for stage in (self.map, *self.again))
        return stability(first, others)


@dataclass(frozen=True)
class MeasureSpace(Stage[SpaceHealth]):
    """Whether a space is fit to be searched and drawn."""

    space: Embed
    k: int = 10
    kind = "space-health"
    version = 2
    title = "Measuring the space"

    def key_parts(self) -> tuple[object, ...]:
        return self.space.key, self.space.dataset, self.k

    @property
    def _neighbors(self) -> FindNeighbors:
        return FindNeighbors(self.space, NeighborsParams(k=SHARED_NEIGHBORS))

    def needs(self) -> tuple[Stage, ...]:
        return self.space, self._neighbors

    def compute(self, store: Store, progress: Progress) -> SpaceHealth:
        dataset = load_dataset(self.space.dataset, store)
        texts = dataset.kind is Kind.TEXT
        lengths = np.array([len(text) for text in dataset.texts], np.float32) if texts else None
        return space_health(unit_rows(self.space.load(store)), self._neighbors.load(store), lengths, self.k)
