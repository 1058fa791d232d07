"""Pairs, matrices, outliers and recommendations, against plain library calls."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.neighbors import LocalOutlierFactor

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.statistics import random_pairs
from embedding_core.neighbors.exact import nearest_neighbors
from embedding_core.similarity import (
    OutlierParams,
    RecommendParams,
    SimilarityMeasure,
    align,
    clustered_order,
    compare,
    cosine_matrix,
    find_outliers,
    matrix,
    measure_chance,
    recommend,
)
from embedding_core.similarity.random_baseline import PAIRS

ROWS = np.random.default_rng(0).normal(size=(200, 12)).astype(np.float32)


def test_two_vectors_by_every_measure() -> None:
    left, right = np.array([3, 4], np.float32), np.array([4, -3], np.float32)
    found = {pair.measure: pair.value for pair in compare(left, right, measure_chance(np.eye(2, dtype=np.float32)))}
    assert found[SimilarityMeasure.COSINE] == found[SimilarityMeasure.DOT] == 0
    assert found[SimilarityMeasure.EUCLIDEAN] == pytest.approx(50**0.5)
    assert found[SimilarityMeasure.ANGLE] == pytest.approx(90)


def test_where_a_pair_falls_is_counted_among_random_pairs() -> None:
    first, second = random_pairs(len(ROWS), PAIRS)
    assert (first != second).all()
    distances = np.linalg.norm(ROWS[first].astype(float) - ROWS[second], axis=1)
    chance = measure_chance(ROWS)
    pairs = {pair.measure: pair for pair in compare(ROWS[3], ROWS[8], chance)}
    farther = (distances > np.linalg.norm(ROWS[3].astype(float) - ROWS[8])).mean()
    assert pairs[SimilarityMeasure.EUCLIDEAN].less_alike == pytest.approx(farther, abs=0.003)
    assert pairs[SimilarityMeasure.ANGLE].less_alike == pytest.approx(
        pairs[SimilarityMeasure.COSINE].less_alike, abs=1e-3
    )
    same = {pair.measure: pair for pair in compare(ROWS[3], ROWS[3], chance)}
    assert same[SimilarityMeasure.COSINE].less_alike == same[SimilarityMeasure.EUCLIDEAN].less_alike == 1
    assert same[SimilarityMeasure.ANGLE].value == 0


def test_equal_rows_are_as_alike_as_chance() -> None:
    ones = np.ones((5, 3), np.float32)
    assert {pair.less_alike for pair in compare(ones[0], ones[1], measure_chance(ones))} == {0.5}


def test_one_row_and_no_length_do_no_harm() -> None:
    one = np.zeros((1, 3), np.float32)
    found = compare(one[0], one[0], measure_chance(one))
    assert [pair.value for pair in found] == [0, 0, 0, 90]
    assert all(len(pair.random_baseline) == 0 and pair.less_alike == 0 for pair in found)
    with pytest.raises(InputError, match="cannot be compared"):
        compare(one[0], np.ones(2, np.float32), measure_chance(one))


def test_the_matrix_and_its_order_are_scipys() -> None:
    cosines = cosine_matrix(ROWS)
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    assert cosines == pytest.approx(unit @ unit.T, abs=1e-5)
    assert (cosines == cosines.T).all()
    tree = linkage(squareform(1 - cosines, checks=False), "average", optimal_ordering=True)
    assert clustered_order(cosines).tolist() == leaves_list(tree).tolist()


def test_like_stands_beside_like() -> None:
    groups = np.random.default_rng(1).permutation(np.repeat(np.arange(3), 10))
    rows = np.eye(3, 8, dtype=np.float32)[groups] + 0.1 * ROWS[:30, :8]
    ordered = groups[clustered_order(cosine_matrix(rows))]
    assert np.count_nonzero(np.diff(ordered)) == 2


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_and_equal_items_have_an_order(n: int) -> None:
    assert sorted(clustered_order(cosine_matrix(np.ones((n, 4), np.float32))).tolist()) == list(range(n))


def test_too_many_items_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "MOST_ITEMS", 10)
    with pytest.raises(ParameterError, match="11 items are too many"):
        clustered_order(np.eye(11, dtype=np.float32))


def test_the_factor_is_scikit_learns() -> None:
    rows = ROWS.copy()
    rows[7] = -4 * ROWS.mean(axis=0)
    found = find_outliers(nearest_neighbors(rows), OutlierParams(10))
    own = LocalOutlierFactor(10, metric="cosine", algorithm="brute").fit(rows)
    assert found.factors == pytest.approx(-own.negative_outlier_factor_, rel=1e-3)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    tenth = np.sort(1 - unit @ unit.T, axis=1)[:, 10]
    assert found.distances == pytest.approx(tenth, abs=1e-5)


def test_doubles_and_few_rows_are_no_outliers() -> None:
    found = find_outliers(nearest_neighbors(np.ones((4, 3), np.float32)))
    assert (found.k, found.factors.tolist(), found.distances.tolist()) == (3, [1] * 4, [0] * 4)
    with pytest.raises(InputError, match="A single item"):
        find_outliers(nearest_neighbors(np.ones((1, 3), np.float32)))


def test_lambda_1_takes_the_nearest() -> None:
    found = recommend(ROWS, (3, 9), RecommendParams(5, mmr_lambda=1))
    unit = ROWS / np.linalg.norm(ROWS, axis=1, keepdims=True)
    near = unit @ unit[[3, 9]].mean(axis=0)
    near[[3, 9]] = -9
    assert found.rows.tolist() == np.argsort(-near)[:5].tolist()
    assert set(found.closest.tolist()) <= {3, 9}
    assert (np.diff(found.cosines) <= 0).all()


def test_diversity_leaves_repeats_out() -> None:
    rows = np.array([[1, 0, 0], [0.9, 0.44, 0], [0.9, 0.44, 0.01], [0.8, 0, 0.6], [-1, 0, 0]], np.float32)
    assert recommend(rows, (0,), RecommendParams(2, mmr_lambda=1)).rows.tolist() == [1, 2]
    diverse = recommend(rows, (0,), RecommendParams(2, mmr_lambda=0.6))
    assert diverse.rows.tolist() == [1, 3]
    assert np.isnan(diverse.repeated[0])
    assert diverse.repeated[1] == pytest.approx(rows[1] @ rows[3] / np.linalg.norm(rows[1]), abs=1e-3)


def test_all_that_is_left_can_be_recommended() -> None:
    assert sorted(recommend(ROWS[:4], (1, 1, 2), RecommendParams(9)).rows.tolist()) == [0, 3]
    assert recommend(ROWS[:1], (0,)).rows.tolist() == []
    with pytest.raises(InputError, match="No items are given"):
        recommend(ROWS, ())


def test_what_may_not_be_recommended_is_not() -> None:
    among = np.ones(len(ROWS), dtype=bool)
    among[:5] = False
    params = RecommendParams(len(ROWS), 0.7)
    found = recommend(ROWS, (5, 1), params, among)
    assert sorted(found.rows.tolist()) == list(range(6, len(ROWS)))
    assert not len(recommend(ROWS, (5,), params, np.zeros(len(ROWS), dtype=bool)).rows)


def test_tokens_are_aligned_by_their_cosine() -> None:
    left, right = np.array([[2, 0], [0, 1]], np.float32), np.array([[0, 3], [1, 0], [-1, 0]], np.float32)
    found = align(["a", "b"], left, ["b", "a", "not a"], right)
    assert found.cosines.tolist() == [[0, 1, -1], [1, 0, 0]]
    assert found.score == pytest.approx((1 + 1 + 1 + 1 + 0) / 5)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: OutlierParams(0), "neighbors is 0"),
        (lambda: RecommendParams(0), "items is 0"),
        (lambda: RecommendParams(mmr_lambda=1.5), "Lambda is 1.5"),
    ],
)
def test_settings_out_of_range_are_refused(make: object, says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        make()  # type: ignore[operator]
