"""The map: points in, what a person picked out. Drawn with Plotly; nothing outside this folder knows that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.embedding_map.figure import MapPoints, map_figure
from components.palette import Theme

__all__ = ["MapEvent", "MapPoints", "embedding_map"]

_CONFIG = {
    "scrollZoom": True,
    "displaylogo": False,
    "displayModeBar": True,
    "modeBarButtonsToRemove": ["autoScale2d", "toImage"],
    "modeBarButtonsToAdd": ["toImage"],
}


@dataclass(frozen=True)
class MapEvent:
    """What was done on the map."""

    rows: tuple[int, ...]
    """Row numbers, ascending."""
    how: str
    """`lasso`, `box` or `click`."""


def embedding_map(
    points: MapPoints, *, key: str, theme: Theme, selected: Sequence[int] = (), height: int = 640
) -> MapEvent | None:
    """Draw the map and return what is picked out on it, or None.

    `selected` rows stand out when the map first appears; under the same key it must stay the same, since a changed
    chart forgets its zoom.
    """
    figure = map_figure(points, theme, np.asarray(selected, dtype=np.int32), height)
    event = st.plotly_chart(
        figure,
        key=key,
        config=_CONFIG,
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        theme="streamlit",
        width="stretch",
    )
    return read_event(event)


def read_event(event: Any) -> MapEvent | None:
    """Return what a Plotly selection means in row numbers.

    Plotly counts points within each trace, so the row travels with each point as its `customdata`.
    """
    selection = event["selection"]
    rows = sorted({_row(point["customdata"]) for point in selection["points"] if point.get("customdata") is not None})
    if not rows:
        return None
    how = next((name for name in ("lasso", "box") if selection.get(name)), "click")
    return MapEvent(tuple(rows), how)


def _row(customdata: Any) -> int:
    return int(customdata[0] if isinstance(customdata, list) else customdata)
