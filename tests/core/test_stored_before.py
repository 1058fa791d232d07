"""A store written by an earlier version is used by this one: nothing in it is made again.

`base/store-3bc1118.zip` was written by commit 3bc1118, before folders by feature and before the codec, by the script in
docs/decisions/0009-stages.md: 40 rows of the sample "everyday" as an upload, and what was made of them.
"""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.store import Store
from embedding_core.clusters import KMeansParams
from embedding_core.clusters.stages import Cluster, NameClusters
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.stages import BuildDataset, ReadTable, Source
from embedding_core.data.table import Format
from embedding_core.encoders.health import CheckHealth
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.neighbors.exact import Metric
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.projection import PCAParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.trust.stages import MeasureSpace

STORE = Path(__file__).parent / "base/store-3bc1118.zip"
TABLE = ReadTable("3b106bcafb906cc2f6de1082dcc2840b6de0ec53b96cc458cd0db52d809b505c", "forty.csv")
BUILT = BuildDataset(Source(TABLE), ColumnChoice(text=("text",), label="topic"))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    with zipfile.ZipFile(STORE) as archive:
        archive.extractall(tmp_path)
    return Engine(Store(tmp_path, 1 << 30))


@pytest.fixture
def space(engine: Engine) -> Embed:
    dataset = engine.make(BUILT)
    # The weights of the encoder may change one day, what was stored does not.
    return Embed(dataset.key, dataset.items_key, "minilm-static", "96bdccf5f636")


def test_a_table_and_its_data_set(engine: Engine) -> None:
    # Files are read anew since version 2, into the same data set.
    table = engine.make(TABLE)
    assert list(table.frame.columns) == ["text", "topic", "tone"]
    assert (table.how.format, table.how.rows, table.how.notes) == (Format.CSV, 40, ())
    (stored,) = (folder.name for folder in (engine.store.root / "dataset").iterdir())
    dataset = engine.make(BUILT)
    assert dataset.key == stored
    assert len(dataset) == 40
    assert dataset.label == "topic"
    assert dataset.texts[0] == "The onions need ten slow minutes before they turn sweet."


def test_vectors_and_their_neighbors(engine: Engine, space: Embed) -> None:
    vectors, neighbors = space.load(engine.store), FindNeighbors(space).load(engine.store)
    assert vectors.shape == (40, 256)
    assert not vectors.flags.writeable
    assert neighbors.indices.shape == neighbors.similarities.shape == (40, 32)
    assert neighbors.metric is Metric.COSINE


def test_maps(engine: Engine, space: Embed) -> None:
    pca = Project(space, PCAParams()).load(engine.store)
    umap = Project(space, UMAPParams(n_neighbors=5)).load(engine.store)
    assert (pca.method, umap.method) == ("pca", "umap")
    assert pca.coordinates.shape == umap.coordinates.shape == (40, 2)
    assert isinstance(pca.explained_variance, tuple)
    assert umap.explained_variance is None


def test_clusters_and_their_names(engine: Engine, space: Embed, monkeypatch: pytest.MonkeyPatch) -> None:
    # Since version 2 the silhouettes of zero vectors are others; what was stored is still read.
    monkeypatch.setattr(Cluster, "version", 1)
    clusters = Cluster(space, KMeansParams(5))
    found = clusters.load(engine.store)
    assert (len(found.labels), len(found.centers), found.note) == (40, 5, "")
    assert len(NameClusters(clusters).load(engine.store)) == 5


def test_what_was_measured(engine: Engine, space: Embed, monkeypatch: pytest.MonkeyPatch) -> None:
    health = CheckHealth(space.dataset, space.encoder, space.revision).load(engine.store)
    assert (health.rows, health.label_count, health.unlabeled) == (40, 10, 0)
    assert health.scripts == (("Latin", 1.0),)
    # Since version 2 it measures rows of length 1; what was stored is still read.
    monkeypatch.setattr(MeasureSpace, "version", 1)
    measured = MeasureSpace(space).load(engine.store)
    assert measured.dim == 256
    assert measured.occurrences.sum() == np.clip(measured.k, 0, 39) * 40


def test_nothing_is_made_again(engine: Engine, space: Embed) -> None:
    maps = (Project(space, PCAParams()), Project(space, UMAPParams(n_neighbors=5)))
    health = CheckHealth(space.dataset, space.encoder, space.revision)
    stages = (space, FindNeighbors(space), *maps, health)
    assert [stage for stage in stages if not engine.ready(stage)] == []
