"""Exact neighbors against plain NumPy, and a map made in a fresh process against umap-learn's."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.base.types import Matrix
from embedding_core.base.vectors import Metric
from embedding_core.neighbors.exact import NeighborsParams, nearest_neighbors

if TYPE_CHECKING:
    from collections.abc import Callable

_K = 32
_BLOCK_ROWS = 1024
_KEPT = 15
_MAPS = {
    "ours": """
from embedding_core.neighbors.exact import nearest_neighbors
from embedding_core.projection import UMAP
coordinates = UMAP().fit(rows, nearest_neighbors(rows)).coordinates
""",
    "stock": """
import umap
coordinates = umap.UMAP(metric="cosine").fit_transform(rows)
""",
}
_BEFORE = "import sys, numpy as np; rows = np.load(sys.argv[1])"
_AFTER = "np.save(sys.argv[2], coordinates)"


def run(rows: int = 10_003, dim: int = 384, repeats: int = 3) -> dict[str, object]:
    """Return median seconds of both pairs, and the share of neighbors that each map keeps."""
    matrix = _clusters(rows, dim)
    return {"rows": rows, "dim": dim, "neighbors_s": _neighbors(matrix, repeats), "map": _maps(matrix, repeats)}


def _clusters(n: int, dim: int) -> Matrix:
    """Return unit rows in 77 clusters that vary along few directions, as embedded texts do."""
    rng = np.random.default_rng(0)
    centers, directions = rng.normal(size=(77, dim)), rng.normal(size=(12, dim))
    rows = (
        centers[rng.integers(77, size=n)]
        + 0.5 * rng.normal(size=(n, 12)) @ directions
        + 0.1 * rng.normal(size=(n, dim))
    )
    unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _neighbors(matrix: Matrix, repeats: int) -> dict[str, float]:
    ways: dict[str, Callable[[Matrix], object]] = {
        "ours": lambda m: nearest_neighbors(m, NeighborsParams(_K)),
        "argpartition": _argpartition,
        "product_alone": _product,
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way(matrix)
            seconds[name].append(time.perf_counter() - start)
    return {name: round(median(taken), 2) for name, taken in seconds.items()}


def _product(matrix: Matrix) -> None:
    for start in range(0, len(matrix), _BLOCK_ROWS):
        np.matmul(matrix[start : start + _BLOCK_ROWS], matrix.T)


def _argpartition(matrix: Matrix) -> None:
    for start in range(0, len(matrix), _BLOCK_ROWS):
        scores = matrix[start : start + _BLOCK_ROWS] @ matrix.T
        best = np.argpartition(scores, -_K - 1, axis=1)[:, -_K - 1 :]
        np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)


def _maps(matrix: Matrix, repeats: int) -> dict[str, object]:
    """Map in fresh processes, in turn; the first turn of each may compile and is reported apart."""
    seconds: dict[str, list[float]] = {name: [] for name in _MAPS}
    kept: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "rows.npy", Path(folder) / "map.npy"
        np.save(source, matrix)
        for _ in range(repeats + 1):
            for name, code in _MAPS.items():
                start = time.perf_counter()
                subprocess.run([sys.executable, "-W", "ignore", "-c", _BEFORE + code + _AFTER, source, out], check=True)
                seconds[name].append(time.perf_counter() - start)
                kept[name] = _share_kept(matrix, np.load(out))
    medians = {name: round(median(taken[1:]), 2) for name, taken in seconds.items()}
    return {
        "first_s": {name: round(taken[0], 2) for name, taken in seconds.items()},
        "later_s": medians,
        "ratio": round(medians["stock"] / medians["ours"], 2),
        "neighbors_kept": kept,
    }


def _share_kept(matrix: Matrix, coordinates: Matrix) -> float:
    true = nearest_neighbors(matrix, NeighborsParams(_KEPT)).indices
    drawn = nearest_neighbors(coordinates, NeighborsParams(_KEPT, Metric.EUCLIDEAN)).indices
    return round(float((true[:, :, None] == drawn[:, None, :]).any(axis=2).mean()), 4)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
