"""Near-duplicates: every pair is found, groups and their weakest links are right, memory stays bounded."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from embedding_core import encoders
from embedding_core.base.errors import ParameterError
from embedding_core.similarity import (
    DuplicatesParams,
    cosine_matrix,
    duplicates,
    find_duplicates,
    leaks,
    random_cosines,
)
from embedding_core.similarity.duplicates import suggest_threshold


def near_doubles(n: int = 400, dim: int = 24, seed: int = 0) -> np.ndarray:
    """Return random rows, every third followed by a slightly changed copy of itself somewhere."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, dim))
    copies = rows[::3] + 0.2 * rng.normal(size=(len(rows[::3]), dim))
    return np.vstack([rows, copies]).astype(np.float32)


@pytest.mark.parametrize("most", [4_000_000, 50])
def test_groups_are_the_connected_components(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from scipy.sparse.csgraph import connected_components

    monkeypatch.setattr(duplicates, "_MOST_EDGES", most)
    monkeypatch.setattr(duplicates, "_BLOCK_BYTES", 4 * 534 * 64)
    rows = near_doubles()
    found = find_duplicates(rows, DuplicatesParams(0.6))
    cosines = cosine_matrix(rows)
    near = (cosines >= 0.6) & ~np.eye(len(rows), dtype=bool)
    assert found.pairs == near.sum() // 2
    _, part = connected_components(near, directed=False)
    alone = np.bincount(part)[part] == 1
    assert ((found.groups == -1) == alone).all()
    assert len(set(zip(part[~alone].tolist(), found.groups[~alone].tolist(), strict=True))) == found.count
    sizes = np.bincount(found.groups[~alone])
    assert (np.diff(sizes) <= 0).all()
    for group in range(found.count):
        members = np.array(found.rows_of(group))
        kept = members[found.keep[members]]
        assert kept.tolist() == [members[0]]
        means = cosines[np.ix_(members, members)].sum(axis=1)
        assert means[0] == pytest.approx(means.max(), abs=1e-3)
        # Above the weakest link the group falls apart, at it it holds together.
        inner, link = near[np.ix_(members, members)], found.weakest_cosines[group]
        above = inner & (cosines[np.ix_(members, members)] > link + 1e-5)
        assert connected_components(above, directed=False)[0] > 1
        left, right = found.weakest[group]
        assert cosines[left, right] == pytest.approx(link, abs=1e-5)
        assert {left, right} <= set(members.tolist())


def test_the_suggested_threshold_lies_beyond_chance() -> None:
    rows = near_doubles()
    found = find_duplicates(rows)
    random_baseline = random_cosines(rows)
    assert found.threshold == pytest.approx(1 - (1 - np.quantile(random_baseline, 0.99)) / 3, abs=1e-3)
    assert found.by_chance < 0.01
    copies = found.groups[len(rows) - 134 :]
    assert (copies == found.groups[0:400:3])[copies != -1].all()
    assert (copies != -1).mean() > 0.95


def test_the_suggestion_is_raised_where_groups_chain() -> None:
    assert not find_duplicates(near_doubles()).raised
    rng = np.random.default_rng(0)
    crowd = np.ones(8) + 0.12 * rng.normal(size=(60, 8))
    rows = np.vstack([crowd, rng.normal(size=(600, 8))]).astype(np.float32)
    found = find_duplicates(rows)
    assert found.raised
    assert max(np.bincount(found.groups[found.groups >= 0])) <= 25
    cosines = np.triu(cosine_matrix(rows), 1)
    assert found.pairs == np.count_nonzero(cosines >= found.threshold - 1e-6)


def test_equal_rows_are_one_group() -> None:
    found = find_duplicates(np.ones((600, 3), np.float32))
    assert (found.threshold, found.pairs, found.count) == (0.999, 600 * 599 // 2, 1)
    assert np.flatnonzero(found.keep).tolist() == [0]
    assert found.by_chance == 1
    assert found.weakest_cosines.tolist() == [1]


def test_only_what_is_compared_is_in_a_group() -> None:
    rows = np.random.default_rng(0).normal(size=(12, 8)).astype(np.float32)
    rows[[1, 4, 6]], rows[9] = rows[1], rows[2]
    among = np.ones(12, dtype=bool)
    among[[4, 6]] = False
    found = find_duplicates(rows, DuplicatesParams(0.99), among=among)
    assert found.groups.tolist() == [-1, -1, 0, -1, -1, -1, -1, -1, -1, 0, -1, -1]
    assert found.keep.tolist() == [row != 9 for row in range(12)]
    assert found.weakest.tolist() == [[2, 9]]
    assert found.rows_of(0) == (2, 9)
    nothing = find_duplicates(rows, among=np.zeros(12, dtype=bool))
    assert (nothing.count, nothing.pairs, bool(nothing.keep.all())) == (0, 0, True)


@pytest.mark.parametrize("n", [1, 2])
def test_few_rows_have_no_double(n: int) -> None:
    found = find_duplicates(np.eye(3, dtype=np.float32)[:n])
    assert (found.pairs, found.count, found.keep.all()) == (0, 0, True)
    assert suggest_threshold(np.empty(0, np.float32)) == pytest.approx(0.667)


def test_leakage_names_the_rows_on_both_sides() -> None:
    rows = np.array([[1, 0], [1, 0.01], [0, 1], [0.01, 1], [-1, 1]], np.float32)
    found = find_duplicates(rows, DuplicatesParams(0.99))
    seen = leaks(found, pd.Series(["train", "test", "train", "train", "test"]))
    assert [(leak.part, leak.other, leak.rows) for leak in seen] == [("test", "train", (1,)), ("train", "test", (0,))]
    assert seen[0].share == 0.5
    assert leaks(found, pd.Series(["train", None, "train", "train", "test"])) == ()


def test_a_threshold_is_a_cosine() -> None:
    with pytest.raises(ParameterError, match=r"threshold is 1\.2"):
        DuplicatesParams(1.2)


@pytest.mark.shared
@pytest.mark.slow
def test_paraphrases_of_sts_come_first(shared_data: Path) -> None:
    lines = (shared_data / "text/stsbenchmark/sts-test.csv").read_text(encoding="utf-8").splitlines()
    table = [line.split("\t") for line in lines]
    encoder = encoders.load(encoders.resolve("all-MiniLM-L6-v2"))
    left, right = (encoder.encode_documents([row[place] for row in table]) for place in (5, 6))
    cosines = np.einsum("ij,ij->i", left, right)
    precision = average_precision_score([float(row[4]) >= 4 for row in table], cosines)
    assert precision > 0.73
