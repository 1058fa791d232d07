import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.base.vectors import Metric
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors
from embedding_core.projection import PCA, UMAP, PCAParams, Projection, UMAPParams, layout
from embedding_core.projection.methods import pca as pca_module
from embedding_core.projection.methods.pca import loadings
from embedding_core.projection.methods.umap import affinity_curve, fuzzy_graph

ROOT = Path(__file__).parents[3]


def clusters(n: int, dim: int = 32, count: int = 8, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(count, size=n)
    rows = 3 * rng.normal(size=(count, dim))[labels] + rng.normal(size=(n, dim))
    return rows.astype(np.float32), labels


DEFAULTS = UMAPParams()


def drawn(matrix: np.ndarray, params: UMAPParams = DEFAULTS, metric: Metric = Metric.COSINE) -> Projection:
    return UMAP(params).fit(matrix, nearest_neighbors(matrix, NeighborsParams(32, metric)))


def label_agreement(coordinates: np.ndarray, labels: np.ndarray) -> float:
    """Share of points whose nearest point on the map has their label."""
    nearest = nearest_neighbors(coordinates, NeighborsParams(1, Metric.EUCLIDEAN)).indices[:, 0]
    return float(np.mean(labels[nearest] == labels))


# PCA


@pytest.mark.parametrize("shape", [(500, 20), (12, 300), (40, 40), (3000, 3)])
def test_pca_is_the_singular_value_decomposition(shape):
    matrix = (np.random.default_rng(0).normal(size=shape) * np.linspace(3, 1, shape[1]) + 5).astype(np.float32)
    centered = matrix.astype(np.float64) - matrix.mean(axis=0, dtype=np.float64)
    left, sizes, _ = np.linalg.svd(centered, full_matrices=False)
    found = PCA(PCAParams(3)).fit(matrix)
    assert found.method == "pca"
    assert found.coordinates.dtype == np.float32
    np.testing.assert_allclose(np.abs(found.coordinates), np.abs(left * sizes)[:, :3], atol=1e-3)
    np.testing.assert_allclose(found.explained_variance, (sizes**2 / (sizes**2).sum())[:3], rtol=1e-4)
    assert found.note == ""


@pytest.mark.parametrize("shape", [(200, 10), (10, 200)])
def test_pca_points_the_same_way_whatever_the_order_of_rows(shape):
    matrix = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    order = np.random.default_rng(2).permutation(shape[0])
    np.testing.assert_allclose(PCA().fit(matrix[order]).coordinates, PCA().fit(matrix).coordinates[order], atol=1e-4)


def test_pca_reads_a_memory_map_in_blocks(tmp_path, monkeypatch):
    matrix, _ = clusters(1000)
    whole = PCA().fit(matrix)
    np.save(tmp_path / "m.npy", matrix)
    monkeypatch.setattr(pca_module, "_BLOCK_BYTES", 4 * 32 * 300)
    calls: list[float] = []
    blocks = PCA().fit(
        np.load(tmp_path / "m.npy", mmap_mode="r"), progress=lambda done, total: calls.append(done / total)
    )
    np.testing.assert_allclose(blocks.coordinates, whole.coordinates, atol=1e-4)
    assert calls == sorted(calls)
    assert len(calls) == 8
    assert calls[-1] == 1


@pytest.mark.parametrize("n", [1, 2, 3, 50])
def test_pca_of_equal_rows_is_one_point(n):
    found = PCA(PCAParams(3)).fit(np.full((n, 7), 0.1, np.float32))
    assert found.coordinates.tolist() == [[0, 0, 0]] * n
    assert found.explained_variance == (0, 0, 0)
    assert found.note == "All rows are equal, so they fall on one point."


def test_pca_is_zero_along_axes_that_are_not_there():
    """Two rows span a line; so do rows with one column, and rows that are multiples of one."""
    two, column = clusters(2)[0], np.arange(9, dtype=np.float32)[:, None]
    for matrix in (two, column, 100 + column @ clusters(1)[0]):
        found = PCA(PCAParams(3)).fit(matrix)
        assert np.ptp(found.coordinates[:, 0]) > 1
        assert (found.coordinates[:, 1:] == 0).all()
        assert found.explained_variance == pytest.approx((1, 0, 0), abs=1e-4)


def test_pca_can_be_stopped_and_refuses_nothing():
    def stop(done: float, total: float) -> None:
        raise JobCancelledError("Stop.")

    with pytest.raises(JobCancelledError):
        PCA().fit(clusters(50)[0], progress=stop)
    with pytest.raises(InputError):
        PCA().fit(np.zeros((0, 4), np.float32))
    with pytest.raises(ParameterError):
        PCAParams(dims=0)


# UMAP


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("dims", [2, 3])
def test_umap_keeps_clusters_together(metric, dims):
    matrix, labels = clusters(600)
    found = drawn(matrix, UMAPParams(dims=dims), metric)
    assert found.method == "umap"
    assert found.explained_variance is None
    assert found.note == ""
    assert found.coordinates.shape == (600, dims)
    assert found.coordinates.dtype == np.float32
    assert label_agreement(found.coordinates, labels) > 0.98
    assert (np.ptp(found.coordinates, axis=0) > 1).all()


def test_umap_parts_clusters_that_pca_lays_over_each_other():
    matrix, labels = clusters(1000, count=40)
    assert label_agreement(PCA().fit(matrix).coordinates, labels) < 0.5
    assert label_agreement(drawn(matrix).coordinates, labels) > 0.98


def test_the_same_seed_gives_the_same_map_and_another_seed_another():
    matrix, _ = clusters(300)
    first, again, other = (drawn(matrix, UMAPParams(seed=seed)).coordinates for seed in (7, 7, 8))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_cores_change_nothing(monkeypatch):
    matrix, _ = clusters(300)
    alone = drawn(matrix).coordinates
    monkeypatch.setattr(layout, "_EDGES_PER_THREAD", 1)
    monkeypatch.setattr(layout.os, "cpu_count", lambda: 7)
    np.testing.assert_array_equal(drawn(matrix).coordinates, alone)


def test_two_maps_at_once_both_come_out_right():
    matrices = [clusters(400, seed=seed)[0] for seed in (1, 2)]
    alone = [drawn(matrix).coordinates for matrix in matrices]
    with ThreadPoolExecutor(2) as pool:
        for one, together in zip(alone, pool.map(drawn, matrices), strict=True):
            np.testing.assert_array_equal(together.coordinates, one)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_too_few_rows_for_umap_are_shown_by_pca(n):
    matrix, _ = clusters(n)
    found = drawn(matrix)
    assert found.method == "pca"
    assert found.note == f"UMAP needs 5 rows or more and there are {n}: PCA shown."
    np.testing.assert_array_equal(found.coordinates, PCA().fit(matrix).coordinates)


@pytest.mark.parametrize("n", [5, 6, 14])
def test_fewer_rows_than_neighbors_are_said(n):
    found = drawn(clusters(n)[0])
    assert found.method == "umap"
    assert found.note == f"n_neighbors is {n} instead of 15: there are no more rows."
    assert np.isfinite(found.coordinates).all()


def test_equal_rows_are_one_point():
    found = drawn(np.ones((60, 8), np.float32))
    assert found.method == "pca"
    assert (found.coordinates == 0).all()
    assert "equal" in found.note


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("n_neighbors", [2, 15])
def test_odd_matrices_give_finite_maps(metric, n_neighbors):
    rng = np.random.default_rng(0)
    copies = np.repeat(clusters(20)[0], 20, axis=0)
    two_points = np.repeat(clusters(2)[0], 30, axis=0)
    far_apart = np.concatenate([clusters(40)[0], 1000 + clusters(40)[0]])
    holed = clusters(60)[0] * (rng.random((60, 1)) > 0.5)
    for matrix in (copies, two_points, far_apart, holed, np.eye(30), np.arange(40)[:, None]):
        found = drawn(matrix.astype(np.float32), UMAPParams(n_neighbors=n_neighbors), metric)
        assert np.isfinite(found.coordinates).all()
        assert np.ptp(found.coordinates) > 0


@pytest.mark.parametrize("min_dist", [0.0, 0.99, 1.0])
def test_min_dist_keeps_points_apart(min_dist):
    matrix, _ = clusters(500)
    params = NeighborsParams(1, Metric.EUCLIDEAN)
    gaps = {
        d: np.median(nearest_neighbors(drawn(matrix, UMAPParams(min_dist=d)).coordinates, params).distances())
        for d in (min_dist, 0.4)
    }
    assert gaps[min_dist] < gaps[0.4] if min_dist == 0 else gaps[min_dist] > gaps[0.4]


def test_umap_tells_how_far_it_is_and_stops_when_asked():
    matrix, _ = clusters(5000)
    calls = []

    def stop_soon(done: float, total: float) -> None:
        calls.append(done / total)
        if len(calls) == 6:
            raise JobCancelledError("Stop.")

    with pytest.raises(JobCancelledError):
        UMAP().fit(matrix, nearest_neighbors(matrix), stop_soon)
    assert len(calls) == 6
    assert calls[0] == 0
    assert calls == sorted(calls)
    assert calls[-1] < 0.1  # asked often enough to be stopped soon


def test_parameters_out_of_range_are_refused():
    for wrong in ({"n_neighbors": 1}, {"min_dist": -0.1}, {"min_dist": 1.1}, {"dims": 4}, {"seed": -1}):
        with pytest.raises(ParameterError):
            UMAPParams(**wrong)
    matrix, _ = clusters(50)
    with pytest.raises(ParameterError, match="only 10 are known"):
        UMAP(UMAPParams(n_neighbors=12)).fit(matrix, nearest_neighbors(matrix, NeighborsParams(10)))
    with pytest.raises(InputError, match="40 rows"):
        UMAP().fit(matrix, nearest_neighbors(matrix[:40]))


def test_a_fresh_process_maps_without_loading_umap_learn():
    """Importing it costs seconds, and half a minute the first time on a machine."""
    code = """
import json, sys
import numpy as np
from embedding_core.neighbors.exact import nearest_neighbors
from embedding_core.projection import UMAP
rows = np.random.default_rng(0).normal(size=(100, 8)).astype(np.float32)
assert np.isfinite(UMAP().fit(rows, nearest_neighbors(rows)).coordinates).all()
print(json.dumps(sorted(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not {"umap", "pynndescent", "sklearn", "torch"} & set(json.loads(done.stdout))


# Against umap-learn

AS_UMAP_LEARN_IMPORTS = pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")


@pytest.mark.slow
@AS_UMAP_LEARN_IMPORTS
@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.EUCLIDEAN])
def test_the_graph_is_umap_learns(metric):
    from umap.umap_ import find_ab_params, fuzzy_simplicial_set

    matrix, _ = clusters(400)
    matrix[10:14] = matrix[10]
    neighbors = nearest_neighbors(matrix, NeighborsParams(32, metric))
    own = np.arange(400)[:, None]
    indices = np.hstack([own, neighbors.indices[:, :14]])
    distances = np.hstack([np.zeros((400, 1), np.float32), neighbors.distances()[:, :14]])
    theirs, _, _ = fuzzy_simplicial_set(matrix, 15, None, metric, knn_indices=indices, knn_dists=distances)
    np.testing.assert_allclose(fuzzy_graph(neighbors, 15).toarray(), theirs.toarray(), atol=2e-4)
    for min_dist in (0.0, 0.1, 0.5, 0.99):
        np.testing.assert_allclose(affinity_curve(min_dist), find_ab_params(1.0, min_dist), rtol=0.01)


@pytest.mark.slow
@pytest.mark.shared
@AS_UMAP_LEARN_IMPORTS
def test_the_map_keeps_as_many_neighbors_as_umap_learns(shared_data):
    from sklearn.manifold import trustworthiness
    from umap import UMAP

    table = pd.read_parquet(shared_data / "vectors" / "lvis_clip_text.parquet")
    matrix = np.stack(table["embedding"].to_list()).astype(np.float32)
    theirs = UMAP(metric="cosine", random_state=0, n_jobs=1).fit_transform(matrix)
    ours = drawn(matrix).coordinates
    kept = [trustworthiness(matrix, c, n_neighbors=15, metric="cosine") for c in (ours, theirs)]
    assert kept[0] > kept[1] - 0.005


# umap-learn's own layout


@pytest.mark.slow
def test_umap_learn_draws_when_asked_and_keeps_clusters_together(capsys):
    matrix, labels = clusters(400)
    seen = []
    params = UMAPParams(layout="umap-learn")
    neighbors = nearest_neighbors(matrix, NeighborsParams(32))
    drawn_by_it = UMAP(params).fit(matrix, neighbors, lambda done, total: seen.append((done, total)))
    assert label_agreement(drawn_by_it.coordinates, labels) > 0.95
    assert seen[-1] == (500, 500)
    assert len(seen) > 100
    assert capsys.readouterr().out == ""
    np.testing.assert_array_equal(UMAP(params).fit(matrix, neighbors).coordinates, drawn_by_it.coordinates)
    assert not np.allclose(UMAP().fit(matrix, neighbors).coordinates, drawn_by_it.coordinates, atol=0.1)


@pytest.mark.slow
def test_umap_learn_can_be_stopped_in_the_middle():
    matrix, _ = clusters(300)

    def stop(done: float, total: float) -> None:
        if done > total / 4:
            raise JobCancelledError("enough")

    with pytest.raises(JobCancelledError):
        UMAP(UMAPParams(layout="umap-learn")).fit(matrix, nearest_neighbors(matrix, NeighborsParams(32)), stop)

    from tqdm import tqdm

    elsewhere = Thread(target=lambda: list(tqdm(range(3), disable=True)), daemon=True)
    elsewhere.start()
    elsewhere.join(10)
    assert not elsewhere.is_alive(), "the bar that was stopped keeps every other bar waiting"


def test_loadings_are_correlations_of_standardized_columns_with_the_axes() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 500, 1))
    noise = 0.1 * rng.normal(size=(500, 4))
    columns = np.hstack([first, first, -first, second]) + noise
    matrix = ((columns - columns.mean(axis=0)) / columns.std(axis=0)).astype(np.float32)
    found = loadings(matrix, 2)
    places = PCA(PCAParams(2)).fit(matrix).coordinates
    wanted = [[np.corrcoef(matrix[:, i], places[:, axis])[0, 1] for axis in range(2)] for i in range(4)]
    np.testing.assert_allclose(found, wanted, atol=1e-4)
    assert found[0, 0] > 0.9
    assert found[2, 0] < -0.9
    assert found[3, 1] > 0.9
    np.testing.assert_array_equal(loadings(np.ones((5, 3), np.float32), 4), np.zeros((3, 4)))
