"""The stage of Compare: it survives the way to another process, and gives what the functions give."""

import json

import numpy as np
import pytest

from embedding_core.base.stage import describe, revive
from embedding_core.base.store import Store
from embedding_core.compare import ComparisonParams, compare_neighborhoods, linear_cka
from embedding_core.compare.stages import CompareSpaces
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return Engine(Store(tmp_path_factory.mktemp("store"), 1 << 30))


def spaces(engine: Engine, dataset: Dataset) -> tuple[Embed, Embed]:
    engine.keep_dataset(dataset)
    return engine.embedding(dataset, "minilm-static"), engine.embedding(dataset, "tf-idf")


def test_made_elsewhere_it_is_the_same(engine: Engine) -> None:
    left, right = spaces(engine, load_sample("words"))
    stage = CompareSpaces(left, right, ComparisonParams(k=5))
    found = engine.make(revive(json.loads(json.dumps(describe(stage)))))
    graphs = [nearest_neighbors(engine.make(space), NeighborsParams(32)) for space in (left, right)]
    own = compare_neighborhoods(*graphs, ComparisonParams(k=5))
    np.testing.assert_array_equal(found.neighborhoods.overlaps, own.overlaps)
    np.testing.assert_array_equal(found.neighborhoods.wider, own.wider)
    assert (found.neighborhoods.k, found.neighborhoods.chance) == (5, own.chance)
    assert found.cka == linear_cka(engine.make(left), engine.make(right))
    turned = engine.make(CompareSpaces(right, left, ComparisonParams(k=5)))
    assert turned.cka == pytest.approx(found.cka)
    assert CompareSpaces(right, left).key != CompareSpaces(left, right).key != stage.key


@pytest.mark.parametrize("texts", [["a cat", "a dog"], ["same"] * 6])
def test_where_the_alignment_is_not_defined(engine: Engine, texts: list[str]) -> None:
    found = engine.make(CompareSpaces(*spaces(engine, Dataset.create("Few", texts))))
    assert found.cka is None
    assert found.neighborhoods.overlap == 1
