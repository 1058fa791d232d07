"""Clusters as code are those of the page."""

from pathlib import Path

import pytest

from embedding_core.base.store import Store
from embedding_core.clusters import FeatureSpace, HDBSCANParams, KMeansParams, Merge, Split, snippet
from embedding_core.clusters.naming import names
from embedding_core.clusters.stages import Cluster, ClusterStage, EditClusters, naming
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.projection import PCAParams
from embedding_core.projection.stages import Project
from tests.core.conftest import Run

ENCODER = "minilm-static"


def stages(space: Embed) -> list[ClusterStage]:
    three = Cluster(space, KMeansParams(3, seed=2))
    return [
        three,
        EditClusters(three, (Merge((0, 2)),)),
        EditClusters(three, (Split(1), Merge((0, 3)))),
        Cluster(space, HDBSCANParams(4)),
        Cluster(space, KMeansParams(4, feature_space=FeatureSpace.MAP), Project(space, PCAParams())),
    ]


@pytest.mark.parametrize("place", range(5), ids=["plain", "one edit", "edits", "hdbscan", "map"])
def test_the_code_finds_the_clusters_of_the_page(run: Run, tmp_path: Path, place: int) -> None:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("everyday")
    engine.keep_dataset(dataset)
    stage = stages(engine.embedding(dataset, ENCODER))[place]
    own = engine.make(stage)
    left = run(snippet.found(dataset.key, ENCODER, stage))
    assert (left["clusters"].labels == own.labels).all()
    assert left["stage"] == stage
    assert left["named"] == names(engine.make(naming(stage, dataset)))
