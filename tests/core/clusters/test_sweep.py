"""The sweep: its measures are scikit-learn's, its recommendation is one that can be defended."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score

from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.clusters import FeatureSpace, SweepParams, sweep
from embedding_core.clusters import sweep as sweep_function
from embedding_core.clusters.recommend import SweepScores, recommend
from tests.core.clusters.made import blobs

ROWS, TRUE = blobs((80, 70, 60, 50, 40), spread=0.2)
FEW = SweepParams((2, 3, 5, 8), feature_space=FeatureSpace.VECTORS)


def test_the_right_number_is_recommended() -> None:
    found = sweep(ROWS, FEW)
    assert found.recommended == 5
    assert "highest at k = 5" in found.reason
    assert [one.k for one in found.measured] == [2, 3, 5, 8]
    best = found.measured[2]
    assert best.stability == pytest.approx(1, abs=0.01)
    assert best.silhouette == pytest.approx(silhouette_score(ROWS, TRUE, metric="sqeuclidean"), abs=1e-5)
    assert best.calinski_harabasz == pytest.approx(calinski_harabasz_score(ROWS, TRUE), rel=1e-4)
    assert best.davies_bouldin == pytest.approx(davies_bouldin_score(ROWS, TRUE), rel=1e-4)
    inertia = [one.inertia for one in found.measured]
    assert inertia == sorted(inertia, reverse=True)


def test_directions_are_measured_unless_asked_otherwise() -> None:
    longer = ROWS * np.random.default_rng(0).uniform(1, 9, (len(ROWS), 1)).astype(np.float32)
    assert sweep(longer, SweepParams((5,))).measured[0].silhouette == pytest.approx(
        sweep(ROWS, SweepParams((5,))).measured[0].silhouette, abs=1e-5
    )


def test_the_same_again_is_the_same() -> None:
    assert sweep(ROWS, FEW) == sweep(ROWS.copy(), FEW)


def test_a_cluster_has_ten_rows_in_the_mean() -> None:
    assert [one.k for one in sweep(ROWS[:60]).measured] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (ROWS[:1], "All items are equal"),
        (np.repeat(ROWS[:1], 9, axis=0), "All items are equal"),
        (ROWS[:2], "2 distinct items are too few"),
    ],
)
def test_too_little_to_compare(rows: np.ndarray, reason: str) -> None:
    found = sweep(rows)
    assert (found.measured, found.recommended) == ((), 1)
    assert found.reason.startswith(reason)


def test_two_different_rows_many_times() -> None:
    found = sweep(np.repeat(ROWS[:2], 20, axis=0))
    assert found.recommended == 2
    assert found.measured[0].silhouette == pytest.approx(1, abs=1e-3)


def test_of_many_rows_a_sample_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys.modules[sweep_function.__module__], "MEASURED_ROWS", 100)
    found = sweep(ROWS, FEW)
    assert found.rows == 100
    assert found.recommended == 5


def test_it_can_be_stopped() -> None:
    def stop(done: float, total: float) -> None:
        raise JobCancelledError("The work was cancelled.")

    with pytest.raises(JobCancelledError):
        sweep(ROWS, FEW, stop)


def test_no_rows_are_refused() -> None:
    with pytest.raises(InputError):
        sweep(np.empty((0, 2), np.float32))


@pytest.mark.parametrize(
    "make", [lambda: SweepParams(()), lambda: SweepParams((1, 2)), lambda: SweepParams(bootstraps=1)]
)
def test_settings_out_of_range_are_refused(make: Callable[[], SweepParams]) -> None:
    with pytest.raises(ParameterError):
        make()


def of(k: int, silhouette: float, stability: float = 0.9) -> SweepScores:
    return SweepScores(k, silhouette, 0, 0, 0, stability)


def test_the_smallest_k_within_a_twentieth_of_the_best_is_taken() -> None:
    k, reason = recommend((of(2, 0.3), of(5, 0.39), of(8, 0.4), of(12, 0.2)), 100)
    assert k == 5
    assert "highest at k = 8 (0.400), and k = 5, the smallest within 5% of it" in reason


@pytest.mark.parametrize(
    ("stability", "summary"),
    [(0.9, "nearly the same"), (0.6, "partly different"), (0.1, "do not rely on their borders")],
)
def test_the_reason_says_how_stable(stability: float, summary: str) -> None:
    assert summary in recommend((of(2, 0.5, stability), of(3, 0.1)), 100)[1]


def test_the_reason_warns() -> None:
    assert "may be more and finer" in recommend((of(2, 0.1), of(3, 0.5)), 100)[1]
    assert "That is low" in recommend((of(2, 0.04), of(3, 0.01)), 100)[1]
    assert "form no clear clusters" in recommend((of(2, -0.1), of(3, -0.2)), 100)[1]
