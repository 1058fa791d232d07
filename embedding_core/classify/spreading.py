"""Label spreading along the graph of nearest neighbors, from a few labeled rows to all."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices, Progress, Vector, no_progress
from embedding_core.base.vectors import Metric
from embedding_core.data.labels import Labels
from embedding_core.neighbors.exact import Neighbors

UNASSIGNED = -1
"""The code of a row that no label reaches."""


@dataclass(frozen=True)
class SpreadParams:
    """The parameters of label spreading."""

    neighbors: int = 15
    alpha: float = 0.9
    """How much of a row's label comes from its neighbors, the rest from its own."""
    sharpness: float = 10.0
    """How much more a near neighbor counts than a far one: similarities are exponents, multiplied by this."""
    steps: int = 50

    def __post_init__(self) -> None:
        if self.neighbors < 1 or self.steps < 1:
            message = f"The numbers of neighbors and steps are {self.neighbors} and {self.steps}."
            raise ParameterError(message, "Choose at least 1 of each.")
        if not 0 < self.alpha < 1:
            raise ParameterError(f"Alpha is {self.alpha:g}.", "Choose a number between 0 and 1.")


@dataclass(frozen=True, eq=False)
class SpreadResult:
    """The class of every row that a label reaches."""

    names: tuple[str, ...]
    codes: Indices
    """(n,) int32, or `UNASSIGNED`; a row that has a label keeps it."""
    confidence: Vector
    """(n,) float32, the class's share of all that reached the row; 1 for a row that had its label."""


def spread_labels(
    neighbors: Neighbors, labels: Labels, params: SpreadParams = SpreadParams(), progress: Progress = no_progress
) -> SpreadResult:
    """Spread labels until they converge: F = αSF + (1 - α)Y, with S the graph made symmetric and normalized.

    Zhou et al. 2003, "Learning with local and global consistency". Each class begins with the same weight, however
    many rows it has.

    Raises:
        InputError: no row has a label.
    """
    if not len(labels.known):
        raise InputError("No row has a label.", "Label some rows first.")
    graph = _graph(neighbors, params)
    start = np.zeros((len(labels.codes), len(labels.names)), np.float32)
    known = labels.codes[labels.known]
    start[labels.known, known] = 1 / labels.counts[known]
    reached = start
    for step in range(params.steps):
        reached = params.alpha * (graph @ reached) + (1 - params.alpha) * start
        progress(step + 1, params.steps)
    totals = reached.sum(axis=1)
    some = totals > 0
    codes = np.where(some, reached.argmax(axis=1), UNASSIGNED).astype(np.int32)
    confidence = np.where(some, reached.max(axis=1) / np.where(some, totals, 1), 0).astype(np.float32)
    codes[labels.known], confidence[labels.known] = known, 1
    return SpreadResult(labels.names, codes, confidence)


def _graph(neighbors: Neighbors, params: SpreadParams) -> Any:
    """Return the graph as a sparse (n, n) matrix D^-1/2 W D^-1/2."""
    from scipy.sparse import coo_array, diags_array

    n, k = len(neighbors.indices), min(params.neighbors, neighbors.indices.shape[1])
    rows, columns = np.repeat(np.arange(n), k), neighbors.indices[:, :k].ravel()
    near = neighbors.similarities[:, :k].ravel()
    most = np.float32(1) if neighbors.metric is Metric.COSINE else near.max(initial=0)
    one_way = coo_array((np.exp(params.sharpness * (near - most)), (rows, columns)), shape=(n, n)).tocsr()
    weights = one_way.maximum(one_way.T)
    degrees = np.maximum(weights.sum(axis=1), np.finfo(np.float32).tiny)
    scale = diags_array(1 / np.sqrt(degrees))
    return (scale @ weights @ scale).astype(np.float32).tocsr()
