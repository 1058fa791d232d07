"""A clustering on the page: as it was found, as a person changed it, with its names."""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from components.widgets.context import AnalysisContext
from components.widgets.palette import Categories
from embedding_core.base.types import Indices, Matrix
from embedding_core.clusters import NOISE, ClusterEdits, ClusterParams, Clusters, FeatureSpace
from embedding_core.clusters.naming import Keywords, distinct, names
from embedding_core.clusters.stages import Cluster, ClusterStage, EditClusters, NameClusters, naming
from embedding_core.engine import Engine
from embedding_core.projection import ProjectionParams
from embedding_core.projection.stages import Project
from embedding_core.workspace import Selection

_CENTRAL = 3


@dataclass(frozen=True, eq=False)
class Found:
    """Clusters with their names."""

    stage: ClusterStage
    clusters: Clusters
    rows: Matrix
    """What was clustered, (n, dim)."""
    keywords: tuple[Keywords, ...]
    """By number."""
    names: tuple[str, ...]
    """By number, no two the same."""
    edits: ClusterEdits

    @property
    def mark(self) -> str:
        """Begins the keys of widgets whose values belong to these clusters."""
        return f"{self.stage.key[:8]}-{len(self.edits.records)}"

    @cached_property
    def coloring(self) -> Categories:
        """The clusters as classes of a map, in the order of their numbers, so that edits leave colors as they are."""
        numbers = sorted(self.clusters.numbers)
        place = np.full(len(self.names) + 1, NOISE, np.int32)
        place[numbers] = np.arange(len(numbers), dtype=np.int32)
        counts = tuple(int(self.clusters.sizes[number]) for number in numbers)
        return Categories(place[self.clusters.labels], tuple(self.names[i] for i in numbers), counts, "cluster")

    @cached_property
    def central(self) -> dict[int, Indices]:
        """The most central rows of each cluster."""
        return {i: self.clusters.central(self.rows, i, _CENTRAL) for i in self.clusters.numbers}

    def name(self, number: int) -> str:
        """Return what a cluster is called, noise included."""
        return "noise" if number == NOISE else self.names[number]

    def selection(self, numbers: tuple[int, ...]) -> Selection:
        """Return the rows of some clusters as a selection."""
        rows = np.flatnonzero(np.isin(self.clusters.labels, numbers))
        how = f"cluster {self.name(numbers[0])}" if len(numbers) == 1 else f"{len(numbers)} clusters"
        return Selection(tuple(rows.tolist()), how)


def wanted(context: AnalysisContext, params: ClusterParams, projection: ProjectionParams) -> Cluster:
    """Return the stage that clusters, of the map or of the vectors behind it."""
    drawn = Project(context.space, replace(projection, dims=2)) if params.feature_space is FeatureSpace.MAP else None
    return Cluster(context.space, params, drawn)


def find(context: AnalysisContext, made: Cluster, edits: ClusterEdits) -> Found | None:
    """Return the clusters, or None with a placeholder, or what went wrong, in their place.

    They go by their numbers until they are named.
    """
    stage = EditClusters(made, edits.moving) if edits.moving else made
    if context.result(stage, height=420, wait=2.0) is None:
        return None
    named = naming(stage, context.dataset)
    known = context.result(named, height=0) is not None
    return _read(context.engine, stage, named if known else None, edits)


@lru_cache(maxsize=8)
def _read(engine: Engine, stage: ClusterStage, named: NameClusters | None, edits: ClusterEdits) -> Found:
    clusters: Clusters = stage.load(engine.store)
    made = stage if isinstance(stage, Cluster) else stage.found
    found = named.load(engine.store) if named is not None else ((),) * len(clusters.centers)
    given = list(names(found))
    for number in range(len(given)):
        new = edits.name(number, given[number])
        if new != given[number]:
            given[number] = distinct(new, [name for other, name in enumerate(given) if other != number])
    return Found(stage, clusters, made.rows(engine.store), found, tuple(given), edits)
