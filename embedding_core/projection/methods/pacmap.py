"""Pairwise controlled manifold approximation (PaCMAP), Wang, Huang, Rudin and Shaposhnik 2021, by their own package.

https://jmlr.org/papers/v22/20-1061.html. It takes the neighbors that are known, which its own search, by an index
built at random, would only approximate.
"""

import io
import logging
import re
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix, Progress
from embedding_core.base.vectors import Metric
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.method import SEED_HELP, Parameter, SeededParams
from embedding_core.projection.neighbor_method import NeighborMethod

_STEPS = (100, 100, 250)
_MORE = 50
"""So many further neighbors are looked at, as distances are compared in units of their surroundings."""
_JITTER = 0.01
"""Noise in the start, as a share of its spread: parts equal points."""


_NEIGHBORS = Parameter(
    "Neighbors", "How many neighbors attract each item (n_neighbors).", minimum=2, maximum=200, slider=(2, 50)
)
_SEED = Parameter("Seed", SEED_HELP, minimum=0, maximum=2**31 - 1)


@dataclass(frozen=True, kw_only=True)
class PaCMAPParams(SeededParams):
    """How PaCMAP draws."""

    n_neighbors: int = field(default=10, metadata=_NEIGHBORS.metadata)
    """How many near rows each is pulled to; half as many mid-near ones, twice as many far ones pushed away."""
    seed: int = field(default=0, metadata=_SEED.metadata)


class PaCMAP(NeighborMethod[PaCMAPParams]):
    """A layout in which near, mid-near and far pairs are kept; the same seed gives the same map."""

    name = "pacmap"
    title = "PaCMAP"
    summary = "also uses pairs at medium distance: it preserves fewer neighbors in exchange for more global structure."
    source = "[Wang and others 2021](https://jmlr.org/papers/v22/20-1061.html)"
    parameters = PaCMAPParams
    libraries: ClassVar[Mapping[str, str]] = {"pacmap": "0.9.1"}
    position = 40
    fewest_rows = 16

    @property
    def neighbors(self) -> int:
        return self.params.n_neighbors + _MORE

    def _laid_out(
        self, matrix: Matrix, neighbors: Neighbors, known: int, start: Matrix, progress: Progress
    ) -> tuple[Matrix, str]:
        params = self.params
        # With its mid-near and far pairs a row takes part in three and a half times as many.
        k = min(params.n_neighbors, (len(matrix) - 1) // 4)
        pairs = _near_pairs(neighbors, known, k)
        noise = np.random.default_rng(params.seed).normal(scale=_JITTER * start.std(axis=0).mean(), size=start.shape)
        begin = (start + noise).astype(np.float32)
        coordinates = _optimized(matrix, pairs, begin, replace(params, n_neighbors=k), progress)
        fewer = f"n_neighbors is {k} instead of {params.n_neighbors}: there are too few rows."
        return coordinates, "" if k == params.n_neighbors else fewer


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
