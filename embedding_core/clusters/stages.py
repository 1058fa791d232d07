"""From vectors to clusters, as a person changed them, with their names; and how many there might be."""

import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar, TypeAlias

from embedding_core import encoders
from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Matrix, Progress
from embedding_core.base.vectors import unit_rows
from embedding_core.clusters import (
    ClusterParams,
    Clusters,
    Edit,
    FeatureSpace,
    Measured,
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

_ARRAYS = ("labels", "centers", "silhouettes")


def _save(clusters: Clusters, stage: Stage, store: Store) -> None:
    arrays = {name: getattr(clusters, name) for name in _ARRAYS}
    with store.write(stage.kind, stage.key, {"note": clusters.note}) as folder:
        save_arrays(folder, arrays)


def _load(stage: Stage, store: Store) -> Clusters:
    arrays = {name: store.array(stage.kind, stage.key, name) for name in _ARRAYS}
    return Clusters(**arrays, note=store.about(stage.kind, stage.key)["note"])


@dataclass(frozen=True)
class Cluster(Stage):
    """A data set's items in clusters; `drawn` is the map whose coordinates are clustered, when they are."""

    space: Embed
    params: ClusterParams
    drawn: Project | None = None
    kind: ClassVar[str] = "clusters"

    @property
    def lane(self) -> Lane:
        """Beside the maps: it may take seconds, and quick work does not wait for it."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 2, self._source.key, self.params)

    @property
    def title(self) -> str:
        return "Clustering"

    @property
    def _source(self) -> Embed | Project:
        return self.drawn if self.params.over is FeatureSpace.MAP and self.drawn is not None else self.space

    def needs(self) -> tuple[Stage, ...]:
        return (self._source,)

    def rows(self, store: Store) -> Matrix:
        """Return what is clustered, (n, dim)."""
        source = self._source
        found = source.load(store).coordinates if isinstance(source, Project) else source.load(store)
        return prepared(found, self.params.over)

    def make(self, store: Store, progress: Progress) -> None:
        _save(cluster(self.rows(store), self.params, progress), self, store)

    def load(self, store: Store) -> Clusters:
        return _load(self, store)


@dataclass(frozen=True)
class EditClusters(Stage):
    """Clusters after a person's edits."""

    found: Cluster
    edits: tuple[Edit, ...]
    kind: ClassVar[str] = "edited-clusters"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.found.key, self.edits)

    @property
    def title(self) -> str:
        return "Applying cluster edits"

    def needs(self) -> tuple[Stage, ...]:
        return (self.found,)

    def make(self, store: Store, progress: Progress) -> None:
        _save(edited(self.found.rows(store), self.found.load(store), self.edits), self, store)

    def load(self, store: Store) -> Clusters:
        return _load(self, store)


ClusterStage: TypeAlias = Cluster | EditClusters


@dataclass(frozen=True)
class NameClusters(Stage):
    """The keywords of each cluster, from the texts of its items, or the nearest of some words; none without either."""

    of: ClusterStage
    params: NamingParams = field(default_factory=NamingParams)
    words: tuple[str, ...] = ()
    """A vocabulary that the encoder puts where it puts the items; empty: keywords of the texts."""
    kind: ClassVar[str] = "cluster-names"

    @property
    def _space(self) -> Embed:
        return self.of.space if isinstance(self.of, Cluster) else self.of.found.space

    @property
    def key(self) -> Key:
        # Vectors that are the same may come with other texts.
        named_by = [self.words] if self.words else []
        return fingerprint(self.kind, 1, self.of.key, self._space.dataset, self.params, *named_by)

    @property
    def title(self) -> str:
        return "Naming clusters"

    def needs(self) -> tuple[Stage, ...]:
        return (self.of, self._vocabulary) if self.words else (self.of,)

    @property
    def _vocabulary(self) -> EncodeQueries:
        return EncodeQueries(self.words, self._space)

    def make(self, store: Store, progress: Progress) -> None:
        clusters = self.of.load(store)
        found = self._nearest(clusters, store) if self.words else self._told(clusters, store)
        with store.write(self.kind, self.key) as folder:
            (folder / "keywords.json").write_text(json.dumps(found))

    def _told(self, clusters: Clusters, store: Store) -> tuple[Keywords, ...]:
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

    def load(self, store: Store) -> tuple[Keywords, ...]:
        folder = store.open(self.kind, self.key)
        return tuple(tuple(words) for words in json.loads((folder / "keywords.json").read_text()))


def naming(of: ClusterStage, dataset: Dataset) -> NameClusters:
    """Return the stage that names clusters: of pictures by words where the encoder reads those, else by the texts."""
    space = of.space if isinstance(of, Cluster) else of.found.space
    reads = encoders.resolve(space.encoder).reads
    if dataset.kind is Kind.PICTURES and Modality.TEXT in reads and Modality.IMAGE in reads:
        return NameClusters(of, words=picture_words())
    return NameClusters(of)


@dataclass(frozen=True)
class SweepClusters(Stage):
    """k-means for a row of k."""

    space: Embed
    params: SweepParams = field(default_factory=SweepParams)
    kind: ClassVar[str] = "cluster-sweep"

    @property
    def lane(self) -> Lane:
        """Beside the maps: it may take seconds, and quick work does not wait for it."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params)

    @property
    def title(self) -> str:
        return "Comparing numbers of clusters"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        found = sweep(self.space.load(store), self.params, progress)
        with store.write(self.kind, self.key) as folder:
            (folder / "sweep.json").write_text(json.dumps(asdict(found)))

    def load(self, store: Store) -> Sweep:
        found = json.loads((store.open(self.kind, self.key) / "sweep.json").read_text())
        return Sweep(**{**found, "measured": tuple(Measured(**one) for one in found["measured"])})
