"""What a person changes about clusters: each edit does what it says, and nothing else."""

from collections.abc import Callable

import numpy as np
import pytest

from embedding_core.base.errors import ParameterError
from embedding_core.clusters import NOISE, AdoptNoise, ClusterEdits, Clusters, Edit, Merge, Move, Rename, Split, edited
from tests.core.clusters.made import blobs

ROWS, TRUE = blobs((40, 30, 20, 10), spread=0.2)
PAIRED = np.where(TRUE == 3, 1, TRUE).astype(np.int32)
"""Two of the groups are taken for one."""


def after(*edits: Edit, labels: np.ndarray = PAIRED) -> Clusters:
    return edited(ROWS, Clusters.measured(ROWS, labels), edits)


def test_merged_clusters_go_by_the_first_number() -> None:
    found = after(Merge((2, 0)))
    assert (found.labels == np.where(PAIRED == 0, 2, PAIRED)).all()
    assert found.numbers == (2, 1)
    assert found.sizes.tolist() == [0, 40, 60]


def test_a_split_finds_the_two_groups_and_the_smaller_is_new() -> None:
    found = after(Split(1))
    assert (found.labels == TRUE).all()
    assert found.silhouette is not None
    assert found.silhouette > 0.9


def test_moved_rows_go_where_they_are_sent() -> None:
    rows = tuple(np.flatnonzero(PAIRED == 0)[:3].tolist())
    found = after(Move(rows, 2))
    assert (found.labels[list(rows)] == 2).all()
    assert (np.delete(found.labels, rows) == np.delete(PAIRED, rows)).all()


def test_noise_goes_to_the_nearest_cluster() -> None:
    labels = np.where(np.arange(len(TRUE)) % 5 == 0, NOISE, TRUE).astype(np.int32)
    found = after(AdoptNoise(), labels=labels)
    assert found.noise == 0
    assert (found.labels == TRUE).all()


def test_with_noise_alone_nothing_is_adopted() -> None:
    assert after(AdoptNoise(), labels=np.full(len(TRUE), NOISE, np.int32)).noise == len(TRUE)


def test_edits_follow_each_other_and_leave_the_first_as_it_was() -> None:
    before = PAIRED.copy()
    found = after(Split(1), Merge((0, 3)), Rename(0, "Rest"), Move((0,), 2))
    assert (before == PAIRED).all()
    assert found.k == 3
    assert found.labels[0] == 2


@pytest.mark.parametrize("edit", [Merge((0, 9)), Split(7), Move((0,), 9), Move((10_000,), 0), Split(NOISE)])
def test_what_is_not_there_is_refused(edit: Edit) -> None:
    with pytest.raises(ParameterError, match="There is no"):
        after(edit)


def test_equal_items_cannot_be_split() -> None:
    rows = np.ones((6, 2), np.float32)
    with pytest.raises(ParameterError, match="All items of that cluster are equal"):
        edited(rows, Clusters.measured(rows, np.zeros(6, np.int32)), [Split(0)])


@pytest.mark.parametrize("make", [lambda: Merge((1,)), lambda: Merge((1, 1)), lambda: Rename(0, " \n ")])
def test_edits_that_mean_nothing_are_refused(make: Callable[[], Edit]) -> None:
    with pytest.raises(ParameterError):
        make()


def test_edits_are_a_list_that_can_be_undone() -> None:
    edits = ClusterEdits("a" * 64).then(Split(0)).then(Rename(1, "  Cats \n and dogs ")).then(Rename(1, "Pets"))
    assert edits.moving == (Split(0),)
    assert edits.name(1, "found") == "Pets"
    assert edits.undone().name(1, "found") == "Cats and dogs"
    assert edits.undone().undone().undone().undone().records == ()
    assert edits.name(0, "found") == "found"
