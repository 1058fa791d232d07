"""One map laid over another."""

from dataclasses import replace
from functools import lru_cache

from components.embedding_map.labels import class_labels
from components.embedding_map.points import MapPoints
from components.widgets.palette import Categories
from embedding_core.projection.alignment import align_maps


@lru_cache(maxsize=8)
def laid(still: MapPoints, moved: MapPoints) -> tuple[MapPoints, float]:
    """Return a map as it lies over another, and the share of the other's spread that is left between them.

    Remembered: the same map must stay the same object, or it is sent again with every run.
    """
    aligned = align_maps(still.coordinates, moved.coordinates)
    colors = moved.coloring
    labels = class_labels(aligned.coordinates, colors) if isinstance(colors, Categories) else ()
    return replace(moved, coordinates=aligned.coordinates, labels=labels, axes=()), aligned.disparity
