"""Outlines of clusters on a map."""

import numpy as np

from embedding_core.base.types import Matrix

_DIRECTIONS = 36
_NEIGHBORS = [(across, up) for across in (-1, 0, 1) for up in (-1, 0, 1)]


def largest_part(points: Matrix, reach: float) -> Matrix:
    """Return those of (n, 2) points that lie together where most of them do: on a map clusters often fall in parts.

    Squares as wide as `reach` that hold a point and touch belong together.
    """
    placed = points[np.isfinite(points).all(axis=1)]
    if not len(placed) or reach <= 0:
        return placed
    squares = np.floor((placed.astype(np.float64) - placed.min(axis=0)) / reach).astype(np.int64)
    held, of_point, counts = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    place = {tuple(square): i for i, square in enumerate(held.tolist())}
    left = set(range(len(held)))
    parts = []
    while left:
        part = [left.pop()]
        for square in part:  # grows as it is gone through
            x, y = held[square].tolist()
            touching = {place[at] for dx, dy in _NEIGHBORS if (at := (x + dx, y + dy)) in place} & left
            left -= touching
            part.extend(touching)
        parts.append(part)
    return placed[np.isin(of_point, max(parts, key=lambda part: counts[part].sum()))]


def outline(points: Matrix) -> Matrix:
    """Return the corners, (corners, 2), of a convex line round points, (n, 2), in order round them.

    They are the points farthest out in each of 36 directions. None for fewer than three that are not on a line.
    """
    if len(points) < 3:
        return np.empty((0, 2), np.float32)
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    farthest = (points.astype(np.float64) @ np.stack([np.cos(angles), np.sin(angles)])).argmax(axis=0)
    corners: Matrix = points[farthest[farthest != np.roll(farthest, 1)]].astype(np.float32)
    return corners if len(np.unique(corners, axis=0)) > 2 else corners[:0]
