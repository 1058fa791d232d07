"""A map and its space, measured through the store."""

import numpy as np
import pytest

from embedding_core.base.stage import describe, revive
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.catalog import load_sample
from embedding_core.engine import Engine
from embedding_core.projection import PaCMAPParams, PCAParams, UMAPParams
from embedding_core.projection.stages import Project
from embedding_core.trust import MAP, PCA, TrustParams, measure_map
from embedding_core.trust.stages import CompareSeeds, MeasureMap, MeasureSpace


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), cap_bytes=10**9))


@pytest.fixture(scope="module")
def faq(engine: Engine) -> Dataset:
    dataset = load_sample("faq")
    engine.keep_dataset(dataset)
    return dataset


def test_what_is_stored_is_what_was_measured(engine: Engine, faq: Dataset) -> None:
    drawn = Project(engine.embedding(faq, "minilm-static"), UMAPParams())
    found = engine.make(MeasureMap(drawn))
    vectors, places = engine.make(drawn.space), engine.make(drawn).coordinates
    pca = engine.make(Project(drawn.space, PCAParams())).coordinates
    again = measure_map(vectors, places, pca, TrustParams())
    assert found.maps == again.maps
    assert (found.k, found.sizes, found.total) == (again.k, again.sizes, again.total)
    np.testing.assert_array_equal(found.layer("continuity"), again.layer("continuity"))
    assert found.at(MAP, "trustworthiness") > found.at(PCA, "trustworthiness")


def test_the_pca_map_beside_itself(engine: Engine, faq: Dataset) -> None:
    found = engine.make(MeasureMap(Project(engine.embedding(faq, "minilm-static"), PCAParams())))
    assert found.maps[MAP] == found.maps[PCA]


def test_seeds(engine: Engine, faq: Dataset) -> None:
    space = engine.embedding(faq, "minilm-static")
    still = engine.make(CompareSeeds(Project(space, PCAParams())))
    assert still.disparity == pytest.approx((0, 0), abs=1e-5)
    stage = CompareSeeds(Project(space, UMAPParams(seed=2**32 - 1)))
    assert [other.params.seed for other in stage.again] == [0, 1]
    found = engine.make(stage)
    assert len(found.aligned) == len(found.disparity) == 2
    assert found.median > still.median
    assert revive(describe(stage)) == stage
    assert CompareSeeds(Project(space, PaCMAPParams(seed=2**31 - 1))).again[0].params == PaCMAPParams(seed=0)


def test_the_space(engine: Engine, faq: Dataset) -> None:
    found = engine.make(MeasureSpace(engine.embedding(faq, "minilm-static")))
    assert found.occurrences.sum() == found.k * len(faq)
    assert 1 < found.dimension < found.dim
    assert found.length_bias is not None
    brought = Dataset.create("few", [""] * 40, vectors=np.ones((40, 3), np.float32))
    engine.keep_dataset(brought)
    equal = engine.make(MeasureSpace(engine.embedding(brought, "vectors")))
    assert np.isnan(equal.dimension)
    assert equal.length_bias is None
