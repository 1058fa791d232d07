"""Maps laid over each other."""

import numpy as np
import pytest
from scipy.spatial import procrustes as reference

from embedding_core.errors import InputError
from embedding_core.trust import procrustes, stability


def test_a_turned_map_is_laid_back() -> None:
    rng = np.random.default_rng(0)
    first = rng.normal(size=(100, 2)).astype(np.float32)
    turn = np.array([[0, -1], [-1, 0]], np.float32)
    laid, gap = procrustes(first, 3 * first @ turn + 7)
    np.testing.assert_allclose(laid, first, atol=1e-4)
    assert gap == pytest.approx(0, abs=1e-6)


def test_the_disparity_is_scipys() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 60, 3)).astype(np.float32)
    assert procrustes(first, second)[1] == pytest.approx(reference(first, second)[2], abs=1e-5)


def test_the_point_that_moves_is_found() -> None:
    rng = np.random.default_rng(2)
    first = rng.normal(size=(200, 2)).astype(np.float32)
    moved = first.copy()
    moved[17] += 5
    found = stability(first, [moved, first])
    assert found.moved.argmax() == 17
    assert found.moved[17] > 10 * found.median
    assert found.disparity[1] == pytest.approx(0, abs=1e-6)
    assert len(found.aligned) == 2


def test_maps_without_extent_and_maps_that_do_not_fit() -> None:
    point = np.zeros((5, 2), np.float32)
    assert procrustes(point, point)[1] == 0
    assert procrustes(point, np.eye(5, 2, dtype=np.float32))[1] == 1
    assert stability(point, [point]).median == 0
    with pytest.raises(InputError, match="shape"):
        procrustes(point, point[:4])
    with pytest.raises(InputError, match="no other map"):
        stability(point, [])
