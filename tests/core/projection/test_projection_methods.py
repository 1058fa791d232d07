"""t-SNE and PaCMAP: they keep neighbors, repeat themselves, stop, and give way where there are few rows."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.neighbors.exact import Neighbors, NeighborsParams, nearest_neighbors
from embedding_core.projection import (
    METHODS,
    Method,
    PaCMAPParams,
    ProjectionParams,
    TSNEParams,
    UMAPParams,
    method_of,
    neighbors_wanted,
    params_of,
    pca,
    project,
)

NEW = (Method.TSNE, Method.PACMAP)


def made(n: int) -> tuple[np.ndarray, np.ndarray, Neighbors]:
    """Return rows round four directions, which of them each is round, and their neighbors."""
    rng = np.random.default_rng(0)
    codes = rng.integers(4, size=n)
    rows = (2 * rng.normal(size=(4, 16))[codes] + rng.normal(size=(n, 16))).astype(np.float32)
    return rows, codes, nearest_neighbors(rows, NeighborsParams(128))


def together(places: np.ndarray, codes: np.ndarray) -> float:
    """Return the share of points whose nearest point on the map is of the same group."""
    nearest = nearest_neighbors(places, NeighborsParams(1, "euclidean")).indices[:, 0]
    return float((codes[nearest] == codes).mean())


@pytest.mark.parametrize("method", NEW)
def test_groups_lie_together_and_the_same_seed_draws_the_same_map(method: Method) -> None:
    rows, codes, neighbors = made(200)
    first = project(rows, neighbors, params_of(method))
    assert first.method is method
    assert first.coordinates.shape == (200, 2)
    assert first.coordinates.dtype == np.float32
    assert np.isfinite(first.coordinates).all()
    assert together(first.coordinates, codes) > together(pca(rows).coordinates, codes) - 0.02
    assert together(first.coordinates, codes) > 0.95
    np.testing.assert_array_equal(first.coordinates, project(rows, neighbors, params_of(method)).coordinates)
    assert not np.array_equal(first.coordinates, project(rows, neighbors, params_of(method, seed=1)).coordinates)


@pytest.mark.parametrize("method", NEW)
@pytest.mark.parametrize("n", [1, 4, 9, 20, 35])
def test_few_rows(method: Method, n: int) -> None:
    rows, _, neighbors = made(n)
    found = project(rows, neighbors, params_of(method))
    assert found.coordinates.shape == (n, 2)
    assert np.isfinite(found.coordinates).all()
    assert found.note
    assert (found.method is method) == ("PCA shown" not in found.note and n > 1)


@pytest.mark.parametrize("method", NEW)
def test_equal_rows_share_a_point(method: Method) -> None:
    rows = np.ones((40, 5), np.float32)
    found = project(rows, nearest_neighbors(rows, NeighborsParams(39)), params_of(method))
    assert found.method is Method.PCA
    assert "equal" in found.note


@pytest.mark.parametrize("method", NEW)
def test_some_equal_rows_do_no_harm(method: Method) -> None:
    rows = np.repeat(made(30)[0], 4, axis=0)
    found = project(rows, nearest_neighbors(rows, NeighborsParams(128)), params_of(method))
    assert np.isfinite(found.coordinates).all()


@pytest.mark.parametrize("method", NEW)
def test_it_reports_and_stops(method: Method) -> None:
    rows, _, neighbors = made(100)
    seen: list[float] = []

    def stop(done: float, total: float) -> None:
        seen.append(done / total)
        if done:
            raise JobCancelledError("Stopped.")

    with pytest.raises(JobCancelledError):
        project(rows, neighbors, params_of(method), stop)
    assert 0 < seen[-1] < 0.1


@pytest.mark.parametrize("method", NEW)
def test_neighbors_have_to_fit(method: Method) -> None:
    rows, _, neighbors = made(100)
    with pytest.raises(InputError, match="100 rows, the vectors 90"):
        project(rows[:90], neighbors, params_of(method))
    with pytest.raises(ParameterError, match="only 5 are known"):
        project(rows, nearest_neighbors(rows, NeighborsParams(5)), params_of(method))
    with pytest.raises(ParameterError, match="needs nearest neighbors"):
        project(rows, None, params_of(method))


def test_pacmap_draws_in_three_dimensions() -> None:
    rows, _, neighbors = made(100)
    assert project(rows, neighbors, PaCMAPParams(dims=3)).coordinates.shape == (100, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: TSNEParams(perplexity=1),
        lambda: TSNEParams(dims=3),
        lambda: TSNEParams(seed=-1),
        lambda: PaCMAPParams(n_neighbors=1),
        lambda: PaCMAPParams(dims=4),
        lambda: PaCMAPParams(seed=2**31),
        lambda: params_of("magic"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: "type[ProjectionParams]") -> None:
    with pytest.raises(ParameterError):
        wrong()


def test_methods_by_name() -> None:
    for method in METHODS:
        params = params_of(method, seed=7)
        assert method_of(params) is method
        assert getattr(params, "seed", 7) == 7
    assert neighbors_wanted(params_of("pca")) == 0
    assert neighbors_wanted(UMAPParams(n_neighbors=10)) == 9
    assert neighbors_wanted(TSNEParams(perplexity=20)) == 60
