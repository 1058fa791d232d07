"""Clusters against the plain library call: k-means, HDBSCAN, the sweep over k."""

import json
import time
from collections.abc import Callable
from statistics import median

import numpy as np
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score, silhouette_score

from embedding_core.base.types import Indices, Matrix
from embedding_core.clusters import HDBSCANParams, KMeansParams, SweepParams, cluster, sweep
from embedding_core.clusters.sweep import BOOTSTRAP_ROWS

_K, _MIN_SIZE = 77, 10
_GROUPS, _DIRECTIONS = 77, 12


def run(rows: int = 10_000, dim: int = 384, repeats: int = 3) -> dict[str, object]:
    """Return seconds of each way, taking turns, and how far two ways give the same clusters.

    k-means: the median of some turns. HDBSCAN and the sweep have one, since the library's way takes minutes.
    """
    matrix = made_rows(rows, dim)
    return {
        "rows": rows,
        "dim": dim,
        "kmeans": _compared(lambda: cluster(matrix, KMeansParams(_K)).labels, lambda: _kmeans(matrix, _K), repeats),
        "hdbscan": _compared(lambda: cluster(matrix, HDBSCANParams(_MIN_SIZE)).labels, lambda: _hdbscan(matrix), 1),
        "sweep": _timed({"ours": lambda: sweep(matrix), "stock": lambda: _sweep(matrix)}, 1),
    }


def made_rows(n: int, dim: int) -> Matrix:
    """Return unit rows in 77 groups that vary along few directions, as embedded texts do."""
    rng = np.random.default_rng(0)
    centers, directions = rng.normal(size=(_GROUPS, dim)), rng.normal(size=(_DIRECTIONS, dim))
    rows = centers[rng.integers(_GROUPS, size=n)] + 0.5 * rng.normal(size=(n, _DIRECTIONS)) @ directions
    rows += 0.3 * rng.normal(size=(n, dim))
    unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _timed(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    medians = {name: round(median(taken), 2) for name, taken in seconds.items()}
    return {**medians, "ratio": round(medians["stock"] / max(medians["ours"], 0.01), 2)}


def _compared(ours: Callable[[], Indices], stock: Callable[[], Indices], repeats: int) -> dict[str, float]:
    """Return seconds of both, and the adjusted Rand index between their labels, noise a cluster of its own."""
    labels: dict[str, Indices] = {}

    def keeping(name: str, way: Callable[[], Indices]) -> Callable[[], object]:
        return lambda: labels.update({name: way()})

    found = _timed({"ours": keeping("ours", ours), "stock": keeping("stock", stock)}, repeats)
    return {**found, "adjusted_rand": round(float(adjusted_rand_score(labels["ours"], labels["stock"])), 4)}


def _kmeans(matrix: Matrix, k: int, seed: int = 0) -> Indices:
    labels: Indices = KMeans(k, random_state=seed, n_init=1).fit_predict(matrix)
    return labels


def _hdbscan(matrix: Matrix) -> Indices:
    labels: Indices = HDBSCAN(_MIN_SIZE, copy=True).fit_predict(matrix)
    return labels


def _sweep(matrix: Matrix) -> None:
    """Measure each k by scikit-learn's own functions, and its stability on as many bootstrap samples as ours."""
    params, rng = SweepParams(), np.random.default_rng(0)
    for k in params.ks:
        labels = _kmeans(matrix, k)
        for measure in (silhouette_score, calinski_harabasz_score, davies_bouldin_score):
            measure(matrix, labels)
        groupings = []
        for seed in range(1, params.bootstraps + 1):
            sample = matrix[rng.integers(len(matrix), size=min(len(matrix), BOOTSTRAP_ROWS))]
            groupings.append(KMeans(k, random_state=seed, n_init=1).fit(sample).predict(matrix))
        for place, one in enumerate(groupings):
            for other in groupings[place + 1 :]:
                adjusted_rand_score(one, other)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
