"""Names for the classes of a map, each where its class is in the majority."""

import numpy as np
from numpy.typing import NDArray

from components.embedding_map import MapLabel
from components.widgets.palette import Categories
from embedding_core.base.types import Matrix

_CELLS = 24
_REACH = 2
"""So many cells about the densest one count as the place of a class."""
_MOST = 200
_FEWEST = 3
_MAJORITY = 0.5


def class_labels(coordinates: Matrix, classes: Categories) -> tuple[MapLabel, ...]:
    """Return a name for each class that has a place of its own, the largest class first.

    The place is the mean of its points about the densest of 24 x 24 cells, and more than half of what lies there must
    be of the class: one that is spread thinly over the map gets no name, as there is nothing to point at.

    Args:
        coordinates: (n, 2); rows with a NaN or an infinity are left out.
        classes: of the same rows.
    """
    placed = np.isfinite(coordinates).all(axis=1)
    shown = min(len(classes.names), _MOST)
    if not shown or not placed.any():
        return ()
    xy, codes = coordinates[placed].astype(np.float64), classes.codes[placed]
    low, high = xy.min(axis=0), xy.max(axis=0)
    side = float((high - low).max()) or 1.0
    cells = np.minimum((xy - low) / side * _CELLS, _CELLS - 1).astype(np.int64)
    named = (codes >= 0) & (codes < shown)
    everything = _density(cells, np.zeros_like(codes), 1)[0]
    dense = _density(cells[named], codes[named], shown)
    labels = []
    for code in range(shown):
        peak = np.unravel_index(int(dense[code].argmax()), (_CELLS, _CELLS))
        near = (np.abs(cells - peak) <= _REACH).all(axis=1) & (codes == code)
        if near.sum() < _FEWEST or dense[code][peak] <= _MAJORITY * everything[peak]:
            continue
        x, y = xy[near].mean(axis=0)
        labels.append(MapLabel(float(x), float(y), classes.names[code], float(classes.counts[code]), code))
    return tuple(labels)


def _density(cells: NDArray[np.int64], codes: NDArray[np.int32], classes: int) -> NDArray[np.float64]:
    """Return the number of points of each class in each cell, (classes, 24, 24), averaged twice over 3 x 3 cells."""
    place = (codes.astype(np.int64) * _CELLS + cells[:, 0]) * _CELLS + cells[:, 1]
    counts = np.bincount(place, minlength=classes * _CELLS**2).reshape(classes, _CELLS, _CELLS).astype(np.float64)
    for _ in range(2):
        wide = np.pad(counts, ((0, 0), (1, 1), (1, 1)))
        high = wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]
        counts = (high[:, :, :-2] + high[:, :, 1:-1] + high[:, :, 2:]) / 9
    return counts
