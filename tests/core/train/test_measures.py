"""Held-out measures against cases whose answer is known, and against the libraries that others use."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from embedding_core.base.types import Matrix
from embedding_core.data.labels import labels_of
from embedding_core.train import TrainingSplit, labeled, measure, paired, triplets, watch
from embedding_core.train.measures import KNN, LINEAR, NEARER, RECALL, SPEARMAN, share, spearman_interval

EVERY = np.arange(40)


def on_circle(texts: list[str]) -> Matrix:
    """Return a text "12 what" as the point at 12 degrees."""
    angles = np.radians([float(text.split()[0]) for text in texts])
    return np.column_stack([np.cos(angles), np.sin(angles), np.zeros(len(texts))]).astype(np.float32)


def test_labels_that_lie_apart_are_all_found_and_mixed_ones_are_not() -> None:
    texts = [f"{i % 2 * 90 + i / 10} degrees" for i in range(40)]
    parts = TrainingSplit(EVERY[:20], EVERY[20:], EVERY[20:])
    apart = labeled(texts, labels_of(pd.Series([f"class {i % 2}" for i in range(40)])))
    found = measure(apart, parts, on_circle)
    assert [(one.name, one.dims, one.value) for one in found] == [(KNN, 3, 1.0), (LINEAR, 3, 1.0)]
    assert watch(apart, parts, on_circle) == 1.0
    mixed = labeled(texts, labels_of(pd.Series([f"class {i // 2 % 2}" for i in range(40)])))
    for one in measure(mixed, parts, on_circle):
        assert one.low < one.value < one.high and one.value < 0.8


def test_recall_counts_the_nearest_partner() -> None:
    first = [f"{i * 4} question" for i in range(40)]
    second = [f"{i * 4 + (1 if i < 30 else 5)} answer" for i in range(40)]
    # From the thirtieth on an answer lies a degree behind the next question: the answer to the one before is nearer.
    (found,) = measure(paired(first, second), TrainingSplit(EVERY[:1], EVERY, EVERY), on_circle)
    assert found.name == RECALL
    assert found.value == pytest.approx(30 / 40)
    assert found.low < found.value < found.high


def test_triplets_count_where_the_partner_is_nearer() -> None:
    others = [f"{i + (5 if i < 10 else 20)} c" for i in range(40)]
    training_data = triplets([f"{i} a" for i in range(40)], [f"{i + 10} b" for i in range(40)], others)
    (found,) = measure(training_data, TrainingSplit(EVERY[:1], EVERY, EVERY), on_circle)
    assert (found.name, found.value) == (NEARER, 0.75)


def test_spearman_is_scipy_s_and_its_interval_holds_it() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(0, 5, 40)
    degrees = 90 - scores * 15 + rng.normal(0, 8, 40)
    training_data = paired(["0 a"] * 40, [f"{angle} b" for angle in degrees], list(scores))
    (found,) = measure(training_data, TrainingSplit(EVERY[:1], EVERY, EVERY), on_circle)
    assert found.name == SPEARMAN
    assert found.value == pytest.approx(spearmanr(np.cos(np.radians(degrees)), scores).statistic, abs=1e-4)
    assert found.low < found.value < found.high
    assert spearman_interval(np.zeros(10, np.float32), np.arange(10, dtype=np.float32)).value == 0


def test_truncated_dimensions_are_measured_too() -> None:
    texts = [f"{i % 2 * 90 + i / 10} degrees" for i in range(40)]
    training_data = labeled(texts, labels_of(pd.Series([f"class {i % 2}" for i in range(40)])))
    found = measure(training_data, TrainingSplit(EVERY[:20], EVERY[20:], EVERY[20:]), on_circle, (3, 2))
    assert [(one.name, one.dims) for one in found] == [(KNN, 3), (LINEAR, 3), (KNN, 2), (LINEAR, 2)]


def test_the_interval_of_a_share_is_the_binomial_s() -> None:
    found = share(np.arange(400) < 300)
    assert found.value == 0.75
    assert (found.low, found.high) == pytest.approx((0.7075, 0.7925), abs=0.006)
