"""The stages of Clusters: they survive the way to another process, and give what the functions give."""

import json
from dataclasses import replace

import numpy as np
import pytest

from embedding_core.base.errors import ParameterError
from embedding_core.base.stage import Stage, describe, revive
from embedding_core.base.store import Store
from embedding_core.clusters import (
    FeatureSpace,
    HDBSCANParams,
    KMeansParams,
    Merge,
    Split,
    SweepParams,
    cluster,
    edited,
    sweep,
)
from embedding_core.clusters.naming import keywords, picture_words
from embedding_core.clusters.stages import Cluster, EditClusters, NameClusters, SweepClusters, naming
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.projection import PCAParams
from embedding_core.projection.stages import Project

FIVE = KMeansParams(5)
FEW = SweepParams((2, 4), bootstraps=2)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), 1 << 30))


@pytest.fixture(scope="module")
def space(engine: Engine) -> Embed:
    dataset = load_sample("words")
    engine.keep_dataset(dataset)
    return engine.embedding(dataset, "minilm-static")


def made(engine: Engine, stage: Stage) -> object:
    """Make a stage as another process would: from JSON."""
    return engine.make(revive(json.loads(json.dumps(describe(stage)))))


def test_clusters_and_their_edits(engine: Engine, space: Embed) -> None:
    found, own = made(engine, Cluster(space, FIVE)), cluster(space.load(engine.store), FIVE)
    assert (found.labels == own.labels).all()
    np.testing.assert_array_equal(found.silhouettes, own.silhouettes)
    edits = (Merge((0, 3)), Split(1))
    changed = made(engine, EditClusters(Cluster(space, FIVE), edits))
    assert (changed.labels == edited(space.load(engine.store), own, edits).labels).all()
    assert changed.k == 5
    with pytest.raises(ParameterError, match="no cluster 9"):
        made(engine, EditClusters(Cluster(space, FIVE), (Split(9),)))


def test_clusters_of_a_map(engine: Engine, space: Embed) -> None:
    drawn = Project(space, PCAParams())
    stage = Cluster(space, KMeansParams(4, feature_space=FeatureSpace.MAP), drawn)
    found = made(engine, stage)
    assert found.centers.shape == (4, 2)
    assert stage.rows(engine.store).shape[1] == 2
    assert stage.key != Cluster(space, KMeansParams(4)).key


def test_names(engine: Engine, space: Embed) -> None:
    dataset = engine.dataset(space.dataset)
    stage = Cluster(space, FIVE)
    named = naming(stage, dataset)
    assert named == NameClusters(stage)
    assert made(engine, named) == keywords(dataset.texts, engine.make(stage).labels)
    merged = made(engine, NameClusters(EditClusters(stage, (Merge((0, 4)),))))
    assert (len(merged), merged[4]) == (5, ())


def test_clusters_are_named_by_the_nearest_of_some_words(engine: Engine, space: Embed) -> None:
    dataset = engine.dataset(space.dataset)
    vocabulary = tuple(dict.fromkeys(dataset.texts))
    stage = Cluster(space, FIVE)
    found = made(engine, NameClusters(stage, words=vocabulary))
    clusters = engine.make(stage)
    inside = {number: {dataset.texts[row] for row in clusters.rows(number)} for number in clusters.numbers}
    hits = [word in inside[number] for number in clusters.numbers for word in found[number][:3]]
    assert np.mean(hits) > 0.8
    emptied = made(engine, NameClusters(EditClusters(stage, (Merge((0, 4)),)), words=vocabulary))
    assert (len(emptied), emptied[4]) == (5, ())


def test_noise_alone_has_no_names(engine: Engine, space: Embed) -> None:
    stage = Cluster(space, HDBSCANParams(300))
    assert engine.make(stage).k == 0
    assert made(engine, NameClusters(stage)) == made(engine, NameClusters(stage, words=("cat",))) == ()


def test_the_sweep(engine: Engine, space: Embed) -> None:
    assert made(engine, SweepClusters(space, FEW)) == sweep(space.load(engine.store), FEW)


def test_keys_change_with_whatever_the_result_depends_on(engine: Engine, space: Embed) -> None:
    relabeled = replace(engine.dataset(space.dataset), name="other")
    stage = Cluster(space, FIVE)
    stages = [
        stage,
        Cluster(space, KMeansParams(6)),
        Cluster(space, HDBSCANParams(5)),
        EditClusters(stage, (Split(0),)),
        EditClusters(stage, (Split(1),)),
        NameClusters(stage),
        NameClusters(stage, words=("cat",)),
        NameClusters(stage, words=("dog",)),
        NameClusters(Cluster(engine.embedding(relabeled, "minilm-static"), FIVE)),
        SweepClusters(space),
        SweepClusters(space, FEW),
    ]
    assert len({each.key for each in stages}) == len(stages)
    assert Cluster(engine.embedding(relabeled, "minilm-static"), FIVE).key == stage.key


def test_words_for_pictures_are_words_each_once() -> None:
    words = picture_words()
    assert len(set(words)) == len(words) > 400
    assert {"dog", "circle", "red"} <= set(words)
    assert all(word == word.strip().lower() for word in words)
