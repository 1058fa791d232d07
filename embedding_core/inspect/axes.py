"""Semantic axes: a direction in the space from one meaning to another, and items projected on it.

The axis is the difference of the means of two sets, as in Bolukbasi et al. 2016, https://arxiv.org/abs/1607.06520, and
semantic projection, Grand et al. 2022, https://doi.org/10.1038/s41562-022-01316-8.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows

_SHORT = 1e-4
_RANDOM_AXES = 200
_SEED = 0


@dataclass(frozen=True, eq=False)
class SemanticAxis:
    """An axis from one pole to another: the first is at -1, the second at 1."""

    direction: Vector
    """(dim,), of length 1, toward the second pole."""
    middle: float
    """The projection of the midpoint between the poles."""
    half: float
    """The distance from the midpoint to either pole."""
    held_out: float | None
    """The share of the poles' own members that fall on their side of the line drawn without them; None when both poles
    have one member."""

    def place(self, vectors: Matrix) -> Vector:
        """Return the positions of vectors (n, dim) on the axis, (n,); their length does not matter."""
        along = unit_rows(as_matrix(vectors)) @ self.direction
        placed: Vector = ((along - self.middle) / self.half).astype(np.float32)
        return placed


@dataclass(frozen=True)
class AxisVariance:
    """The share of the variance of items that an axis explains."""

    share: float
    """Of the variance of the unit vectors."""
    by_chance: float
    """The median share of axes between two random items."""
    beaten: float
    """Of those axes, the share that shows less."""


def span(first: Matrix, second: Matrix) -> SemanticAxis:
    """Return the axis from the mean of vectors (n, dim) to the mean of others (m, dim); their length does not matter.

    Raises:
        InputError: a pole has no vector, or the two means are the same.
    """
    poles = [unit_rows(as_matrix(pole)) for pole in (first, second)]
    means = [pole.mean(axis=0) for pole in poles]
    gap = means[1] - means[0]
    length = float(np.linalg.norm(gap))
    if length < _SHORT:
        raise InputError("The two ends of the axis have the same vector.", "Choose words that differ in meaning.")
    direction = gap / length
    middle = float((means[0] + means[1]) @ direction) / 2
    return SemanticAxis(direction, middle, length / 2, _held_out(poles))


def _held_out(poles: list[Matrix]) -> float | None:
    """Return how many members fall on their side of the axis of all others; a pole's only member is not taken out."""
    hits = []
    for side, pole in enumerate(poles):
        for row in range(len(pole) if len(pole) > 1 else 0):
            own = np.delete(pole, row, axis=0).mean(axis=0)
            other = poles[1 - side].mean(axis=0)
            hits.append(float((pole[row] - (own + other) / 2) @ (own - other)) > 0)
    return float(np.mean(hits)) if hits else None


def spread_along(axis: SemanticAxis, vectors: Matrix) -> AxisVariance:
    """Return the variance of vectors (n, dim) that an axis explains, compared with axes between two random items."""
    unit = unit_rows(as_matrix(vectors))
    centered = unit - unit.mean(axis=0)
    total = float(np.square(centered).sum())
    if total < _SHORT:
        return AxisVariance(0.0, 0.0, 0.0)
    share = float(np.square(centered @ axis.direction).sum()) / total
    shares = _random_shares(unit, centered, total)
    if not len(shares):
        return AxisVariance(share, 0.0, 0.0)
    return AxisVariance(share, float(np.median(shares)), float((shares < share).mean()))


def _random_shares(unit: Matrix, centered: Matrix, total: float) -> NDArray[np.float64]:
    rng = np.random.default_rng(_SEED)
    left, right = rng.integers(len(unit), size=(2, _RANDOM_AXES))
    gaps = unit[left] - unit[right]
    lengths = np.linalg.norm(gaps, axis=1)
    kept = lengths > _SHORT
    directions = gaps[kept] / lengths[kept, None]
    # (dim, dim) once, in place of all rows for every axis.
    scatter = centered.T @ centered
    shares: NDArray[np.float64] = np.einsum("ad,de,ae->a", directions, scatter, directions, optimize=True) / total
    return shares
