"""An inverted file finds what comparing every row finds, as often as it says."""

from dataclasses import replace

import numpy as np
import pytest

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.base.vectors import Metric
from embedding_core.ranking import approximate
from embedding_core.ranking.approximate import CANDIDATES, candidates, score_nearest
from embedding_core.ranking.dense import background, score_vectors
from embedding_core.ranking.inverted_file import LEAST_ROWS, SAMPLED, ApproximateParams, index_vectors

ROWS, DIM, GROUPS = 20_000, 32, 200


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    """Return rows in overlapping groups, of length 1."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(GROUPS, DIM))[rng.integers(GROUPS, size=ROWS)] + 0.7 * rng.normal(size=(ROWS, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def queries(matrix) -> np.ndarray:
    """Return what is none of the rows, but lies among them."""
    rng = np.random.default_rng(1)
    near = matrix[rng.integers(ROWS, size=100)] + 0.1 * rng.normal(size=(100, DIM))
    return near.astype(np.float32)


@pytest.fixture(scope="module")
def index(matrix):
    """Return an index that looks into as few lists as its recall allows."""
    return index_vectors(matrix, ApproximateParams(share=0.001))


def recall(matrix, queries, index, depth, among=None):
    """Return the share of the exact first rows that the index finds."""
    known, found = background(matrix), 0
    for query in queries:
        exact = score_vectors(matrix, query, known).best(depth, among).rows
        near = score_nearest(matrix, query, index, among=among).best(depth, among).rows
        found += len(np.intersect1d(exact, near))
    return found / (depth * len(queries))


def test_it_looks_into_some_lists_and_finds_what_it_says(matrix, queries, index):
    quality = index.quality
    assert 1 <= quality.probed < quality.lists == round(np.sqrt(ROWS))
    assert min(quality.recall, quality.deep_recall) >= 0.95
    assert recall(matrix, queries, index, 10) == pytest.approx(quality.recall, abs=0.04)
    assert recall(matrix, queries, index, 100) == pytest.approx(quality.deep_recall, abs=0.04)
    fewer = replace(index, quality=replace(quality, probed=1))
    assert recall(matrix, queries, fewer, 100) < quality.deep_recall
    assert ROWS * DIM < quality.size < matrix.nbytes
    assert min(quality.milliseconds, quality.exact_milliseconds) > 0


def test_more_recall_takes_more_lists(matrix, index):
    sure = index_vectors(matrix, ApproximateParams(recall=1.0, queries=50, share=0.001)).quality
    lax = index_vectors(matrix, ApproximateParams(recall=0.3, queries=50, share=0.001)).quality
    assert lax.probed < index.quality.probed < sure.probed
    assert sure.recall == pytest.approx(1, abs=0.002)
    assert 0.3 <= min(lax.recall, lax.deep_recall) < 0.95


def test_an_eighth_of_the_lists_is_looked_into_for_queries_unlike_any_row(matrix, index):
    default = index_vectors(matrix, ApproximateParams(queries=50))
    assert default.quality.probed >= default.quality.lists / 8
    far = np.random.default_rng(5).normal(size=(50, DIM)).astype(np.float32)
    assert recall(matrix, far, default, 10) > max(0.9, recall(matrix, far, index, 10))


@pytest.mark.parametrize("metric", Metric)
def test_what_is_found_has_its_exact_score_and_the_rest_none(matrix, queries, index, metric):
    exact = score_vectors(matrix, queries[0], background(matrix, metric))
    near = score_nearest(matrix, queries[0], index, metric)
    found = np.flatnonzero(np.isfinite(near.values))
    assert 100 <= len(found) <= CANDIDATES
    np.testing.assert_allclose(near.values[found], exact.values[found], atol=2e-6)
    assert near.best(5).rows.tolist() == exact.best(5).rows.tolist()
    np.testing.assert_allclose(
        np.quantile(near.random_baseline, [0.1, 0.9]), np.quantile(exact.random_baseline, [0.1, 0.9]), atol=0.02
    )


def test_percentiles_are_near_the_exact_ones(matrix, queries, index):
    known = background(matrix)
    for query in queries[:10]:
        exact, near = score_vectors(matrix, query, known), score_nearest(matrix, query, index)
        assert near.sample is not None
        assert len(near.sample) == SAMPLED
        hits = near.best(CANDIDATES)
        np.testing.assert_allclose(hits.percentiles, exact.of(hits.rows).percentiles, atol=0.01)
        np.testing.assert_allclose(hits.percentiles[:20], exact.of(hits.rows[:20]).percentiles, atol=0.002)
        np.testing.assert_allclose(hits.baseline_percentiles, exact.of(hits.rows).baseline_percentiles, atol=0.02)


@pytest.mark.parametrize("share", [0.5, 0.05])
def test_behind_a_filter_as_much_is_found(monkeypatch, matrix, queries, index, share):
    monkeypatch.setattr(approximate, "MOST_COMPARED", 100)
    among = np.random.default_rng(2).random(ROWS) < share
    assert recall(matrix, queries[:40], index, 10, among) >= 0.95
    rows = candidates(index.lists, queries[0], index.quality.probed, among)
    assert among[rows].all()


def test_few_rows_behind_a_filter_are_all_compared(matrix, queries, index):
    among = np.zeros(ROWS, dtype=bool)
    among[np.random.default_rng(3).choice(ROWS, 3_000, replace=False)] = True
    near = score_nearest(matrix, queries[0], index, among=among)
    np.testing.assert_array_equal(np.isfinite(near.values), among)
    exact = score_vectors(matrix, queries[0], background(matrix))
    np.testing.assert_allclose(near.values[among], exact.values[among], atol=2e-6)
    assert not np.isfinite(score_nearest(matrix, queries[0], index, among=np.zeros(ROWS, dtype=bool)).values).any()


def test_rows_of_any_length_are_found_by_cosine_alone(matrix):
    stretched = matrix[:LEAST_ROWS] * np.random.default_rng(4).uniform(0, 5, size=(LEAST_ROWS, 1)).astype(np.float32)
    stretched[7] = 0
    index = index_vectors(stretched, ApproximateParams(queries=20))
    exact = score_vectors(stretched, stretched[3], background(stretched))
    near = score_nearest(stretched, stretched[3], index)
    assert near.best(10).rows.tolist() == exact.best(10).rows.tolist()
    with pytest.raises(ParameterError, match="dot"):
        score_nearest(stretched, stretched[3], index, Metric.DOT)


def test_equal_rows_do_no_harm():
    index = index_vectors(np.ones((2_000, 8), np.float32), ApproximateParams(queries=5, share=0.001))
    assert index.quality.recall == 1
    hits = score_nearest(np.ones((2_000, 8), np.float32), np.ones(8, np.float32), index).best(3)
    assert hits.scores.tolist() == [1, 1, 1]


def test_building_can_be_stopped_and_goes_from_nothing_to_all(matrix):
    seen = []
    index_vectors(matrix[:5_000], ApproximateParams(queries=20), lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert len(seen) > 20
    assert seen[-1] == 1

    def stop(done, total):
        raise JobCancelledError("The work was cancelled.")

    with pytest.raises(JobCancelledError):
        index_vectors(matrix, progress=stop)


def test_what_makes_no_sense_is_refused(matrix, index):
    with pytest.raises(InputError, match="999 rows"):
        index_vectors(matrix[: LEAST_ROWS - 1])
    with pytest.raises(InputError, match="31"):
        score_nearest(matrix, np.ones(31, np.float32), index)
    for wrong in ({"recall": 0}, {"recall": 1.1}, {"queries": 0}, {"share": 0}):
        with pytest.raises(ParameterError):
            ApproximateParams(**wrong)
