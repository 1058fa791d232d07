"""What moves when only the seed changes: maps laid over each other as well as they fit.

Procrustes analysis: Gower 1975, https://doi.org/10.1007/BF02291478.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.errors import InputError
from embedding_core.types import Matrix, Vector


@dataclass(frozen=True, eq=False)
class Stability:
    """One map held against others of the same rows, by other seeds."""

    aligned: tuple[Matrix, ...]
    """(n, dims) each: the other maps turned, mirrored, moved and scaled onto the first."""
    disparity: tuple[float, ...]
    """For each other map what does not fit, as a share of the spread: 0 the same map, 1 nothing in common."""
    moved: Vector
    """(n,) how far each point moves on average, in radii of the map (its root mean square distance from the middle)."""

    @property
    def median(self) -> float:
        """How far the median point moves, in radii."""
        return float(np.median(self.moved))


def procrustes(target: Matrix, moving: Matrix) -> tuple[Matrix, float]:
    """Return a map laid onto another, (n, dims), and the share of the spread that does not fit, 0 to 1.

    Raises:
        InputError: the maps have different shapes.
    """
    if target.shape != moving.shape:
        raise InputError(f"Maps of shape {target.shape} and {moving.shape} cannot be laid over each other.", "")
    middle = target.mean(axis=0, dtype=np.float64)
    first, second = target - middle, moving - moving.mean(axis=0, dtype=np.float64)
    spread, other = np.square(first).sum(), np.square(second).sum()
    if spread == 0 or other == 0:
        return np.broadcast_to(middle, target.shape).astype(np.float32), float(spread != other)
    left, values, right = np.linalg.svd(second.T @ first)
    scale = values.sum() / other
    laid = scale * second @ (left @ right) + middle
    return laid.astype(np.float32), float(np.clip(1 - values.sum() ** 2 / (spread * other), 0, 1))


def stability(first: Matrix, others: Sequence[Matrix]) -> Stability:
    """Lay other maps (n, dims) of the same rows onto the first and say how far each point moves.

    Raises:
        InputError: there is no other map, or the shapes differ.
    """
    if not others:
        raise InputError("There is no other map to compare with.", "Draw one with another seed.")
    laid = [procrustes(first, other) for other in others]
    middle = first.mean(axis=0, dtype=np.float64)
    radius = float(np.sqrt(np.square(first - middle).sum(axis=1).mean())) or 1.0
    moved = np.mean([np.linalg.norm(places - first, axis=1) for places, _ in laid], axis=0) / radius
    return Stability(tuple(places for places, _ in laid), tuple(gap for _, gap in laid), moved.astype(np.float32))
