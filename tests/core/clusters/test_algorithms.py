"""The three algorithms give what scikit-learn and SciPy give, and stand what data may hold."""

import numpy as np
import pytest
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.base.vectors import unit_rows
from embedding_core.clusters import (
    NOISE,
    AgglomerativeParams,
    ClusterParams,
    ClusterSelection,
    FeatureSpace,
    HDBSCANParams,
    KMeansParams,
    Linkage,
    cluster,
)
from embedding_core.clusters import kmeans as kmeans_module
from embedding_core.clusters import run as run_module
from tests.core.clusters.made import blobs

ROWS, TRUE = blobs((90, 60, 40, 25), spread=0.8)
EVERY: list[ClusterParams] = [KMeansParams(4), HDBSCANParams(5), AgglomerativeParams(4)]
METHODS = pytest.mark.parametrize("params", EVERY, ids=lambda params: type(params).__name__)


@pytest.mark.parametrize("over", [FeatureSpace.DIRECTIONS, FeatureSpace.VECTORS])
def test_kmeans_is_that_of_scikit_learn(over: FeatureSpace) -> None:
    found = cluster(ROWS, KMeansParams(6, seed=3, restarts=2, feature_space=over))
    rows = unit_rows(ROWS) if over is FeatureSpace.DIRECTIONS else ROWS
    theirs = KMeans(6, random_state=3, n_init=2).fit(rows)
    assert adjusted_rand_score(theirs.labels_, found.labels) == 1
    inertia = np.square(rows - found.centers[found.labels]).sum()
    assert inertia == pytest.approx(theirs.inertia_, rel=1e-4)


@pytest.mark.parametrize("selection", ClusterSelection)
@pytest.mark.parametrize(("min_size", "min_samples"), [(5, None), (12, None), (8, 3), (5, 1)])
def test_hdbscan_is_that_of_scikit_learn(selection: ClusterSelection, min_size: int, min_samples: int | None) -> None:
    # With seed 1 a small cluster hangs on edges of equal weight: scikit-learn too finds it on some processors only.
    noise = np.random.default_rng(2).normal(0, 4, (60, 8)).astype(np.float32)
    rows = np.concatenate([ROWS, noise])
    found = cluster(rows, HDBSCANParams(min_size, min_samples, selection, FeatureSpace.VECTORS))
    theirs = HDBSCAN(min_size, min_samples, cluster_selection_method=selection.value, copy=True).fit_predict(rows)
    assert found.k == theirs.max() + 1 > 1
    # Edges of nearly equal weight may be taken in another order where float32 rounds otherwise.
    assert ((found.labels == NOISE) == (theirs == NOISE)).mean() > 0.98
    assert adjusted_rand_score(theirs, found.labels) > 0.95


@pytest.mark.parametrize("linkage", Linkage)
def test_agglomerative_is_that_of_scikit_learn(linkage: Linkage) -> None:
    found = cluster(ROWS, AgglomerativeParams(7, linkage, FeatureSpace.VECTORS))
    theirs = AgglomerativeClustering(7, linkage=linkage.value).fit_predict(ROWS)
    assert adjusted_rand_score(theirs, found.labels) == 1


@METHODS
def test_clear_groups_are_found_and_numbered_by_size(params: ClusterParams) -> None:
    rows, true = blobs((50, 40, 30, 20), spread=0.1)
    found = cluster(rows, params)
    assert adjusted_rand_score(true, found.labels) == 1
    assert found.sizes.tolist() == [50, 40, 30, 20]
    assert found.numbers == (0, 1, 2, 3)
    assert found.note == ""


@METHODS
def test_the_same_again_is_the_same(params: ClusterParams) -> None:
    assert (cluster(ROWS, params).labels == cluster(ROWS.copy(), params).labels).all()


@METHODS
def test_one_row(params: ClusterParams) -> None:
    found = cluster(ROWS[:1], params)
    assert found.k == (0 if isinstance(params, HDBSCANParams) else 1)
    assert found.silhouette is None
    assert "1" in found.note


@METHODS
def test_all_rows_equal(params: ClusterParams) -> None:
    found = cluster(np.repeat(ROWS[:1], 30, axis=0), params)
    assert (found.k, found.noise, found.silhouette) == (1, 0, None)
    assert "equal" in found.note or "1 different item" in found.note


@METHODS
def test_rows_of_no_length(params: ClusterParams) -> None:
    assert cluster(np.zeros((12, 3), np.float32), params).k == 1


@pytest.mark.parametrize("params", [KMeansParams(50), AgglomerativeParams(50)])
def test_more_clusters_than_different_rows(params: ClusterParams) -> None:
    found = cluster(np.repeat(ROWS[:6], 3, axis=0), params)
    assert found.k == 6
    assert found.note == "50 clusters were requested, but 6 different items allow no more."


def test_hdbscan_says_why_there_is_none() -> None:
    few = cluster(ROWS[:4], HDBSCANParams(5))
    assert (few.k, few.noise) == (0, 4)
    assert few.note == "There are fewer items (4) than the min cluster size (5)."
    scattered = cluster(np.eye(40, dtype=np.float32), HDBSCANParams(15))
    assert scattered.noise + int(scattered.sizes.sum()) == 40


def test_many_equal_rows_do_not_break_hdbscan() -> None:
    rows = np.concatenate([np.repeat(ROWS[:1], 40, axis=0), np.repeat(ROWS[1:2], 40, axis=0), ROWS[2:20]])
    found = cluster(rows, HDBSCANParams(10))
    assert {int(label) for label in found.labels[:40]} != {int(label) for label in found.labels[40:80]}


def test_rows_beyond_the_sample_go_with_their_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, true = blobs((200, 150, 100), spread=0.1)
    monkeypatch.setattr(run_module, "PAIR_ROWS", 120)
    found = cluster(rows, HDBSCANParams(10))
    assert adjusted_rand_score(true, found.labels) == 1
    assert found.note.startswith("A sample of 120 items was clustered")


def test_batches_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, true = blobs((200, 150, 100), spread=0.1)
    monkeypatch.setattr(kmeans_module, "FULL_ROWS", 100)
    found = cluster(rows, KMeansParams(3))
    assert adjusted_rand_score(true, found.labels) == 1
    assert "from mini-batches" in found.note


@pytest.mark.parametrize("params", [HDBSCANParams(5), AgglomerativeParams(3)])
def test_it_can_be_stopped(params: ClusterParams) -> None:
    def stop(done: float, total: float) -> None:
        raise JobCancelledError("The work was cancelled.")

    with pytest.raises(JobCancelledError):
        cluster(ROWS, params, stop)


def test_no_rows_are_refused() -> None:
    with pytest.raises(InputError, match="no vectors"):
        cluster(np.empty((0, 3), np.float32), KMeansParams(2))


@pytest.mark.parametrize(
    "make",
    [
        lambda: KMeansParams(0),
        lambda: KMeansParams(2_001),
        lambda: KMeansParams(seed=-1),
        lambda: KMeansParams(restarts=0),
        lambda: KMeansParams(feature_space="shape"),
        lambda: HDBSCANParams(1),
        lambda: HDBSCANParams(min_samples=0),
        lambda: HDBSCANParams(cluster_selection="root"),
        lambda: AgglomerativeParams(0),
        lambda: AgglomerativeParams(linkage="single"),
    ],
)
def test_settings_out_of_range_are_refused(make: object) -> None:
    with pytest.raises(ParameterError):
        make()  # type: ignore[operator]
