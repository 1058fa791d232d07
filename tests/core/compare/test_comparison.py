"""Two encoders on the same rows: measures with known answers on made spaces."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.compare import ComparisonParams, compare_neighborhoods, linear_cka
from embedding_core.neighbors.exact import Neighbors, NeighborsParams, nearest_neighbors
from embedding_core.projection.alignment import align_maps


def normal(n: int, dim: int, seed: int = 0) -> Matrix:
    return np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)


def turned(dim: int) -> Matrix:
    return np.linalg.qr(normal(dim, dim, 7))[0].astype(np.float32)


def test_cka_is_one_for_the_same_space_turned_scaled_and_shifted() -> None:
    rows = normal(300, 12)
    assert linear_cka(rows, rows) == pytest.approx(1)
    assert linear_cka(rows, 3.7 * rows @ turned(12) + 5) == pytest.approx(1, abs=1e-5)
    assert linear_cka(rows, -rows) == pytest.approx(1)


def test_cka_is_about_nought_for_independent_spaces_even_with_few_rows_of_many_numbers() -> None:
    values = [linear_cka(normal(60, 200, seed), normal(60, 150, seed + 100)) for seed in range(20)]
    assert all(value is not None and abs(value) < 0.1 for value in values)
    assert abs(np.mean(values)) < 0.02
    # The plain measure takes these for nearly the same space.
    one, other = (normal(60, dim, dim).astype(np.float64) for dim in (200, 150))
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    plain = np.square(one.T @ other).sum() / np.linalg.norm(one.T @ one) / np.linalg.norm(other.T @ other)
    assert plain > 0.5


def test_cka_is_the_unbiased_estimate_over_kernels() -> None:
    left = normal(25, 6)
    right = np.hstack([left[:, :3], normal(25, 4, 1)])

    def hsic(one: Matrix, other: Matrix) -> float:
        # Song et al. 2012, equation 5, with linear kernels.
        n = len(one)
        k, m = one @ one.T, other @ other.T
        np.fill_diagonal(k, 0)
        np.fill_diagonal(m, 0)
        ones = np.ones(n)
        return float(
            np.trace(k @ m)
            + (ones @ k @ ones) * (ones @ m @ ones) / ((n - 1) * (n - 2))
            - 2 / (n - 2) * (ones @ k @ m @ ones)
        )

    one, other = (rows.astype(np.float64) for rows in (left, right))
    expected = hsic(one, other) / np.sqrt(hsic(one, one) * hsic(other, other))
    assert linear_cka(left, right) == pytest.approx(expected, abs=1e-6)
    assert 0.2 < expected < 0.9


def test_cka_of_rows_all_equal_is_not_defined() -> None:
    assert linear_cka(np.ones((10, 3), np.float32), normal(10, 3)) is None
    assert linear_cka(normal(10, 3), np.zeros((10, 3), np.float32)) is None
    with pytest.raises(InputError, match="3 and 3 rows"):
        linear_cka(normal(3, 2), normal(3, 2))
    with pytest.raises(InputError, match="5 and 6 rows"):
        linear_cka(normal(5, 2), normal(6, 2))


def neighbors(rows: list[list[int]]) -> Neighbors:
    indices = np.array(rows, np.int32)
    return Neighbors(indices, np.zeros(indices.shape, np.float32))


def test_overlap_by_hand() -> None:
    left = neighbors([[1, 2, 3], [0, 2, 3], [3, 0, 1], [2, 1, 0], [0, 1, 2]])
    right = neighbors([[2, 1, 4], [4, 3, 2], [1, 4, 0], [2, 1, 0], [3, 2, 1]])
    found = compare_neighborhoods(left, right, ComparisonParams(k=2))
    assert found.overlaps.tolist() == [1.0, 0.0, 0.0, 1.0, 0.0]
    assert found.wider.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 1, 2 / 3])
    assert found.overlap == pytest.approx(0.4)
    assert found.chance == pytest.approx(0.5)
    assert found.changed().tolist() == [1, 2, 4, 0, 3]


def test_overlap_of_made_spaces() -> None:
    rows = normal(400, 10)
    params = NeighborsParams(k=32)
    own = nearest_neighbors(rows, params)
    same = compare_neighborhoods(own, nearest_neighbors(rows @ turned(10), params))
    assert same.overlap > 0.999
    unrelated = compare_neighborhoods(own, nearest_neighbors(normal(400, 10, 1), params))
    assert unrelated.overlap == pytest.approx(unrelated.chance, abs=0.01)
    # One row taken elsewhere has lost its neighbors first of all.
    moved = rows.copy()
    moved[17] = -moved[17]
    assert compare_neighborhoods(own, nearest_neighbors(moved, params)).changed()[0] == 17


def test_few_neighbors_and_wrong_settings() -> None:
    pair = nearest_neighbors(normal(2, 3))
    found = compare_neighborhoods(pair, pair)
    assert (found.k, found.overlap, found.chance) == (1, 1.0, 1.0)
    with pytest.raises(InputError, match="at least 2 rows"):
        compare_neighborhoods(nearest_neighbors(normal(1, 3)), nearest_neighbors(normal(1, 3)))
    with pytest.raises(InputError):
        compare_neighborhoods(pair, nearest_neighbors(normal(3, 3)))
    with pytest.raises(ParameterError):
        ComparisonParams(0)


def test_a_map_turned_mirrored_and_scaled_is_laid_back() -> None:
    still = normal(50, 2)
    mirror = np.array([[0.0, 2.5], [2.5, 0.0]], np.float32)
    aligned = align_maps(still, still @ mirror + 9)
    np.testing.assert_allclose(aligned.coordinates, still, atol=1e-4)
    assert aligned.disparity == pytest.approx(0, abs=1e-6)


def test_alignment_is_that_of_scipy() -> None:
    from scipy.spatial import procrustes

    still, moved = normal(40, 2), normal(40, 2, 1) + 0.5 * normal(40, 2)
    _, _, disparity = procrustes(still, moved)
    aligned = align_maps(still, moved)
    assert aligned.disparity == pytest.approx(disparity, abs=1e-6)
    rest = np.square(aligned.coordinates - still).sum() / np.square(still - still.mean(axis=0)).sum()
    assert rest == pytest.approx(disparity, abs=1e-5)


def test_maps_without_any_spread() -> None:
    flat, spread = np.ones((5, 2), np.float32), normal(5, 2)
    onto = align_maps(spread, flat)
    np.testing.assert_allclose(onto.coordinates, np.tile(spread.mean(axis=0), (5, 1)), atol=1e-6)
    assert onto.disparity == 1
    assert align_maps(flat, 3 * flat).disparity == 0
    with pytest.raises(InputError, match="cannot be aligned"):
        align_maps(spread, normal(4, 2))
