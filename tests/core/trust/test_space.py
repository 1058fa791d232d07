"""Of a space: cases whose answer is known."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.base.vectors import Metric
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors
from embedding_core.trust import space_health, two_nn
from embedding_core.trust.space import mean_cosine, skewness


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_two_nn_finds_the_dimension_of_a_cube_in_more_numbers(dimension: int) -> None:
    rng = np.random.default_rng(dimension)
    turned = np.linalg.qr(rng.normal(size=(20, 20)))[0][:dimension]
    rows = (rng.random((4_000, dimension)) @ turned).astype(np.float32)
    neighbors = nearest_neighbors(rows, NeighborsParams(8, Metric.EUCLIDEAN))
    assert two_nn(rows, neighbors) == pytest.approx(dimension, rel=0.07)
    # Rows that stand twice count once.
    doubled = np.concatenate([rows, rows])
    neighbors = nearest_neighbors(doubled, NeighborsParams(8, Metric.EUCLIDEAN))
    assert two_nn(doubled, neighbors) == pytest.approx(dimension, rel=0.07)


def test_two_nn_of_a_sphere() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(4_000, 3)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    assert two_nn(rows, nearest_neighbors(rows, NeighborsParams(8))) == pytest.approx(2, rel=0.07)


def test_two_nn_says_when_it_cannot_tell() -> None:
    rows = np.ones((30, 4), np.float32)
    assert np.isnan(two_nn(rows, nearest_neighbors(rows, NeighborsParams(8))))


def test_anisotropy_of_a_ball_and_of_a_cone() -> None:
    rng = np.random.default_rng(0)
    ball = rng.normal(size=(2_000, 50)).astype(np.float32)
    assert mean_cosine(ball) == pytest.approx(0, abs=0.01)
    # A common part as long as the rest: half of every cosine is shared.
    cone = ball / np.linalg.norm(ball, axis=1, keepdims=True) + np.eye(1, 50, dtype=np.float32)
    assert mean_cosine(cone) == pytest.approx(0.5, abs=0.03)


def test_hubs_are_seen() -> None:
    rng = np.random.default_rng(1)

    def hubness(dim: int) -> float:
        rows = rng.normal(size=(1_500, dim)).astype(np.float32)
        return space_health(rows, nearest_neighbors(rows, NeighborsParams(10, Metric.EUCLIDEAN))).hubness

    assert hubness(3) < 0.5
    assert hubness(100) > 2
    assert skewness(np.array([3, 3, 3], np.int32)) == 0
    assert skewness(np.array([0, 0, 0, 4], np.int32)) == pytest.approx(2 / 3**0.5)


def test_occurrences_count_who_is_found() -> None:
    rows = np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3], [-1, 0]], np.float32)
    found = space_health(rows, nearest_neighbors(rows, NeighborsParams(4)), k=1)
    assert found.occurrences.sum() == 5
    assert found.occurrences[4] == 0
    assert 0 < found.never < 1


def test_length_bias() -> None:
    rng = np.random.default_rng(2)
    angles = rng.random(800) * np.pi / 2
    rows = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    neighbors = nearest_neighbors(rows, NeighborsParams(10))
    biased = space_health(rows, neighbors, angles.astype(np.float32))
    assert biased.length_bias is not None
    assert biased.length_bias > 0.95
    mixed = space_health(rows, neighbors, rng.permutation(angles).astype(np.float32))
    assert mixed.length_bias == pytest.approx(0, abs=0.1)
    assert space_health(rows, neighbors, np.ones(800, np.float32)).length_bias is None


def test_what_cannot_be_measured_says_so() -> None:
    rows = np.eye(6, dtype=np.float32)
    neighbors = nearest_neighbors(rows, NeighborsParams(3))
    with pytest.raises(InputError, match="4 rows"):
        space_health(rows[:4], neighbors)
    with pytest.raises(InputError, match="do not match these"):
        space_health(rows, neighbors, np.ones(5, np.float32))
