"""One map laid over another: a map's direction, side and size mean nothing, so they are made alike."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix


@dataclass(frozen=True, eq=False)
class Aligned:
    """A map as it lies over another."""

    coordinates: Matrix
    """(n, dims) float32, in the other's units."""
    disparity: float
    """The share of the other's spread that is left between the two, 0 to 1: 0 when they are the same map."""


def align_maps(still: Matrix, moved: Matrix) -> Aligned:
    """Shift, turn, mirror and scale a map (n, dims) so that the sum of squared distances to another is least.

    Gower 1975, https://doi.org/10.1007/BF02291478. A map whose points all lie on each other, or under such a one, goes
    to the other's middle.

    Raises:
        InputError: they have different shapes or no row.
    """
    from scipy.linalg import orthogonal_procrustes

    if still.shape != moved.shape or len(still) == 0:
        raise InputError(
            f"Maps of shape {still.shape} and {moved.shape} cannot be aligned.",
            "Draw both with the same rows and dimensions.",
        )
    middle = still.mean(axis=0, dtype=np.float64)
    target, source = still - middle, moved - moved.mean(axis=0, dtype=np.float64)
    spread, own = float(np.square(target).sum()), float(np.square(source).sum())
    if spread == 0 or own == 0:
        coordinates = np.broadcast_to(middle, still.shape).astype(np.float32)
        return Aligned(coordinates, 0.0 if spread == own else 1.0)
    rotation, total = orthogonal_procrustes(source, target)
    laid = float(total) / own * (source @ rotation)
    disparity = float(np.square(laid - target).sum()) / spread
    return Aligned((laid + middle).astype(np.float32), disparity)
