"""Where a cluster lies on a map, and the line round it."""

import numpy as np
import pytest

from embedding_core.clusters import largest_part, outline

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(200, 2)).astype(np.float32)


def test_it_goes_round_the_points() -> None:
    corners = outline(POINTS)
    sides = np.roll(corners, -1, axis=0) - corners
    to_points = POINTS[None] - corners[:, None]
    inside = (sides[:, None, 0] * to_points[..., 1] - sides[:, None, 1] * to_points[..., 0] >= -0.05).all(axis=0)
    assert inside.mean() > 0.98
    assert all((POINTS == corner).all(axis=1).any() for corner in corners)


@pytest.mark.parametrize("points", [[], [[0, 0]], [[0, 0], [1, 1]], [[2, 2]] * 9, [[0, 0], [1, 1], [2, 2]]])
def test_too_few_points_have_none(points: list[list[float]]) -> None:
    assert len(outline(np.array(points, np.float32).reshape(-1, 2))) == 0


def test_of_several_parts_the_largest_counts() -> None:
    far = RNG.normal(size=(80, 2)).astype(np.float32) / 3 + np.float32(20)
    stray = np.array([[-30, 4], [np.nan, 0]], np.float32)
    found = largest_part(np.concatenate([POINTS, far, stray]), 1.5)
    assert 190 <= len(found) <= 200
    assert np.abs(found).max() < 5
    np.testing.assert_array_equal(largest_part(POINTS, 50), POINTS)


def test_points_on_one_spot_are_one_part() -> None:
    assert len(largest_part(np.zeros((9, 2), np.float32), 0.0)) == 9
    assert len(largest_part(np.zeros((9, 2), np.float32), 1.0)) == 9
    assert len(largest_part(np.empty((0, 2), np.float32), 1.0)) == 0
