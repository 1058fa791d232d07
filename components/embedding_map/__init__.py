"""The map: points in, what a person picked out. In two dimensions it is our own (js/), in three it is Plotly's."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.embedding_map import payload
from components.embedding_map.bundle import bundle
from components.embedding_map.events import read_event
from components.embedding_map.plotly_map import map_figure, read_selection
from components.embedding_map.points import MapEvent, MapLabel, MapLines, MapOutline, MapPoints
from components.widgets.palette import Theme

__all__ = ["MapEvent", "MapLabel", "MapLines", "MapOutline", "MapPoints", "embedding_map"]

_STYLE = (Path(__file__).parent / "map.css").read_text(encoding="utf-8")
_MAP = st.components.v2.component("vectorscope_map", css=_STYLE, js=bundle("main"))
_FEED = st.components.v2.component("vectorscope_map_feed", js=bundle("feed"))


def embedding_map(
    points: MapPoints, *, key: str, theme: Theme, selected: Sequence[int] = (), height: int = 640, fill: bool = False
) -> MapEvent | None:
    """Draw the map and return what was just picked out on it, or None.

    Under one key everything may change and the map stays the same: other coordinates of the same rows travel there,
    other colors and another selection keep the zoom. `theme` counts only in three dimensions. With `fill` the map
    is as high as the window leaves room for, and at least `height` pixels.
    """
    if points.coordinates.shape[1] == 3:
        return _in_space(points, key, theme, height)
    name = key.replace("__", "_")
    with st.container(gap=None):
        for part, data in payload.parts(points, name, selected).items():
            _FEED(data=data, key=f"{name}-{part}", height="content")
        result = _MAP(
            data={"key": name, "least": height if fill else 0},
            key=name,
            height="content" if fill else height,
            on_picked_change=_take_notice,
        )
    return read_event(result.picked, len(points.texts))


def _take_notice() -> None:
    """Be there: Streamlit passes on only events that have a callback."""


def _in_space(points: MapPoints, key: str, theme: Theme, height: int) -> MapEvent | None:
    event = st.plotly_chart(
        map_figure(points, theme, height),
        key=f"{key}-space",
        config={"scrollZoom": True, "displaylogo": False},
        on_select="rerun",
        selection_mode="points",
        theme="streamlit",
        width="stretch",
    )
    return read_selection(event)
