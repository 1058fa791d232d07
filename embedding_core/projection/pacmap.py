"""Pairwise controlled manifold approximation (PaCMAP), Wang, Huang, Rudin and Shaposhnik 2021, by their own package.

https://jmlr.org/papers/v22/20-1061.html. It takes the neighbors that are known, which its own search, by an index
built at random, would only approximate.
"""

import io
import logging
import re
from contextlib import redirect_stdout
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.base.vectors import Metric, as_matrix
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.pca import PCAParams, pca
from embedding_core.projection.result import Method, Projection, check_neighbors

_FEWEST_ROWS = 16
_STEPS = (100, 100, 250)
_MORE = 50
"""So many further neighbors are looked at, as distances are compared in units of their surroundings."""
_JITTER = 0.01
"""Noise in the start, as a share of its spread: parts equal points."""


@dataclass(frozen=True)
class PaCMAPParams:
    """How PaCMAP draws."""

    n_neighbors: int = 10
    """How many near rows each is pulled to; half as many mid-near ones, twice as many far ones pushed away."""
    dims: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if not 2 <= self.n_neighbors <= 200:
            raise ParameterError(f"n_neighbors is {self.n_neighbors}.", "Choose 2 to 200; 10 is usual.")
        if self.dims not in (2, 3):
            raise ParameterError(f"PaCMAP cannot draw in {self.dims} dimensions here.", "Choose 2 or 3.")
        if not 0 <= self.seed < 2**31:
            raise ParameterError(f"The seed is {self.seed}.", "Choose from 0 to 2147483647.")

    @property
    def neighbors(self) -> int:
        """How many neighbors of each row are looked at."""
        return self.n_neighbors + _MORE


def pacmap(
    matrix: Matrix, neighbors: Neighbors, params: PaCMAPParams = PaCMAPParams(), progress: Progress = no_progress
) -> Projection:
    """Lay out (n, dim) so that near, mid-near and far pairs are kept; the same seed gives the same map.

    Raises:
        InputError: the matrix has no row, or the neighbors are of another number of rows.
        ParameterError: there are fewer neighbors than `params` wants.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    known = min(params.neighbors, n - 1)
    check_neighbors(neighbors, n, known)
    first = pca(matrix, PCAParams(params.dims))
    if n < _FEWEST_ROWS:
        return replace(first, note=f"PaCMAP needs {_FEWEST_ROWS} rows or more and there are {n}: PCA shown.")
    if first.note:
        return first
    # With its mid-near and far pairs a row takes part in three and a half times as many.
    k = min(params.n_neighbors, (n - 1) // 4)
    pairs = _near_pairs(neighbors, known, k)
    spread = first.coordinates.std(axis=0).mean()
    noise = np.random.default_rng(params.seed).normal(scale=_JITTER * spread, size=first.coordinates.shape)
    start = (first.coordinates + noise).astype(np.float32)
    coordinates = _optimized(matrix, pairs, start, replace(params, n_neighbors=k), progress)
    fewer = f"n_neighbors is {k} instead of {params.n_neighbors}: there are too few rows."
    return Projection(coordinates, Method.PACMAP, note="" if k == params.n_neighbors else fewer)


def _near_pairs(neighbors: Neighbors, known: int, k: int) -> NDArray[np.int32]:
    """Return (n * k, 2): each row with the k nearest by distance in units of both surroundings. Section 3 there."""
    indices, distances = neighbors.indices[:, :known], neighbors.distances()[:, :known].clip(0)
    squares = 2 * distances if neighbors.metric is Metric.COSINE else np.square(distances)
    surroundings = np.maximum(np.sqrt(squares[:, 3:6]).mean(axis=1), 1e-10)
    scaled = squares / (surroundings[:, None] * surroundings[indices])
    best = np.argsort(scaled, axis=1, kind="stable")[:, :k]
    near = np.take_along_axis(indices, best, axis=1)
    rows = np.repeat(np.arange(len(indices), dtype=np.int32), k)
    return np.column_stack([rows, near.ravel()]).astype(np.int32)


class _Watcher(io.TextIOBase):
    """Takes what is printed for a person and reads the step from it: it gives no other way to be watched or stopped."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress

    def write(self, text: str) -> int:
        if found := re.match(r"Iteration: +(\d+)", text):
            self.progress(int(found[1]), sum(_STEPS))
        return len(text)


def _optimized(
    matrix: Matrix, pairs: NDArray[np.int32], start: Matrix, params: PaCMAPParams, progress: Progress
) -> Matrix:
    # It warns that a seed was set, and that three dimensions are little tested.
    logging.getLogger("pacmap").setLevel(logging.ERROR)
    from pacmap import PaCMAP

    progress(0, sum(_STEPS))
    model = PaCMAP(
        n_components=params.dims,
        n_neighbors=params.n_neighbors,
        pair_neighbors=pairs,
        num_iters=_STEPS,
        random_state=params.seed,
        verbose=True,
    )
    with redirect_stdout(_Watcher(progress)):
        return np.asarray(model.fit_transform(matrix, init=start), dtype=np.float32)
