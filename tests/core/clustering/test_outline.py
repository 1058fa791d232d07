"""The line round a cluster on a map."""

import numpy as np
import pytest

from embedding_core.clustering import outline


def test_it_goes_round_the_core_and_leaves_strays_out() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(size=(200, 2)), [[50, 50], [-60, 0]]]).astype(np.float32)
    corners = outline(points)
    assert np.abs(corners).max() < 4
    sides = np.roll(corners, -1, axis=0) - corners
    to_points = points[None] - corners[:, None]
    inside = (sides[:, None, 0] * to_points[..., 1] - sides[:, None, 1] * to_points[..., 0] >= -1e-2).all(axis=0)
    assert 0.55 < inside.mean() < 0.65


@pytest.mark.parametrize("points", [[], [[0, 0]], [[0, 0], [1, 1]], [[2, 2]] * 9, [[0, 0], [np.nan, 1], [1, np.inf]]])
def test_too_few_points_have_none(points: list[list[float]]) -> None:
    assert len(outline(np.array(points, np.float32).reshape(-1, 2))) == 0
