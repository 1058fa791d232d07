"""What the charts of several pages have in common."""

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.app.untrusted import shorten

CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["autoScale2d", "lasso2d", "select2d"]}
LEGEND_ABOVE = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
"""Over the plot, covering none of it."""
MARK = "#d55e00"
"""A line at a value: it is seen on light, on dark and on bars."""
_LABEL_CHARS = 36
_BINS = 60


def plot_label(text: str, limit: int = _LABEL_CHARS) -> str:
    """Return text of the data as Plotly may show it: short, on one line, no HTML."""
    return html.escape(shorten(" ".join(text.split()), limit), quote=False)


def laid_out(figure: go.Figure, height: int, **layout: Any) -> go.Figure:
    """Return the figure with small margins and no legend unless asked for."""
    return figure.update_layout(
        height=height, margin={"l": 8, "r": 8, "t": 8, "b": 8}, **{"showlegend": False} | layout
    )


def histogram(values: NDArray[Any], title: str, mark: float | None = None, height: int = 220) -> go.Figure:
    """Return how values are spread, with a line at one that is to be seen among them."""
    counts, edges = np.histogram(values, bins=_edges(values))
    figure = go.Figure(
        go.Bar(
            x=(edges[1:] + edges[:-1]) / 2,
            y=counts,
            width=np.diff(edges),
            marker={"line": {"width": 0}},
            hovertemplate="%{x:.4~r}: %{y:,}<extra></extra>",
        )
    )
    if mark is not None:
        # Its number stands above the bars.
        figure.update_yaxes(range=[0, 1.15 * float(counts.max())])
        figure.add_vline(x=mark, line={"width": 2, "dash": "dash", "color": MARK}, annotation_text=f"{mark:.3f}")
    figure.update_xaxes(title=title)
    figure.update_yaxes(visible=False)
    return laid_out(figure, height, bargap=0)


def _edges(values: NDArray[Any]) -> int | NDArray[Any]:
    """Return where bins begin and end: of counts each holds as many whole numbers, or some would stand out."""
    if not np.issubdtype(values.dtype, np.integer):
        return _BINS
    low, high = int(values.min()), int(values.max())
    step = 1 + (high - low) // _BINS
    return np.arange(low, high + step + 1, step) - 0.5
