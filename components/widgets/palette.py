"""Colors that stay apart for color-blind eyes, for light and for dark backgrounds.

The first eight are Okabe and Ito's (2008, https://jfly.uni-koeln.de/color/); the rest were chosen so that the smallest
distance in OKLab, for normal and for three kinds of color-blind sight, stays as large as it can.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SHOWN_CATEGORIES = 19
"""More than about twenty colors cannot be told apart: the rest share one gray."""
OTHER, MISSING = "other", "no value"
_NUMBERS_AS_CATEGORIES = 12


class Theme(StrEnum):
    """Which background the colors stand on."""

    LIGHT = "light"
    DARK = "dark"


CATEGORY_COLORS = {
    Theme.LIGHT: (
        "#0072b2",
        "#d55e00",
        "#009e73",
        "#cc79a7",
        "#56b4e9",
        "#e69f00",
        "#690f00",
        "#3c1e78",
        "#0000d2",
        "#784b5a",
        "#a569ff",
        "#b40f00",
        "#a5b487",
        "#5a2d4b",
        "#c31e96",
        "#8700ff",
        "#6900a5",
        "#e100c3",
        "#ff78d2",
        "#a55a4b",
    ),
    Theme.DARK: (
        "#56b4e9",
        "#e69f00",
        "#009e73",
        "#f0e442",
        "#cc79a7",
        "#d55e00",
        "#0072b2",
        "#78ffff",
        "#a5d2a5",
        "#8700ff",
        "#b42d1e",
        "#9678ff",
        "#964b78",
        "#87d2ff",
        "#d2f0b4",
        "#d200b4",
        "#96b487",
        "#e1c35a",
        "#87c3c3",
        "#00a5c3",
    ),
}
GRAY = {Theme.LIGHT: "#b4b8c0", Theme.DARK: "#565c68"}
_VIRIDIS = (
    "#440154",
    "#482475",
    "#414487",
    "#355f8d",
    "#2a788e",
    "#21918c",
    "#22a884",
    "#44bf70",
    "#7ad151",
    "#bddf26",
    "#fde725",
)
SCALE = {Theme.LIGHT: _VIRIDIS[::-1], Theme.DARK: _VIRIDIS}
"""For numbers, from low to high: the high values stand out from the background."""
PLAIN = {Theme.LIGHT: "#0072b2", Theme.DARK: "#56b4e9"}


@dataclass(frozen=True, eq=False)
class Categories:
    """A class for every row, as its place among the names; -1 means no value."""

    codes: NDArray[np.int32]
    names: tuple[str, ...]
    """Most frequent first; the first `SHOWN_CATEGORIES` have colors of their own."""
    counts: tuple[int, ...]
    title: str = ""
    """The column."""

    @property
    def others(self) -> int:
        """How many names share the gray."""
        return max(0, len(self.names) - SHOWN_CATEGORIES)


@dataclass(frozen=True, eq=False)
class Numbers:
    """A number for every row; NaN means no value."""

    values: NDArray[np.float64]
    low: float
    """The scale runs from the 2nd to the 98th percentile, so one stray value does not flatten it."""
    high: float
    title: str = ""
    """The column."""


Coloring = Categories | Numbers


def coloring(column: pd.Series) -> Coloring:
    """Return how to color by a column: as numbers when it holds many different ones, else as classes."""
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if is_number and column.nunique() > _NUMBERS_AS_CATEGORIES:
        return numbers(column)
    names = column.astype("string").where(column.notna() & (column.astype("string") != ""))
    counts = names.value_counts()
    # Ties go by name, so that the same data always has the same colors.
    order = sorted(counts.index, key=lambda name: (-counts[name], name))
    place = {name: code for code, name in enumerate(order)}
    codes = np.fromiter((place.get(name, -1) for name in names.fillna("")), dtype=np.int32, count=len(names))
    return Categories(codes, tuple(order), tuple(int(counts[name]) for name in order), str(column.name))


def numbers(column: pd.Series) -> Numbers:
    """Return how to color by a column of numbers, however few of them differ."""
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [2, 98]) if finite.size else (0.0, 1.0)
    return Numbers(np.where(np.isfinite(values), values, np.nan), float(low), float(high), str(column.name))
