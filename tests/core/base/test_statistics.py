"""Random pairs, bootstrap intervals and rank correlation."""

import math

import numpy as np
import pytest

from embedding_core.base.statistics import percentile_interval, random_pairs, resamples, spearman


def test_random_pairs_are_of_different_rows_and_the_same_each_time() -> None:
    left, right = random_pairs(7, 5_000, seed=3)
    assert (left != right).all()
    assert set(left) == set(right) == set(range(7))
    again = random_pairs(7, 5_000, seed=3)
    assert (left == again[0]).all()
    assert (right == again[1]).all()
    assert [len(side) for side in random_pairs(1, 10)] == [0, 0]


def test_resamples_do_not_depend_on_how_they_are_cut_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = np.concatenate(list(resamples(30, 7)))
    monkeypatch.setattr("embedding_core.base.statistics._BLOCK", 60)
    parts = list(resamples(30, 7))
    assert [part.shape for part in parts] == [(2, 30)] * 3 + [(1, 30)]
    assert (np.concatenate(parts) == whole).all()


def test_an_interval_leaves_a_fortieth_outside_on_either_side() -> None:
    found = percentile_interval(0.5, np.append(np.linspace(0, 1, 1_001), np.nan))
    assert (found.value, found.low, found.high) == (0.5, pytest.approx(0.025), pytest.approx(0.975))


def test_spearman_shares_ranks_and_needs_two_values() -> None:
    assert spearman(np.array([1, 2, 3, 4]), np.array([1, 10, 100, 1000])) == pytest.approx(1)
    assert spearman(np.array([1, 1, 2, 2]), np.array([4, 3, 2, 1])) == pytest.approx(-2 / math.sqrt(5))
    assert math.isnan(spearman(np.ones(4), np.arange(4)))
    assert spearman(np.arange(4), np.ones(4), if_constant=0.0) == 0
