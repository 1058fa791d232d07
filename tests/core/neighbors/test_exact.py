import numpy as np
import pytest

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.base.vectors import Metric
from embedding_core.neighbors import exact
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors

TOLERANCE = {Metric.COSINE: 2e-6, Metric.DOT: 2e-5, Metric.EUCLIDEAN: 1e-5}


def clustered(n: int, dim: int = 24, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centers = rng.normal(size=(12, dim))
    # In order of cluster, as in a file sorted by label: near rows stand together.
    return (centers[np.sort(rng.integers(12, size=n))] + 0.4 * rng.normal(size=(n, dim))).astype(np.float32)


def similarities_in_float64(matrix: np.ndarray, metric: Metric) -> np.ndarray:
    x = matrix.astype(np.float64)
    if metric is Metric.EUCLIDEAN:
        x -= x.mean(axis=0)
    found = x @ x.T
    if metric is Metric.EUCLIDEAN:
        squares = np.diag(found)
        found = -np.sqrt(np.maximum(squares[:, None] + squares - 2 * found, 0))
    if metric is Metric.COSINE:
        length = np.linalg.norm(x, axis=1)
        length[length == 0] = 1
        found /= length[:, None] * length
    np.fill_diagonal(found, -np.inf)
    return found


def assert_exact(matrix: np.ndarray, k: int, metric: Metric = Metric.COSINE) -> None:
    found = nearest_neighbors(matrix, NeighborsParams(k, metric))
    truth = similarities_in_float64(matrix, metric)
    k = min(k, len(matrix) - 1)
    best = -np.sort(-truth, axis=1)[:, :k]
    assert found.indices.shape == found.similarities.shape == (len(matrix), k)
    assert found.indices.dtype == np.int32
    assert found.similarities.dtype == np.float32
    np.testing.assert_allclose(found.similarities, best, rtol=TOLERANCE[metric], atol=TOLERANCE[metric])
    # The named rows are that near indeed, are others, and are named once.
    named = np.take_along_axis(truth, found.indices.astype(np.int64), axis=1)
    np.testing.assert_allclose(named, best, rtol=TOLERANCE[metric], atol=TOLERANCE[metric])
    assert all(len(set(row)) == k for row in found.indices.tolist())
    assert (np.diff(found.similarities, axis=1) <= 0).all()


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("n", [2, 3, 40, 700, 1500])
def test_finds_what_brute_force_finds(n, metric):
    assert_exact(clustered(n), 10, metric)


@pytest.mark.parametrize("metric", Metric)
def test_blocks_give_what_one_piece_gives(metric, monkeypatch):
    matrix, params = clustered(1500), NeighborsParams(7, metric)
    whole = nearest_neighbors(matrix, params)
    monkeypatch.setattr(exact, "_BLOCK_ROWS", 64)
    assert_exact(matrix, 7, metric)
    np.testing.assert_allclose(nearest_neighbors(matrix, params).similarities, whole.similarities, atol=1e-5)
    monkeypatch.setattr(exact, "_BLOCK_BYTES", 1)
    assert_exact(matrix[:120], 7, metric)


def test_more_neighbors_than_there_are_are_all_there_are():
    assert_exact(clustered(20), 500)


def test_one_row_has_none():
    found = nearest_neighbors(clustered(1))
    assert found.indices.shape == found.similarities.shape == (1, 0)
    assert found.distances().shape == (1, 0)


@pytest.mark.parametrize("shape", [(0, 4), (4, 0), (4,)])
def test_no_vectors_are_refused(shape):
    with pytest.raises(InputError):
        nearest_neighbors(np.zeros(shape, np.float32))


def test_a_row_without_length_is_similar_to_nothing():
    matrix = clustered(30)
    matrix[7] = 0
    found = nearest_neighbors(matrix, NeighborsParams(29))
    assert (found.similarities[7] == 0).all()
    assert found.indices[7].tolist() == [i for i in range(30) if i != 7]
    assert_exact(matrix, 29)


@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.EUCLIDEAN])
@pytest.mark.parametrize("n", [50, 2500])
def test_equal_rows_are_named_in_order(n, metric):
    """All equal: every other row ties, and many more tie than are wanted."""
    matrix = np.repeat(clustered(1), n, axis=0)
    found = nearest_neighbors(matrix, NeighborsParams(5, metric))
    for row in (0, 3, n - 1):
        assert found.indices[row].tolist() == [i for i in range(n) if i != row][:5]


@pytest.mark.parametrize("metric", [Metric.COSINE, Metric.EUCLIDEAN])
def test_copies_of_a_row_come_first_and_in_order(metric):
    matrix = clustered(3000, dim=100)
    copies = [5, 77, 1400, 2999]
    matrix[copies] = matrix[5]
    found = nearest_neighbors(matrix, NeighborsParams(8, metric))
    for row in copies:
        assert found.indices[row, :3].tolist() == [copy for copy in copies if copy != row]
        assert found.distances()[row, :3].max() == 0


def test_near_pairs_far_from_the_origin_keep_their_distance():
    """|x|² - 2xy + |y|² in float32 would be all rounding here."""
    matrix = 1000 + clustered(400) / 1000
    assert_exact(matrix, 5, Metric.EUCLIDEAN)


def test_twice_is_the_same():
    matrix = clustered(1200)
    first, second = nearest_neighbors(matrix), nearest_neighbors(matrix)
    np.testing.assert_array_equal(first.indices, second.indices)
    np.testing.assert_array_equal(first.similarities, second.similarities)


def test_reads_a_memory_map_and_leaves_it_alone(tmp_path):
    matrix = clustered(300)
    np.save(tmp_path / "m.npy", matrix)
    mapped = np.load(tmp_path / "m.npy", mmap_mode="r")
    np.testing.assert_array_equal(nearest_neighbors(mapped).indices, nearest_neighbors(matrix).indices)


@pytest.mark.parametrize("metric", Metric)
def test_distances_grow_from_at_least_zero(metric):
    distances = nearest_neighbors(clustered(200), NeighborsParams(12, metric)).distances()
    assert distances.dtype == np.float32
    assert (distances >= 0).all()
    assert (np.diff(distances, axis=1) >= 0).all()


def test_tells_how_far_it_is_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(exact, "_BLOCK_ROWS", 100)
    calls: list[tuple[float, float]] = []
    nearest_neighbors(clustered(250), progress=lambda done, total: calls.append((done, total)))
    assert calls == [(100, 250), (200, 250), (250, 250)]

    def stop(done: float, total: float) -> None:
        calls.append((done, total))
        raise JobCancelledError("Stop.")

    calls.clear()
    with pytest.raises(JobCancelledError):
        nearest_neighbors(clustered(250), progress=stop)
    assert len(calls) == 1


def test_parameters_out_of_range_are_refused():
    with pytest.raises(ParameterError, match="neighbors is 0"):
        NeighborsParams(k=0)
    with pytest.raises(ParameterError, match="cosine, dot, euclidean"):
        NeighborsParams(metric="cosin")
    assert NeighborsParams(metric="dot").metric is Metric.DOT
