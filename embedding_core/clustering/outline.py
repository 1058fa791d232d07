"""A line round the points of a cluster on a map."""

import numpy as np

from embedding_core.types import Matrix

_DIRECTIONS = 36
_INNER = 0.6


def outline(points: Matrix) -> Matrix:
    """Return the corners, (corners, 2), of a convex line round the core of some points, (n, 2), in order round it.

    Two fifths that lie farthest from their median are left out: on a map a cluster often falls in parts.
    The corners are the points farthest out in each of 36 directions. None for fewer than three that are not on a line.
    """
    placed = points[np.isfinite(points).all(axis=1)].astype(np.float64)
    if len(placed) < 3:
        return np.empty((0, 2), np.float32)
    far = np.square(placed - np.median(placed, axis=0)).sum(axis=1)
    inner = placed[far <= np.quantile(far, _INNER)]
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    farthest = (inner @ np.stack([np.cos(angles), np.sin(angles)])).argmax(axis=0)
    corners = inner[farthest[farthest != np.roll(farthest, 1)]]
    if len(np.unique(corners, axis=0)) < 3:
        return np.empty((0, 2), np.float32)
    found: Matrix = corners.astype(np.float32)
    return found
