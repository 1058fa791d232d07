"""Where on a picture the patches lie that a model reads it in, as far as their order among its tokens tells."""

import re
from collections.abc import Sequence
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices

_TILE = re.compile(r"<row_(\d+)_col_(\d+)>")


def in_rows(is_patch: NDArray[np.bool_], rows: int, columns: int) -> Indices | None:
    """Return the grid (rows, columns) of patches that come row by row; None where there are not as many."""
    places = np.flatnonzero(is_patch)
    return places.reshape(rows, columns).astype(np.int32) if len(places) == rows * columns else None


def in_tiles(is_patch: NDArray[np.bool_], pieces: Sequence[str]) -> Indices | None:
    """Return the grid of patches that come tile by tile, each square and after its name, and then once for the whole.

    So do Idefics3, SmolVLM and ColModernVBERT. Those of the whole are left out, unless they are all there is. Where the
    tiles do not add up it is None.
    """
    places = np.flatnonzero(is_patch)
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    side = isqrt(len(runs[0]))
    if not side or {len(run) for run in runs} != {side * side}:
        return None
    tiles = np.array(runs, np.int32).reshape(-1, side, side)
    if len(tiles) == 1:
        whole: Indices = tiles[0]
        return whole
    last = _TILE.fullmatch(pieces[tiles[-2, 0, 0] - 1])
    rows, columns = map(int, last.groups()) if last else (0, 0)
    if rows * columns != len(tiles) - 1:
        return None
    grid: Indices = tiles[:-1].reshape(rows, columns, side, side).swapaxes(1, 2).reshape(rows * side, columns * side)
    return grid


def name_patches(pieces: Sequence[str], is_patch: NDArray[np.bool_], grid: Indices | None) -> list[str]:
    """Return the pieces, each patch by its row and column; one that shows the whole, or has no place, by its number."""
    names = list(pieces)
    placed = np.zeros(0, np.int32) if grid is None else grid
    for number, place in enumerate(np.setdiff1d(np.flatnonzero(is_patch), placed).tolist(), 1):
        names[place] = f"patch {number}" if grid is None else f"whole picture, patch {number}"
    if grid is not None:
        for (row, column), place in np.ndenumerate(grid):
            names[place] = f"row {row + 1}, column {column + 1}"
    return names
