"""From a map and its space to how far to trust them."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import ClassVar

import numpy as np

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress
from embedding_core.data.dataset import Kind
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.stages import Embed
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import SHARED_NEIGHBORS, FindNeighbors
from embedding_core.projection import PCAParams, SeededParams
from embedding_core.projection.stages import Project
from embedding_core.trust import Fidelity, Measured, SpaceHealth, Stability, TrustParams, measure_map, space_health
from embedding_core.trust.stability import stability

_PER_ROW = ("rows", "trustworthiness", "continuity", "neighborhood_preservation")
_SEED_TOP = 2**31
"""Every method takes seeds below."""


@dataclass(frozen=True)
class MeasureMap(Stage):
    """How far a map is true to its space, beside PCA and the map shuffled."""

    map: Project
    params: TrustParams = field(default_factory=TrustParams)
    kind: ClassVar[str] = "fidelity"

    @property
    def lane(self) -> Lane:
        """Seconds on large data: beside the maps, not before what is quick."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 2, self.map.key, self.params)

    @property
    def title(self) -> str:
        return "Measuring the map"

    @property
    def _pca(self) -> Project:
        return Project(self.map.space, PCAParams(self.map.params.dims))

    def needs(self) -> tuple[Stage, ...]:
        return self.map, self._pca

    def make(self, store: Store, progress: Progress) -> None:
        places, pca = (stage.load(store).coordinates for stage in self.needs())
        found = measure_map(self.map.space.load(store), places, pca, self.params, progress)
        about = {"sizes": found.sizes, "k": found.k, "total": found.total}
        about["maps"] = {name: asdict(measured) for name, measured in found.maps.items()}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {name: getattr(found, name) for name in _PER_ROW})

    def load(self, store: Store) -> Fidelity:
        about = store.about(self.kind, self.key)
        maps = {name: Measured(**measured) for name, measured in about["maps"].items()}
        arrays = {name: store.array(self.kind, self.key, name) for name in _PER_ROW}
        return Fidelity(self.params, tuple(about["sizes"]), about["k"], maps, about["total"], **arrays)


@dataclass(frozen=True)
class CompareSeeds(Stage):
    """What moves on a map when it is drawn again with other seeds."""

    map: Project
    others: int = 2
    """Further maps, with the seeds that come next."""
    kind: ClassVar[str] = "stability"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.map.key, self.others)

    @property
    def title(self) -> str:
        return "Aligning maps"

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

    def make(self, store: Store, progress: Progress) -> None:
        first, *others = (stage.load(store).coordinates for stage in (self.map, *self.again))
        found = stability(first, others)
        with store.write(self.kind, self.key, {"disparity": found.disparity}) as folder:
            save_arrays(folder, {"moved": found.moved, "aligned": np.stack(found.aligned)})

    def load(self, store: Store) -> Stability:
        aligned, moved = (store.array(self.kind, self.key, name) for name in ("aligned", "moved"))
        return Stability(tuple(aligned), tuple(store.about(self.kind, self.key)["disparity"]), moved)


@dataclass(frozen=True)
class MeasureSpace(Stage):
    """Whether a space is fit to be searched and drawn."""

    space: Embed
    k: int = 10
    kind: ClassVar[str] = "space-health"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.space.dataset, self.k)

    @property
    def title(self) -> str:
        return "Measuring the space"

    @property
    def _neighbors(self) -> FindNeighbors:
        return FindNeighbors(self.space, NeighborsParams(k=SHARED_NEIGHBORS))

    def needs(self) -> tuple[Stage, ...]:
        return self.space, self._neighbors

    def make(self, store: Store, progress: Progress) -> None:
        dataset = load_dataset(self.space.dataset, store)
        texts = dataset.kind is Kind.TEXT
        lengths = np.array([len(text) for text in dataset.texts], np.float32) if texts else None
        found = space_health(self.space.load(store), self._neighbors.load(store), lengths, self.k)
        record = {name: getattr(found, name) for name in ("anisotropy", "hubness", "k", "dimension", "dim")}
        record["length_bias"] = found.length_bias
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"occurrences": found.occurrences})
            # NaN stands for a dimension that cannot be told.
            (folder / "space.json").write_text(json.dumps(record))

    def load(self, store: Store) -> SpaceHealth:
        record = json.loads((store.open(self.kind, self.key) / "space.json").read_text())
        return SpaceHealth(**record, occurrences=store.array(self.kind, self.key, "occurrences"))
