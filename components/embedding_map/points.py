"""What a map shows, and what a person did on it: plain data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.widgets.palette import Coloring
from embedding_core.base.types import Indices, Matrix


@dataclass(frozen=True)
class MapLabel:
    """A name that stands on the map."""

    x: float
    y: float
    text: str
    weight: float = 1.0
    """Where two names have no room beside each other, the one with more weight stays."""
    code: int | None = None
    """The class it names, as its place among the names of the coloring: it has its color and is hidden with it."""


@dataclass(frozen=True)
class MapOutline:
    """A line round a region, in the color of a class."""

    corners: tuple[tuple[float, float], ...]
    """In the units of `coordinates`."""
    code: int
    """The place of the class in the coloring."""


@dataclass(frozen=True)
class MapLines:
    """Lines from one item, which is ringed, to others, such as its true neighbors."""

    row: int
    to: tuple[int, ...]
    """Nearest first."""


@dataclass(frozen=True, eq=False)
class MapPoints:
    """What the map shows; a row number means the same item everywhere."""

    coordinates: Matrix
    """(n, 2) or (n, 3); a row with a NaN or an infinity has no place and is not drawn."""
    texts: tuple[str, ...]
    """Shown when the pointer rests on a point."""
    coloring: Coloring | None = None
    axes: tuple[str, ...] = ()
    """What the axes mean; empty where they mean nothing, as with UMAP."""
    source: str = ""
    """The address under which the app tells of a row, `/items/<row>` and `/pictures/<row>` below it; empty: nowhere."""
    card: tuple[str, ...] = ()
    """The columns on the card that opens where the pointer rests; the first few when none is named."""
    pictures: NDArray[np.bool_] | None = None
    """Which rows have a picture, (n,)."""
    marks: NDArray[np.uint8] | None = None
    """The shape of each row, (n,): 0 disc, 1 square, 2 diamond; None: all discs."""
    mark_names: tuple[str, ...] = ()
    """What the shapes mean, in that order."""
    labels: tuple[MapLabel, ...] = ()
    """In the units of `coordinates`; as many are shown as have room, more of them as one zooms in.

    Clusters are shown by coloring by them and giving each a label with its code.
    """
    outlines: tuple[MapOutline, ...] = ()
    """Shown at once; without any, a button draws a line round each class where nine tenths of it are densest."""
    hits: Indices | tuple[int, ...] = ()
    """Rows to ring, the best first."""
    star: tuple[float, float] | None = None
    """Where a query would lie, in the units of `coordinates`."""
    lines: MapLines | None = None
    window: tuple[float, float, float, float] | None = None
    """Left, bottom, right and top of what is shown, all points within it, in the units of `coordinates`; None: as far
    as the points reach. From one map to another with the same window the zoom is kept, as places mean the same.
    """
    note: str = ""
    """A few words at the map's foot on how to read it."""


@dataclass(frozen=True)
class MapEvent:
    """What was done on the map."""

    rows: tuple[int, ...]
    """The selected row numbers, ascending: all that are selected now."""
    how: str
    """`lasso`, `box`, `click`, `legend`, `search`, `invert`, `undo` or `clear`."""
    row: int | None = None
    """The row that was clicked."""
