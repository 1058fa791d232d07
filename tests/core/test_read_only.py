"""Analyses take what the store gives, which nobody may write to, and leave it as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from embedding_core.base.vectors import Metric
from embedding_core.classifiers.evaluate import cross_validate
from embedding_core.classifiers.methods import fit
from embedding_core.classify.spreading import spread_labels
from embedding_core.clusters import (
    AgglomerativeParams,
    HDBSCANParams,
    KMeansParams,
    Merge,
    SweepParams,
    cluster,
    edited,
    sweep,
)
from embedding_core.compare import compare_neighborhoods, linear_cka
from embedding_core.compress import CompressionParams, Judged, compress
from embedding_core.data.labels import Labels
from embedding_core.encoders.modality import centered, modality_gap
from embedding_core.evaluate.pairs import score_pairs
from embedding_core.evaluate.protocols import ProtocolParams, run_protocols
from embedding_core.inspect import compare_poolings, interact, span, spread_along
from embedding_core.neighbors.exact import Neighbors, NeighborsParams, nearest_neighbors
from embedding_core.projection import METHODS, method_of, params_of
from embedding_core.ranking.dense import background, score_vectors
from embedding_core.ranking.inverted_file import index_vectors
from embedding_core.search.feedback import rocchio
from embedding_core.search.indexes import IndexesParams, compare_indexes
from embedding_core.similarity import align, clustered_order, cosine_matrix, find_duplicates, find_outliers, recommend
from embedding_core.train.mining import MiningParams, hard_negatives
from embedding_core.trust import measure_map, space_health, stability

ROWS, DIM = 1_000, 8


def locked(array: np.ndarray) -> np.ndarray:
    """Return an array as the store gives it."""
    array.flags.writeable = False
    return array


def drawn(rows: int = ROWS, dim: int = DIM, seed: int = 0) -> np.ndarray:
    """Return rows of length 1: what is to be of that length is used as it is, not copied."""
    matrix = np.random.default_rng(seed).normal(size=(rows, dim))
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


UNIT = locked(drawn())
FEW = locked(drawn(120, seed=1))
OTHER = locked(drawn(120, 5, seed=2))
MAP = locked(drawn(120, 2, seed=3) * 7)
CODES = locked((np.arange(120) % 4).astype(np.int32))
PICTURES = locked(np.arange(120) % 3 == 0)
SCORES = locked(np.linspace(0, 5, 60))
NUMBERS = locked(np.arange(120, dtype=np.int32))
LENGTHS = locked(np.arange(120, dtype=np.float32))
LABELS = Labels(("a", "b", "c", "d"), CODES)
SOME = Labels(LABELS.names, locked(np.where(np.arange(120) % 5 == 0, CODES, -1).astype(np.int32)))
WORDS = [f"word {i}" for i in range(6)]
JUDGED = Judged(
    locked(FEW[:2].copy()), locked(np.array([[0, 3], [1, 60]], np.int64)), locked(np.array([1.0, 2.0], np.float64))
)


def near(matrix: np.ndarray, k: int = 50) -> Neighbors:
    found = nearest_neighbors(matrix, NeighborsParams(k))
    return Neighbors(locked(found.indices), locked(found.similarities), found.metric)


def edited_clusters() -> Any:
    found = cluster(FEW, KMeansParams(4))
    for array in (found.labels, found.centers, found.silhouettes):
        locked(array)
    return edited(FEW, found, (Merge((0, 2)),))


ANALYSES: dict[str, list[Callable[[], Any]]] = {
    "encoders": [lambda: centered(FEW, PICTURES), lambda: modality_gap(FEW, PICTURES)],
    "neighbors": [lambda metric=metric: nearest_neighbors(FEW, NeighborsParams(5, metric)) for metric in Metric],
    "map": [lambda name=name: method_of(params_of(name)).fit(FEW, near(FEW, 119)) for name in METHODS],
    "clusters": [
        lambda: cluster(FEW, KMeansParams(4)),
        lambda: cluster(FEW, HDBSCANParams()),
        lambda: cluster(FEW, AgglomerativeParams()),
        edited_clusters,
        lambda: sweep(FEW, SweepParams((2, 4), bootstraps=2)),
    ],
    "search": [
        *(lambda metric=metric: score_vectors(FEW, FEW[0], background(FEW, metric)) for metric in Metric),
        lambda: index_vectors(UNIT),
        lambda: rocchio(FEW[0], FEW[1:3], FEW[3:5]),
        lambda: compare_indexes(FEW, IndexesParams(k=5, queries=10)),
    ],
    "similarity": [
        lambda: find_duplicates(FEW),
        lambda: find_outliers(near(FEW)),
        lambda: recommend(FEW, (3, 4)),
        lambda: align(WORDS, FEW[:6], WORDS, FEW[6:12]),
        lambda: clustered_order(locked(cosine_matrix(FEW))),
    ],
    "classify": [
        lambda: fit(FEW, LABELS).probabilities(FEW),
        lambda: cross_validate(FEW, LABELS),
        lambda: spread_labels(near(FEW), SOME),
    ],
    "trust": [
        lambda: measure_map(FEW, MAP, locked(MAP[::-1].copy())),
        lambda: space_health(FEW, near(FEW), LENGTHS),
        lambda: stability(MAP, [locked(MAP[:, ::-1].copy())]),
    ],
    "evaluate": [
        lambda: score_pairs(FEW, SCORES),
        lambda: run_protocols(FEW, CODES, PICTURES, ProtocolParams(per_class=4, rounds=2)),
    ],
    "compress": [lambda: compress(FEW, CompressionParams(k=5, queries=20), JUDGED)],
    "compare": [lambda: linear_cka(FEW, OTHER), lambda: compare_neighborhoods(near(FEW), near(OTHER))],
    "inspect": [
        lambda: spread_along(span(FEW[:5], FEW[5:9]), FEW),
        lambda: interact(WORDS, FEW[:6], WORDS, FEW[6:12]),
        lambda: compare_poolings(FEW[:6]),
    ],
    "train": [lambda: hard_negatives(FEW, NUMBERS[:20], NUMBERS[20:40], CODES, MiningParams())],
}


@pytest.mark.parametrize("feature", ANALYSES)
def test_what_is_analyzed_stays_as_it_was(feature: str) -> None:
    given = {name: (array, array.copy()) for name, array in globals().items() if isinstance(array, np.ndarray)}
    for analyze in ANALYSES[feature]:
        analyze()
    for array, before in given.values():
        np.testing.assert_array_equal(array, before)
