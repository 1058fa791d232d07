"""Pooling: the ways to one vector, and the mean taken apart."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.inspect import PoolingMethod, compare_poolings, pool

TOKENS = np.array([[1, 0, 0], [0, 2, 0], [3, 2, 0]], np.float32)


def test_each_way() -> None:
    assert pool(TOKENS, PoolingMethod.MEAN) == pytest.approx([4 / 3, 4 / 3, 0])
    assert pool(TOKENS, PoolingMethod.CLS).tolist() == [1, 0, 0]
    assert pool(TOKENS, PoolingMethod.MAX).tolist() == [3, 2, 0]


def test_the_ways_compared() -> None:
    found = compare_poolings(TOKENS)
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, rtol=1e-6)
    assert found.cosines[0, 1] == pytest.approx(np.sqrt(0.5))
    assert found.cosines[0, 2] == pytest.approx(5 / np.sqrt(2 * 13))
    np.testing.assert_allclose(found.cosines, found.cosines.T, rtol=1e-6)


def test_the_mean_taken_apart() -> None:
    found = compare_poolings(TOKENS)
    assert found.shares.tolist() == pytest.approx([0.125, 0.25, 0.625])
    assert found.to_mean[0] == pytest.approx(np.sqrt(0.5))
    # Without the first the mean is (1.5, 2).
    assert found.effects[0] == pytest.approx(1 - 3.5 / np.sqrt(2) / 2.5, abs=1e-6)
    assert found.growing[0] == pytest.approx(np.sqrt(0.5))
    assert found.growing[-1] == pytest.approx(1)
    assert found.settled == 3


def test_the_mean_settles_when_it_is_close_to_the_end() -> None:
    same = compare_poolings(np.ones((5, 3), np.float32))
    late = compare_poolings(np.array([[1, 0], [1, 0.2], [1, 0.5], [0, 5]], np.float32))
    assert (same.settled, late.settled) == (1, 4)
    assert compare_poolings(np.array([[1, 0], [-1, 0]], np.float32)).settled == 2


def test_shares_sum_to_one_and_may_be_negative() -> None:
    vectors = np.random.default_rng(0).normal(size=(40, 16)).astype(np.float32)
    found = compare_poolings(vectors)
    assert found.shares.sum() == pytest.approx(1, abs=1e-4)
    assert found.shares.min() < 0


def test_one_token_is_all_there_is() -> None:
    found = compare_poolings(TOKENS[:1])
    np.testing.assert_allclose(found.cosines, 1)
    assert (found.shares.tolist(), found.effects.tolist(), found.growing.tolist()) == ([1], [0], [1])


def test_no_token_is_said() -> None:
    with pytest.raises(InputError):
        compare_poolings(TOKENS[:0])


def test_tokens_that_cancel_out() -> None:
    found = compare_poolings(np.array([[1, 0], [-1, 0]], np.float32))
    assert np.isfinite(found.shares).all()
    assert np.isfinite(found.effects).all()
