"""Measures of a map, held against scikit-learn, maps that keep everything and maps that keep nothing."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference

from embedding_core import projection
from embedding_core.base.errors import InputError, JobCancelledError, ParameterError
from embedding_core.base.statistics import spearman
from embedding_core.trust import MAP, PCA, SHUFFLED, Grade, TrustParams, measure_map, verdict
from embedding_core.trust import ranks as ranks_module
from embedding_core.trust.measures import RandomPairs, continuity, neighborhood_preservation, trustworthiness
from embedding_core.trust.ranks import measured_rows, neighbor_ranks


def made(n: int = 300, dim: int = 12, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return rows in groups and their PCA map."""
    rng = np.random.default_rng(seed)
    rows = (3 * rng.normal(size=(6, dim))[rng.integers(6, size=n)] + rng.normal(size=(n, dim))).astype(np.float32)
    return rows, projection.PCA().fit(rows).coordinates


@pytest.mark.parametrize("k", [1, 5, 15, 60])
def test_trustworthiness_and_continuity_are_scikit_learns(k: int) -> None:
    rows, places = made()
    ranks = neighbor_ranks(rows, places, k)
    assert trustworthiness(ranks, k).mean() == pytest.approx(reference(rows, places, n_neighbors=k), abs=2e-6)
    # Continuity is trustworthiness with space and map exchanged.
    assert continuity(ranks, k).mean() == pytest.approx(reference(places, rows, n_neighbors=k), abs=2e-6)


def test_preservation_counts_shared_neighbors() -> None:
    rows, places = made(120)
    ranks = neighbor_ranks(rows, places, 10)
    apart = [np.linalg.norm(points[:, None] - points[None], axis=2) for points in (rows, places)]
    near = [np.argsort(distances + 1e9 * np.eye(120), axis=1)[:, :10] for distances in apart]
    shared = [len(set(a) & set(b)) / 10 for a, b in zip(*near, strict=True)]
    np.testing.assert_allclose(neighborhood_preservation(ranks, 10), shared)


def test_a_map_that_keeps_everything_and_one_that_keeps_nothing() -> None:
    rows, _ = made(200, dim=2)
    found = measure_map(rows, 5 * rows[:, ::-1] + 1, rows)
    assert found.maps[MAP].trustworthiness == pytest.approx([1] * len(found.sizes))
    assert found.maps[MAP].continuity == pytest.approx([1] * len(found.sizes))
    assert found.maps[MAP].neighborhood_preservation == pytest.approx([1] * len(found.sizes))
    assert found.maps[MAP].correlation == pytest.approx(1)
    assert [claim.grade for claim in verdict(found)] == [Grade.HIGH] * 3
    assert found.at(SHUFFLED, "trustworthiness") == pytest.approx(0.5, abs=0.05)
    assert found.at(SHUFFLED, "neighborhood_preservation") == pytest.approx(15 / 199, abs=0.02)
    assert found.maps[SHUFFLED].correlation == pytest.approx(0, abs=0.05)


def test_the_map_stands_beside_pca() -> None:
    rows, places = made()
    shuffled = np.random.default_rng(5).permutation(places)
    found = measure_map(rows, shuffled, places)
    assert found.at(PCA, "trustworthiness") > 0.8
    assert found.at(MAP, "trustworthiness") == pytest.approx(0.5, abs=0.05)
    claims = {claim.measure: claim for claim in verdict(found)}
    assert claims["trustworthiness"].grade is Grade.LOW
    assert claims["trustworthiness"].pca == found.at(PCA, "trustworthiness")


def test_large_data_is_measured_at_a_sample_against_all(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, places = made(600)
    whole = measure_map(rows, places, places)
    monkeypatch.setattr(ranks_module, "_PAIRS", 600 * 200)
    monkeypatch.setattr(ranks_module, "_FEWEST", 50)
    found = measure_map(rows, places, places)
    assert len(found.rows) == 200
    assert found.total == 600
    assert found.at(MAP, "trustworthiness") == pytest.approx(whole.at(MAP, "trustworthiness"), abs=0.02)
    layer = found.layer("trustworthiness")
    assert len(layer) == 600
    assert np.isnan(layer).sum() == 400
    np.testing.assert_array_equal(layer[found.rows], whole.trustworthiness[found.rows])


def test_how_many_rows_are_measured() -> None:
    assert len(measured_rows(10_000)) == 10_000
    assert 1_000 <= len(measured_rows(50_000)) < 10_000
    assert len(measured_rows(1_000_000)) == 1_000
    assert (np.diff(measured_rows(50_000)) > 0).all()


@pytest.mark.parametrize("n", [5, 6, 11, 40])
def test_few_rows(n: int) -> None:
    rows, places = made(n)
    found = measure_map(rows, places, places)
    assert 2 * max(found.sizes) < n
    assert found.k in found.sizes
    assert all(0 <= value <= 1 for value in found.maps[MAP].trustworthiness)


def test_equal_rows_do_no_harm() -> None:
    rows = np.ones((30, 4), np.float32)
    found = measure_map(rows, np.zeros((30, 2), np.float32), np.zeros((30, 2), np.float32))
    assert found.maps[MAP].correlation == 0
    assert found.at(MAP, "trustworthiness") == 1


def test_pairs_are_of_different_rows_and_spearman_shares_ranks() -> None:
    rows, places = made(50)
    pairs = RandomPairs.draw(rows, 2_000, 0)
    assert (pairs.left != pairs.right).all()
    from scipy.stats import spearmanr

    left, right = np.array([1, 2, 2, 5.0]), np.array([1, 3, 2, 2.0])
    assert spearman(left, right) == pytest.approx(spearmanr(left, right).statistic)
    assert spearman(left, np.ones(4), if_constant=0.0) == 0
    assert pairs.correlation(places) > 0.5


def test_what_cannot_be_measured_says_so() -> None:
    rows, places = made(20)
    with pytest.raises(InputError, match="4 rows"):
        measure_map(rows[:4], places[:4], places[:4])
    with pytest.raises(InputError, match="20 rows, the map 19"):
        neighbor_ranks(rows, places[:19], 3)
    with pytest.raises(ParameterError, match="20 neighbors"):
        neighbor_ranks(rows, places, 20)
    for wrong in ({"k": 0}, {"pairs": 3}, {"seed": -1}):
        with pytest.raises(ParameterError):
            TrustParams(**wrong)


def test_it_reports_and_stops() -> None:
    rows, places = made(400)
    seen: list[float] = []

    def stop(done: float, total: float) -> None:
        seen.append(done / total)
        if len(seen) == 2:
            raise JobCancelledError("Stopped.")

    with pytest.raises(JobCancelledError):
        measure_map(rows, places, places, progress=stop)
    assert 0 < seen[0] < seen[1] < 1
