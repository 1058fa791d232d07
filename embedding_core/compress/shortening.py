"""Dimensionality reduction for search: truncation or PCA."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix
from embedding_core.base.vectors import unit_rows

_LEAST_DIMS = 8
_STEPS = 4
_SEED = 0


class Reduction(StrEnum):
    """How dimensions are reduced."""

    NONE = "none"
    TRUNCATED = "truncated"
    """The first numbers, as Matryoshka models are trained for: https://arxiv.org/abs/2205.13147."""
    PCA = "pca"
    """The axes along which this data varies most."""


@dataclass(frozen=True, eq=False)
class Shortening:
    """A way from (n, dim) to (n, dims) unit rows, the same for items and queries."""

    reduction: Reduction
    dims: int
    axes: Matrix | None = None
    """(dim, dims), columns of length 1."""

    def apply(self, rows: Matrix) -> Matrix:
        """Return shorter rows of length 1, contiguous in memory."""
        short = rows[:, : self.dims] if self.axes is None else rows @ self.axes
        return np.ascontiguousarray(unit_rows(short), dtype=np.float32)


def default_dims(dim: int) -> tuple[int, ...]:
    """Return sizes worth a try below `dim`, descending: the next powers of two, four at most, none below 8."""
    powers = (2**i for i in range(dim.bit_length(), 0, -1))
    return tuple(power for power in powers if _LEAST_DIMS <= power < dim)[:_STEPS]


def shortenings(rows: Matrix, dims: tuple[int, ...]) -> list[Shortening]:
    """Return the ways to have (n, dim) rows in `dims` numbers, each size truncated and by PCA; all of them first.

    The principal axes are those of the rows about the origin, not about their mean: cosines are angles at the origin,
    and on MiniLM's vectors of two data sets no size kept more of the neighbors when the mean was taken out. Within
    their span they are turned at random, which changes no cosine, but lets every number carry as much as any other:
    bits and pieces need that. Gong and Lazebnik 2011, https://doi.org/10.1109/CVPR.2011.5995432.
    """
    dim = rows.shape[1]
    found = [Shortening(Reduction.NONE, dim)]
    if not dims:
        return found
    _, vectors = np.linalg.eigh((rows.T @ rows).astype(np.float64))
    for size in dims:
        axes = (vectors[:, ::-1][:, :size] @ _turn(size)).astype(np.float32)
        found += [Shortening(Reduction.TRUNCATED, size), Shortening(Reduction.PCA, size, axes)]
    return found


def _turn(size: int) -> NDArray[np.float64]:
    """Return a random rotation, the same each time."""
    turn, _ = np.linalg.qr(np.random.default_rng(_SEED).normal(size=(size, size)))
    return turn
