"""t-SNE and PaCMAP: they keep neighbors, repeat themselves, stop, and give way where there are few rows."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.base.keys import fingerprint
from embedding_core.neighbors.exact import Neighbors, NeighborsParams, nearest_neighbors
from embedding_core.projection import (
    DEFAULT_METHOD,
    METHODS,
    PCA,
    TSNE,
    UMAP,
    PaCMAP,
    PaCMAPParams,
    PCAParams,
    ProjectionMethod,
    ProjectionParams,
    TSNEParams,
    UMAPParams,
    method_of,
    params_of,
)

KEYS = ["3c504a0d0ba5", "e520b252e55e", "8171b50c5419", "a52131dea53e", "068dcaf8bbfa"]
NEW = (TSNE, PaCMAP)


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


@pytest.mark.slow
@pytest.mark.parametrize("method", NEW)
def test_groups_lie_together_and_the_same_seed_draws_the_same_map(method: type[ProjectionMethod]) -> None:
    rows, codes, neighbors = made(200)
    first = method().fit(rows, neighbors)
    assert first.method == method.name
    assert first.coordinates.shape == (200, 2)
    assert first.coordinates.dtype == np.float32
    assert np.isfinite(first.coordinates).all()
    assert together(first.coordinates, codes) > together(PCA().fit(rows).coordinates, codes) - 0.02
    assert together(first.coordinates, codes) > 0.95
    np.testing.assert_array_equal(first.coordinates, method().fit(rows, neighbors).coordinates)
    assert not np.array_equal(first.coordinates, method(method.parameters(seed=1)).fit(rows, neighbors).coordinates)


@pytest.mark.parametrize("method", NEW)
@pytest.mark.parametrize("n", [1, 4, 9, 20, 35])
def test_few_rows(method: type[ProjectionMethod], n: int) -> None:
    rows, _, neighbors = made(n)
    found = method().fit(rows, neighbors)
    assert found.coordinates.shape == (n, 2)
    assert np.isfinite(found.coordinates).all()
    assert found.note
    assert (found.method == method.name) == ("PCA shown" not in found.note and n > 1)


@pytest.mark.parametrize("method", NEW)
def test_equal_rows_share_a_point(method: type[ProjectionMethod]) -> None:
    rows = np.ones((40, 5), np.float32)
    found = method().fit(rows, nearest_neighbors(rows, NeighborsParams(39)))
    assert found.method == "pca"
    assert "equal" in found.note


@pytest.mark.parametrize("method", NEW)
def test_some_equal_rows_do_no_harm(method: type[ProjectionMethod]) -> None:
    rows = np.repeat(made(30)[0], 4, axis=0)
    found = method().fit(rows, nearest_neighbors(rows, NeighborsParams(128)))
    assert np.isfinite(found.coordinates).all()


@pytest.mark.parametrize("method", NEW)
def test_it_reports_and_stops(method: type[ProjectionMethod]) -> None:
    rows, _, neighbors = made(100)
    seen: list[float] = []

    def stop(done: float, total: float) -> None:
        seen.append(done / total)
        if done:
            raise JobCancelledError("Stopped.")

    with pytest.raises(JobCancelledError):
        method().fit(rows, neighbors, stop)
    assert 0 < seen[-1] < 0.1


@pytest.mark.parametrize("method", NEW)
def test_neighbors_have_to_fit(method: type[ProjectionMethod]) -> None:
    rows, _, neighbors = made(100)
    with pytest.raises(InputError, match="100 rows, the vectors 90"):
        method().fit(rows[:90], neighbors)
    with pytest.raises(ParameterError, match="only 5 are known"):
        method().fit(rows, nearest_neighbors(rows, NeighborsParams(5)))
    with pytest.raises(ParameterError, match="needs nearest neighbors"):
        method().fit(rows)


def test_pacmap_draws_in_three_dimensions() -> None:
    rows, _, neighbors = made(100)
    assert PaCMAP(PaCMAPParams(dims=3)).fit(rows, neighbors).coordinates.shape == (100, 3)


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
    assert list(METHODS)[:4] == ["umap", "pca", "tsne", "pacmap"]
    assert DEFAULT_METHOD == "umap"
    for name, method in METHODS.items():
        params = params_of(name, seed=7)
        assert type(method_of(params)) is method
        assert getattr(params, "seed", 7) == 7
        assert method.title and method.summary.endswith(".") and method.source.startswith("[")
    assert PCA().neighbors == 0
    assert UMAP(UMAPParams(n_neighbors=10)).neighbors == 9
    assert TSNE(TSNEParams(perplexity=20)).neighbors == 60
    assert [method.dims() for method in (UMAP, TSNE, PCA)] == [(2, 3), (2,), (2, 3)]


def test_parameters_of_a_method_can_be_given_by_name() -> None:
    assert params_of("umap", 3, 5, n_neighbors=7, layout=None) == UMAPParams(3, seed=5, n_neighbors=7)
    assert params_of("pca", seed=5) == PCAParams()
    with pytest.raises(ParameterError, match="PCA has no parameter min_dist"):
        params_of("pca", min_dist=0.5)


def test_a_form_shows_a_methods_own_parameters_before_the_seed() -> None:
    forms = {name: list(method.parameters.form()) for name, method in METHODS.items()}
    assert forms["umap"] == ["n_neighbors", "min_dist", "layout", "seed"]
    assert (forms["pca"], forms["tsne"]) == ([], ["perplexity", "seed"])
    for method in METHODS.values():
        for name, parameter in method.parameters.form().items():
            for value in parameter.slider or ():
                assert method.parameters(**{name: value})
            assert parameter.help.endswith(".")


def test_two_methods_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match="two projection methods are called pca"):
        type("Twice", (PCA,), {"name": "pca"})


@pytest.mark.parametrize(("rows", "dim"), [(200, 16), (12, 16)])
def test_pca_places_new_rows_where_the_same_rows_were_drawn(rows: int, dim: int) -> None:
    matrix = np.random.default_rng(1).normal(size=(rows, dim)).astype(np.float32)
    drawn = PCA(PCAParams(3)).fit(matrix).coordinates
    np.testing.assert_allclose(PCA(PCAParams(3)).transform(matrix[:5], matrix), drawn[:5], atol=1e-4)


def test_a_method_that_draws_all_rows_at_once_places_no_new_ones() -> None:
    rows, _, _ = made(20)
    for method in METHODS.values():
        if not method.can_transform:
            with pytest.raises(ParameterError, match="cannot place new rows"):
                method().transform(rows, rows)


def test_keys_are_those_made_before_methods_were_classes() -> None:
    params = [
        UMAPParams(),
        PCAParams(3),
        TSNEParams(perplexity=20),
        PaCMAPParams(seed=4),
        UMAPParams(layout="umap-learn"),
    ]
    assert [fingerprint("projection", 1, "space", one)[:12] for one in params] == KEYS
