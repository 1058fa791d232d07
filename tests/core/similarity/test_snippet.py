"""What is alike, as code, is what the page shows."""

from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.samples.catalog import load_sample
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.engine import Engine
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.similarity import (
    DuplicatesParams,
    OutlierParams,
    RecommendParams,
    compare,
    cosine_matrix,
    find_outliers,
    measure_chance,
    recommend,
    snippet,
)
from embedding_core.similarity.stages import FindDuplicates, OrderItems
from tests.core.conftest import Run

ENCODER = "minilm-static"
Made = tuple[Engine, Dataset, Embed]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    engine = Engine(Store(tmp_path, cap_bytes=10**9))
    dataset = load_sample("everyday")
    engine.keep_dataset(dataset)
    space = engine.embedding(dataset, ENCODER)
    engine.make(space)
    return engine, dataset, space


@pytest.mark.parametrize("params", [DuplicatesParams(), DuplicatesParams(0.9)])
def test_duplicates(run: Run, made: Made, params: DuplicatesParams) -> None:
    engine, dataset, space = made
    found = engine.make(FindDuplicates(space, params))
    left = run(snippet.duplicates(dataset.key, ENCODER, params))["found"]
    assert (left.threshold, left.pairs, left.count) == (found.threshold, found.pairs, found.count)
    np.testing.assert_array_equal(left.groups, found.groups)


def test_a_pair_of_a_row_and_hostile_words(run: Run, made: Made) -> None:
    engine, dataset, space = made
    words = 'say "hello"\n\'); import os'
    vectors = space.load(engine.store)
    typed = engine.make(EncodeQueries((words,), space))[0]
    found = compare(vectors[3], typed, measure_chance(vectors))
    left = run(snippet.pair(dataset.key, ENCODER, 3, words))["found"]
    assert [(one.measure, one.value, one.less_alike) for one in left] == [
        (one.measure, one.value, one.less_alike) for one in found
    ]
    assert "EncodeQueries" not in snippet.pair(dataset.key, ENCODER, 3, 4)


def test_the_matrix(run: Run, made: Made) -> None:
    engine, dataset, space = made
    rows = tuple(range(0, 90, 3))
    order = engine.make(OrderItems(space, rows))
    left = run(snippet.matrix(dataset.key, ENCODER, rows))
    assert left["order"] == order.tolist()
    np.testing.assert_allclose(left["cosines"], cosine_matrix(space.load(engine.store)[order]), atol=1e-6)


def test_outliers(run: Run, made: Made) -> None:
    engine, dataset, space = made
    found = find_outliers(engine.make(FindNeighbors(space)), OutlierParams(7))
    left = run(snippet.outliers(dataset.key, ENCODER, OutlierParams(7)))["found"]
    np.testing.assert_array_equal(left.factors, found.factors)


def test_suggestions(run: Run, made: Made) -> None:
    engine, dataset, space = made
    params = RecommendParams(5, 0.4)
    found = recommend(space.load(engine.store), (3, 8), params)
    left = run(snippet.suggestions(dataset.key, ENCODER, (3, 8), params))["found"]
    np.testing.assert_array_equal(left.rows, found.rows)
