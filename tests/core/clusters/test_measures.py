"""Silhouettes and agreement with labels, against scikit-learn; what a clustering says about itself."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_samples, silhouette_score

from embedding_core.base.errors import InputError
from embedding_core.base.vectors import unit_rows
from embedding_core.clusters import NOISE, Clusters, FeatureSpace, KMeansParams, agreement, cluster
from embedding_core.clusters.silhouette import rivals, silhouettes
from tests.core.clusters.made import blobs

ROWS, TRUE = blobs((60, 30, 20, 1), spread=1.5)


def test_silhouettes_are_those_of_scikit_learn() -> None:
    own = silhouettes(ROWS, TRUE)
    np.testing.assert_allclose(own, silhouette_samples(ROWS, TRUE, metric="sqeuclidean"), atol=2e-5)
    unit = unit_rows(ROWS)
    np.testing.assert_allclose(silhouettes(unit, TRUE), silhouette_samples(unit, TRUE, metric="cosine"), atol=2e-5)
    assert Clusters.measured(unit, TRUE).silhouette == pytest.approx(silhouette_score(unit, TRUE, metric="cosine"))


def test_a_vector_without_length_has_the_cosine_0_as_in_scikit_learn() -> None:
    rows = np.array(ROWS)
    rows[::9] = 0
    unit = unit_rows(rows)
    expected = silhouette_samples(unit, TRUE, metric="cosine")
    np.testing.assert_allclose(silhouettes(unit, TRUE), expected, atol=2e-5)
    apart = 1 - unit @ unit.T
    means = np.stack([apart[:, number == TRUE].mean(axis=1) for number in range(4)], axis=1)
    means[np.arange(len(rows)), TRUE] = np.inf
    clear = np.diff(np.sort(means, axis=1)[:, :2], axis=1)[:, 0] > 1e-6
    found = rivals(unit, TRUE, np.arange(len(rows), dtype=np.int32))
    assert found[clear].tolist() == means.argmin(axis=1)[clear].tolist()
    # As points of a plane they are what they are.
    np.testing.assert_allclose(silhouettes(rows, TRUE), silhouette_samples(rows, TRUE, metric="sqeuclidean"), atol=2e-5)


def test_vectors_without_length_are_said() -> None:
    rows = np.array(ROWS)
    assert cluster(rows, KMeansParams(3)).note == ""
    rows[:2] = 0
    note = cluster(rows, KMeansParams(3)).note
    assert "2 vectors are zero and have no direction" in note
    assert cluster(rows, KMeansParams(3, feature_space=FeatureSpace.VECTORS)).note == ""


def test_noise_has_no_silhouette_and_counts_for_nobody() -> None:
    labels = np.where(np.arange(len(TRUE)) % 7 == 0, NOISE, TRUE)
    known = labels != NOISE
    own = silhouettes(ROWS, labels)
    assert np.isnan(own[~known]).all()
    np.testing.assert_allclose(
        own[known], silhouette_samples(ROWS[known], labels[known], metric="sqeuclidean"), atol=2e-5
    )


def test_far_from_the_origin_little_is_lost() -> None:
    moved = ROWS + np.float32(1_000)
    np.testing.assert_allclose(silhouettes(moved, TRUE), silhouettes(ROWS, TRUE), atol=5e-3)


def test_a_rival_is_the_cluster_whose_items_are_next_nearest() -> None:
    rows = np.flatnonzero(TRUE < 3)[:40]
    apart = np.square(ROWS[rows, None] - ROWS[None]).sum(axis=2)
    means = np.stack([apart[:, number == TRUE].mean(axis=1) for number in range(4)], axis=1)
    means[np.arange(len(rows)), TRUE[rows]] = np.inf
    assert rivals(ROWS, TRUE, rows.astype(np.int32)).tolist() == means.argmin(axis=1).tolist()


def test_a_cluster_alone_has_no_rival() -> None:
    assert rivals(ROWS, np.zeros(len(ROWS), np.int32), np.arange(3, dtype=np.int32)).tolist() == [NOISE] * 3


def test_agreement_is_that_of_scikit_learn() -> None:
    labels = np.random.default_rng(0).integers(-1, 5, len(TRUE)).astype(np.int32)
    mixed = np.where(np.arange(len(TRUE)) % 2, TRUE, labels).astype(np.int32)
    for guess in (labels, mixed, TRUE):
        found = agreement(guess, pd.Series([f"class {number}" for number in TRUE]))
        assert found.adjusted_rand == pytest.approx(adjusted_rand_score(TRUE, guess), abs=1e-12)
        assert found.nmi == pytest.approx(normalized_mutual_info_score(TRUE, guess), abs=1e-12)
        assert int(found.table.to_numpy().sum()) == found.rows == len(TRUE)


def test_rows_without_a_label_do_not_count() -> None:
    classes = pd.Series(["a", "b", None, "", "a"])
    found = agreement(np.array([0, 1, 1, 0, 0], np.int32), classes)
    assert (found.rows, found.adjusted_rand, found.nmi) == (3, 1.0, 1.0)
    assert found.table.columns.tolist() == ["a", "b"]
    nobody = agreement(np.zeros(2, np.int32), pd.Series([None, None]))
    assert nobody.rows == 0


def test_one_label_and_one_cluster_agree() -> None:
    found = agreement(np.zeros(4, np.int32), pd.Series(["x"] * 4))
    assert (found.adjusted_rand, found.nmi) == (1.0, 1.0)
    split = agreement(np.arange(4, dtype=np.int32), pd.Series(["x"] * 4))
    assert split.adjusted_rand == adjusted_rand_score([0] * 4, [0, 1, 2, 3])


def test_as_many_labels_as_rows_are_needed() -> None:
    with pytest.raises(InputError, match="3 clustered rows but 2 labels"):
        agreement(np.zeros(3, np.int32), pd.Series(["a", "b"]))


def test_a_clustering_tells_its_central_and_its_borderline_rows() -> None:
    clusters = Clusters.measured(ROWS, TRUE)
    for number in range(3):
        rows = clusters.rows(number)
        far = np.linalg.norm(ROWS[rows] - ROWS[rows].mean(axis=0), axis=1)
        assert clusters.central(ROWS, number).tolist() == rows[np.argsort(far)[:3]].tolist()
    order = clusters.borderline(10)
    assert (np.diff(clusters.silhouettes[order]) >= 0).all()
    assert clusters.silhouettes[order[0]] == clusters.silhouettes.min()
    assert clusters.central(ROWS, 3).tolist() == clusters.rows(3).tolist()
    assert clusters.silhouette_of(3) == 0


def test_without_a_second_cluster_nothing_is_borderline() -> None:
    clusters = Clusters.measured(ROWS, np.zeros(len(ROWS), np.int32))
    assert len(clusters.borderline(10)) == 0
    assert clusters.silhouette_of(0) is None
