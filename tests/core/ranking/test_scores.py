import numpy as np

from embedding_core.ranking.scores import Scores

NONE = -np.inf


def made(*values: float, random_baseline: tuple[float, ...] = (0.0, 1.0)) -> Scores:
    return Scores(np.array(values, np.float32), np.array(random_baseline, np.float32))


def test_rows_that_were_not_found_are_no_hits_and_have_no_rank():
    scores = made(3, NONE, 5, NONE)
    assert scores.best(10).rows.tolist() == [2, 0]
    assert scores.ranks().tolist() == [2, 0, 1, 0]
    assert made(NONE, NONE).best(3).rows.tolist() == []


def test_a_filter_takes_rows_away_but_leaves_percentiles_of_all():
    scores = made(1, 2, 3, 4)
    among = np.array([True, False, True, False])
    hits = scores.best(10, among)
    assert hits.rows.tolist() == [2, 0]
    np.testing.assert_allclose(hits.percentiles, [0.5, 0])
    assert scores.ranks(among).tolist() == [2, 0, 1, 0]


def test_equal_scores_come_by_row():
    scores = made(1, 2, 2, 2, 1)
    assert scores.best(2).rows.tolist() == [1, 2]
    assert scores.ranks().tolist() == [4, 1, 2, 3, 5]


def test_chance_is_compared_with_what_is_found():
    np.testing.assert_allclose(made(5, -1, random_baseline=(0, 2, 4, 6)).best(2).baseline_percentiles, [0.75, 0])
