"""From vectors to clusters, as a person changed them, with their names; and how many there might be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from embedding_core import encoders
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Matrix, Progress
from embedding_core.base.vectors import unit_rows
from embedding_core.clusters import (
    ClusterParams,
    Clusters,
    Edit,
    FeatureSpace,
    Sweep,
    SweepParams,
    cluster,
    edited,
    prepared,
    sweep,
)
from embedding_core.clusters.centers import means
from embedding_core.clusters.naming import Keywords, NamingParams, keywords, nearest_words, picture_words
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.projection.stages import Project


@dataclass(frozen=True)
class Cluster(Stage[Clusters]):
    """A data set's items in clusters; `drawn` is the map whose coordinates are clustered, when they are."""

    space: Embed
    params: ClusterParams
    drawn: Project | None = None
    kind = "clusters"
    version = 2
    title = "Clustering"
    lane = Lane.MAP
    """Beside the maps: it may take seconds, and quick work does not wait for it."""
    libraries: ClassVar[Mapping[str, str]] = {"scikit-learn": "1.9.1"}

    def key_parts(self) -> tuple[object, ...]:
        return self._source.key, self.params

    @property
    def _source(self) -> Embed | Project:
        return self.drawn if self.params.feature_space is FeatureSpace.MAP and self.drawn is not None else self.space

    def needs(self) -> tuple[Stage, ...]:
        return (self._source,)

    def rows(self, store: Store) -> Matrix:
        """Return what is clustered, (n, dim)."""
        source = self._source
        found = source.load(store).coordinates if isinstance(source, Project) else source.load(store)
        return prepared(found, self.params.feature_space)

    def compute(self, store: Store, progress: Progress) -> Clusters:
        return cluster(self.rows(store), self.params, progress)


@dataclass(frozen=True)
class EditClusters(Stage[Clusters]):
    """Clusters after a person's edits."""

    found: Cluster
    edits: tuple[Edit, ...]
    kind = "edited-clusters"
    title = "Applying cluster edits"

    def compute(self, store: Store, progress: Progress) -> Clusters:
        return edited(self.found.rows(store), self.found.load(store), self.edits)


ClusterStage: TypeAlias = Cluster | EditClusters


@dataclass(frozen=True)
class NameClusters(Stage[tuple[Keywords, ...]]):
    """The keywords of each cluster, from the texts of its items, or the nearest of some words; none without either."""

    of: ClusterStage
    params: NamingParams = field(default_factory=NamingParams)
    words: tuple[str, ...] = ()
    """A vocabulary that the encoder puts where it puts the items; empty: keywords of the texts."""
    kind = "cluster-names"
    result_name = "keywords"
    title = "Naming clusters"

    @property
    def _space(self) -> Embed:
        return self.of.space if isinstance(self.of, Cluster) else self.of.found.space

    def key_parts(self) -> tuple[object, ...]:
        # Vectors that are the same may come with other texts.
        named_by = [self.words] if self.words else []
        return self.of.key, self._space.dataset, self.params, *named_by

    def needs(self) -> tuple[Stage, ...]:
        return (self.of, self._vocabulary) if self.words else (self.of,)

    @property
    def _vocabulary(self) -> EncodeQueries:
        return EncodeQueries(self.words, self._space)

    def compute(self, store: Store, progress: Progress) -> tuple[Keywords, ...]:
        clusters = self.of.load(store)
        return self._nearest(clusters, store) if self.words else self._from_texts(clusters, store)

    def _from_texts(self, clusters: Clusters, store: Store) -> tuple[Keywords, ...]:
        found = keywords(load_dataset(self._space.dataset, store).texts, clusters.labels, self.params)
        # A cluster that an edit has emptied has no label, but keeps its number.
        return found + ((),) * (len(clusters.centers) - len(found))

    def _nearest(self, clusters: Clusters, store: Store) -> tuple[Keywords, ...]:
        filled = sorted(clusters.numbers)
        if not filled:
            return ((),) * len(clusters.centers)
        centers = means(unit_rows(self._space.load(store)), clusters.labels, len(clusters.centers))
        near = nearest_words(centers[filled], self.words, self._vocabulary.load(store), self.params)
        words = dict(zip(filled, near, strict=True))
        return tuple(words.get(number, ()) for number in range(len(centers)))


def naming(of: ClusterStage, dataset: Dataset) -> NameClusters:
    """Return the stage that names clusters: of pictures by words where the encoder reads those, else by the texts."""
    space = of.space if isinstance(of, Cluster) else of.found.space
    reads = encoders.resolve(space.encoder).reads
    if dataset.kind is Kind.PICTURES and Modality.TEXT in reads and Modality.IMAGE in reads:
        return NameClusters(of, words=picture_words())
    return NameClusters(of)


@dataclass(frozen=True)
class SweepClusters(Stage[Sweep]):
    """k-means for a row of k."""

    space: Embed
    params: SweepParams = field(default_factory=SweepParams)
    kind = "cluster-sweep"
    version = 3
    title = "Comparing numbers of clusters"
    lane = Lane.MAP
    """Beside the maps: it may take seconds, and quick work does not wait for it."""
    libraries: ClassVar[Mapping[str, str]] = {"scikit-learn": "1.9.1"}

    def compute(self, store: Store, progress: Progress) -> Sweep:
        return sweep(self.space.load(store), self.params, progress)
