"""The map as a Plotly figure, on the page in three dimensions only: the same points always give the same bytes.

Streamlit keeps a chart's zoom and selection only while its description does not change, so nothing that changes
between two runs of a page may get in here.
"""

import html
import textwrap
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.app.untrusted import shorten
from components.embedding_map.points import MapEvent, MapPoints
from components.widgets.palette import (
    CATEGORY_COLORS,
    GRAY,
    MISSING,
    OTHER,
    PLAIN,
    SHOWN_CATEGORIES,
    Categories,
    Numbers,
    Theme,
)

_HOVER_WIDTH, _HOVER_LINES = 60, 6
_SHORT_HOVER_ABOVE = 20_000
"""With more points than this, hover texts are cut to one line: they travel with the figure."""
_NAME_LENGTH = 24
_PAGE_HEIGHT = 820
_TOOLBAR = 36
"""Room for Plotly's buttons, in pixels, so that they do not lie on the legend."""


def map_figure(points: MapPoints, theme: Theme, height: int) -> go.Figure:
    """Return the figure of (n, 2) or (n, 3) coordinates."""
    n = len(points.coordinates)
    hover = np.array(hover_texts(points.texts), dtype=object)
    marker = {"size": _marker_size(n), "opacity": _marker_opacity(n)}
    traces = [
        _trace(points, rows, hover, {**marker, **style}, name)
        for rows, style, name in _groups(points, theme)
        if len(rows)
    ]
    figure = go.Figure(traces)
    figure.update_layout(**_layout(points, height))
    return figure


def plotly_html(points: MapPoints, title: str) -> bytes:
    """Return the figure as a page that needs no network; it holds all of Plotly, about 5 MB."""
    figure = map_figure(points, Theme.LIGHT, _PAGE_HEIGHT)
    figure.update_layout(template="plotly_white", title={"text": html.escape(title, quote=False)}, margin={"t": 64})
    page: str = figure.to_html(include_plotlyjs=True, config={"scrollZoom": True, "displaylogo": False})
    return page.encode("utf-8", errors="replace")


def read_selection(event: Any) -> MapEvent | None:
    """Return what a Plotly selection means in row numbers.

    Plotly counts points within each trace, so the row travels with each point as its `customdata`.
    """
    picked = [point["customdata"] for point in event["selection"]["points"] if point.get("customdata") is not None]
    rows = sorted({int(row[0] if isinstance(row, list) else row) for row in picked})
    return MapEvent(tuple(rows), "click", rows[0]) if rows else None


@lru_cache(maxsize=4)
def hover_texts(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts wrapped and escaped: Plotly reads a little HTML, and data must never be read as such.

    Remembered for the data sets drawn last: wrapping 10,000 texts takes longer than drawing them.
    """
    if len(texts) > _SHORT_HOVER_ABOVE:
        return tuple(html.escape(text[:_HOVER_WIDTH], quote=False) for text in texts)
    shown = _HOVER_WIDTH * _HOVER_LINES
    return tuple(
        "<br>".join(
            html.escape(line, quote=False)
            for line in textwrap.wrap(text[: shown * 2], _HOVER_WIDTH, max_lines=_HOVER_LINES, placeholder=" …")
        )
        for text in texts
    )


def _groups(points: MapPoints, theme: Theme) -> list[tuple[NDArray[np.intp], dict[str, Any], str]]:
    """Return the traces to draw, the quiet ones first: rows, marker style, name."""
    colors = points.coloring
    gray = {"color": GRAY[theme]}
    if isinstance(colors, Categories):
        quiet = [
            (np.flatnonzero(colors.codes < 0), gray, MISSING),
            (np.flatnonzero(colors.codes >= SHOWN_CATEGORIES), gray, f"{OTHER} ({colors.others})"),
        ]
        palette = CATEGORY_COLORS[theme]
        return quiet + [
            (np.flatnonzero(colors.codes == code), {"color": palette[code]}, label_text(name))
            for code, name in enumerate(colors.names[:SHOWN_CATEGORIES])
        ]
    if isinstance(colors, Numbers):
        known = np.isfinite(colors.values)
        scale = {
            "color": colors.values[known],
            "cmin": colors.low,
            "cmax": colors.high,
            "colorscale": "Viridis",
            "showscale": True,
            "colorbar": {"thickness": 12, "outlinewidth": 0, "len": 0.6},
        }
        return [(np.flatnonzero(~known), gray, MISSING), (np.flatnonzero(known), scale, "")]
    return [(np.arange(len(points.coordinates)), {"color": PLAIN[theme]}, "")]


def label_text(name: str) -> str:
    """Return a class name that is safe and short enough for a legend."""
    return html.escape(shorten(" ".join(name.split()), _NAME_LENGTH), quote=False)


def _trace(
    points: MapPoints, rows: NDArray[np.intp], hover: NDArray[np.object_], marker: dict[str, Any], name: str
) -> go.Scatter3d | go.Scattergl:
    places = points.coordinates[rows].T
    return (go.Scatter3d if len(places) == 3 else go.Scattergl)(
        **dict(zip("xyz", places, strict=False)),
        mode="markers",
        name=name,
        showlegend=bool(name),
        marker=marker,
        text=hover[rows],
        hovertemplate="%{text}<extra></extra>",
        customdata=rows.astype(np.int32),
    )


def _layout(points: MapPoints, height: int) -> dict[str, Any]:
    titles = dict(zip("xyz", points.axes, strict=False))
    axes = {f"{axis}axis": {"showticklabels": False, "title": {"text": titles.get(axis, "")}} for axis in "xyz"}
    if points.coordinates.shape[1] == 3:
        kind = {"dragmode": "orbit", "scene": axes}
    else:
        across, up = ({**axes[axis], "showgrid": False, "zeroline": False} for axis in ("xaxis", "yaxis"))
        kind = {"dragmode": "pan", "xaxis": across, "yaxis": {**up, "scaleanchor": "x"}}
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": _TOOLBAR, "b": 8},
        **kind,
        "uirevision": "map",
        "hoverlabel": {"align": "left"},
        "legend": {"itemsizing": "constant", "bgcolor": "rgba(0,0,0,0)", "font": {"size": 12}},
    }


def _marker_size(n: int) -> float:
    return float(np.clip(110 / np.sqrt(max(n, 1)), 3, 9))


def _marker_opacity(n: int) -> float:
    return float(np.clip(30 / np.sqrt(max(n, 1)), 0.6, 0.9))
