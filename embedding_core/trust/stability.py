"""Stability of a map under other seeds, by Procrustes analysis.

Procrustes analysis: Gower 1975, https://doi.org/10.1007/BF02291478.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix, Vector
from embedding_core.projection.alignment import align_maps


@dataclass(frozen=True, eq=False)
class Stability:
    """A map compared with maps of the same rows by other seeds."""

    aligned: tuple[Matrix, ...]
    """(n, dims) each: the other maps turned, mirrored, moved and scaled onto the first."""
    disparity: tuple[float, ...]
    """For each other map what does not fit, as a share of the spread: 0 the same map, 1 nothing in common."""
    moved: Vector
    """(n,) how far each point moves on average, in radii of the map (its root mean square distance from the middle)."""

    @property
    def median(self) -> float:
        """The median distance that a point moves, in radii of the map."""
        return float(np.median(self.moved))


def stability(first: Matrix, others: Sequence[Matrix]) -> Stability:
    """Align other maps (n, dims) of the same rows with the first, and return how far each point moves.

    Raises:
        InputError: there is no other map, or the shapes differ.
    """
    if not others:
        raise InputError("Stability needs at least two maps.", "Draw another map with a different seed.")
    aligned = [align_maps(first, other) for other in others]
    middle = first.mean(axis=0, dtype=np.float64)
    radius = float(np.sqrt(np.square(first - middle).sum(axis=1).mean())) or 1.0
    moved = np.mean([np.linalg.norm(one.coordinates - first, axis=1) for one in aligned], axis=0) / radius
    return Stability(
        tuple(one.coordinates for one in aligned), tuple(one.disparity for one in aligned), moved.astype(np.float32)
    )
