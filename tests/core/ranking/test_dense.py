import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.vectors import Metric
from embedding_core.ranking.dense import SearchParams, background, search


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(2000, 32)).astype(np.float32)


def scores_in_float64(matrix: np.ndarray, query: np.ndarray, metric: Metric) -> np.ndarray:
    x, q = matrix.astype(np.float64), query.astype(np.float64)
    if metric is Metric.EUCLIDEAN:
        return -np.linalg.norm(x - q, axis=1)
    dots = x @ q
    return dots / (np.linalg.norm(x, axis=1) * np.linalg.norm(q)) if metric is Metric.COSINE else dots


@pytest.mark.parametrize("metric", Metric)
def test_finds_what_brute_force_finds(matrix, metric):
    query = np.random.default_rng(1).normal(size=32).astype(np.float32)
    hits = search(matrix, query, SearchParams(10, metric))
    truth = scores_in_float64(matrix, query, metric)
    assert hits.rows.tolist() == np.argsort(-truth)[:10].tolist()
    assert (hits.rows.dtype, hits.scores.dtype, hits.percentiles.dtype) == (np.int32, np.float32, np.float32)
    np.testing.assert_allclose(hits.scores, truth[hits.rows], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(hits.percentiles, 1 - np.arange(1, 11) / 2000)


@pytest.mark.parametrize("metric", Metric)
def test_unrelated_rows_lie_all_over_the_null_distribution(matrix, metric):
    params, known = SearchParams(2000, metric), background(matrix, metric)
    found = np.concatenate([search(matrix, row, params, known).baseline_percentiles for row in matrix[:20]])
    np.testing.assert_allclose(np.quantile(found, [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.1)


def test_the_null_is_made_of_pairs_of_different_rows():
    known = background(np.eye(40, dtype=np.float32))
    assert len(known.random_baseline) == 10_000
    assert (known.random_baseline == 0).all()


@pytest.mark.parametrize("metric", Metric)
def test_a_known_background_changes_nothing(matrix, metric):
    known, params = background(matrix, metric), SearchParams(5, metric)
    fresh, again = search(matrix, matrix[3], params), search(matrix, matrix[3], params, known)
    for name in ("rows", "scores", "percentiles", "baseline_percentiles"):
        np.testing.assert_array_equal(getattr(fresh, name), getattr(again, name))


@pytest.mark.parametrize("metric", Metric)
def test_equal_rows_are_found_in_order_and_none_of_them_is_below_another(metric):
    matrix = np.repeat(np.random.default_rng(2).normal(size=(2, 17)).astype(np.float32), [30, 70], axis=0)
    hits = search(matrix, matrix[50], SearchParams(4, metric))
    first = 30 if metric is not Metric.DOT or matrix[50] @ matrix[50] > matrix[0] @ matrix[50] else 0
    assert hits.rows.tolist() == [first, first + 1, first + 2, first + 3]
    np.testing.assert_allclose(hits.percentiles, 0.3)


def test_rows_and_queries_without_length_score_zero(matrix):
    holed = matrix.copy()
    holed[3] = 0
    hits = search(holed, matrix[3], SearchParams(2000))
    assert hits.scores[hits.rows == 3].tolist() == [0]
    nothing = search(matrix, np.zeros(32, np.float32), SearchParams(3))
    assert nothing.rows.tolist() == [0, 1, 2]
    assert nothing.scores.tolist() == nothing.percentiles.tolist() == [0, 0, 0]


def test_more_hits_than_rows_are_all_rows():
    hits = search(np.eye(3, dtype=np.float32), np.array([0, 1, 0.5], np.float32))
    assert hits.rows.tolist() == [1, 2, 0]


def test_one_row_is_found():
    hits = search(np.ones((1, 4), np.float32), np.ones(4, np.float32))
    assert hits.rows.tolist() == [0]
    assert hits.scores.tolist() == [1]
    assert hits.percentiles.tolist() == hits.baseline_percentiles.tolist() == [0]


def test_what_does_not_fit_is_refused(matrix):
    with pytest.raises(InputError, match="32"):
        search(matrix, np.ones(31, np.float32))
    with pytest.raises(InputError):
        search(np.zeros((0, 4), np.float32), np.ones(4, np.float32))
    with pytest.raises(ParameterError, match="hits is 0"):
        SearchParams(k=0)
    with pytest.raises(ParameterError, match="same metric"):
        search(matrix, matrix[0], SearchParams(metric=Metric.DOT), background(matrix))
