"""Many items against each other: a heat map in clustered order, and the pair under a cell."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.similarity import item
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core.base.types import Matrix
from embedding_core.similarity import MOST_ITEMS, cosine_matrix, snippet
from embedding_core.similarity.stages import OrderItems
from embedding_core.workspace import Selection

NOTE = (
    "Each cell is the cosine similarity of two items. The items are ordered by **seriation**: hierarchical "
    "clustering, with the branches of the tree turned so that adjacent items are similar (**optimal leaf "
    "ordering**). Blocks of high values on the diagonal are groups; high values off the diagonal link two groups. "
    "Further reading: [Bar-Joseph and others, 2001](https://doi.org/10.1093/bioinformatics/17.suppl_1.S22)."
)
_DEFAULT_ITEMS = 200
_READABLE = 60
"""So many cells a side can be hit with a pointer."""
_MOST_NAMED = 30
_HEIGHT = 460


def show(context: AnalysisContext, key: str) -> Selection | None:
    """Draw the matrix of the selected items, or of a sample; return a pair that is to be shown on the map."""
    rows = _rows(context, key)
    if len(rows) < 2:
        empty.hint("A matrix needs at least two items. Select some on the map, or import more rows.")
        return None
    order = context.result(OrderItems(context.space, rows), height=_HEIGHT)
    if order is None:
        return None
    cosines = cosine_matrix(context.vectors[order])
    start = 0
    if len(order) > _READABLE:
        start = int(
            st.slider(
                "Zoom in from position",
                min_value=0,
                max_value=len(order) - _READABLE,
                value=0,
                key=f"{key}-from",
                help="A position in this order.",
            )
        )
    near = slice(start, start + _READABLE)
    names = [f"{row}: {context.dataset.titles[row]}" for row in order[near].tolist()]
    st.caption(f"Right: items {start + 1:,} to {start + len(names):,} of this order. Click a cell to read the pair.")
    left, right = st.columns([1, 1.15], gap="medium")
    least = float(cosines.min())
    with left:
        st.plotly_chart(
            _whole(cosines, start, least), key=f"{key}-whole", config=CONFIG, alt="All cosines, similar items adjacent"
        )
    with right:
        picked: Any = st.plotly_chart(
            _close(cosines[near, near], names, least),
            key=f"{key}-close-{start}",
            config=CONFIG,
            on_select="rerun",
            selection_mode="points",
            alt="Part of the matrix; click a cell",
        )
    chosen = None
    if points := picked["selection"]["points"]:
        down, across, _ = points[0]["customdata"]
        chosen = _pair(context, int(order[start + int(down)]), int(order[start + int(across)]), key)
    code.show(snippet.matrix(context.dataset.key, context.space.encoder, rows))
    return chosen


def _rows(context: AnalysisContext, key: str) -> tuple[int, ...]:
    """Return the selected rows, or as many as asked for, spread evenly over the file."""
    selected = context.selection.rows
    if len(selected) > 1:
        st.caption(f"The {min(len(selected), MOST_ITEMS):,} selected items.")
        return selected[:MOST_ITEMS]
    n = len(context.dataset)
    if n < 3:
        return tuple(range(n))
    count: Any = st.number_input(
        "Items",
        min_value=2,
        max_value=min(n, MOST_ITEMS),
        value=min(n, _DEFAULT_ITEMS),
        step=50,
        key=f"{key}-count",
        width=170,
        help="Evenly spaced over the file. To choose others, select items on the map.",
    )
    return tuple(np.linspace(0, n - 1, int(count)).round().astype(int).tolist())


def _whole(cosines: Matrix, start: int, least: float) -> go.Figure:
    # In hundredths a cell takes one byte on its way, and no eye sees more.
    figure = go.Figure(
        go.Heatmap(
            z=np.round(100 * cosines).astype(np.int8),
            zmin=100 * least,
            zmax=100,
            hovertemplate="positions %{y} and %{x}: %{z} hundredths<extra></extra>",
            showscale=False,
        )
    )
    if len(cosines) > _READABLE:
        box = {"x0": start - 0.5, "x1": start + _READABLE - 0.5, "y0": start - 0.5, "y1": start + _READABLE - 0.5}
        figure.add_shape(type="rect", **box, line={"width": 2, "color": "#d55e00"})
    return _square(figure, len(cosines), [], [])


def _close(cosines: Matrix, names: list[str], least: float) -> go.Figure:
    n = len(names)
    down, across = (axis.ravel() for axis in np.mgrid[0:n, 0:n])
    figure = go.Figure(
        go.Heatmap(
            z=cosines,
            zmin=least,
            zmax=1,
            hoverinfo="skip",
            colorbar={"thickness": 12, "outlinewidth": 0},
        )
    )
    # Streamlit hears of clicks on points only: an unseen one lies on every cell.
    figure.add_scattergl(
        x=across,
        y=down,
        mode="markers",
        marker={"opacity": 0, "size": max(4, _HEIGHT // n - 2), "symbol": "square"},
        selected={"marker": {"opacity": 0.6, "color": "#d55e00"}},
        unselected={"marker": {"opacity": 0}},
        # Lists: of an array the page tells as an object what was clicked.
        customdata=np.column_stack([down, across, cosines.ravel().round(3)]).tolist(),
        hovertemplate="%{customdata[2]:.3f}<extra></extra>",
    )
    ticks = list(range(n)) if n <= _MOST_NAMED else []
    return _square(figure, n, ticks, [plot_label(names[place], 24) for place in ticks])


def _square(figure: go.Figure, n: int, ticks: list[int], names: list[str]) -> go.Figure:
    """Return the figure with n cells a side, as high as wide, the first one at the top."""
    figure.update_yaxes(
        range=[n - 0.5, -0.5],
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
        tickvals=ticks,
        ticktext=names,
    )
    figure.update_xaxes(range=[-0.5, n - 0.5], constrain="domain", tickvals=[])
    figure.update_xaxes(showgrid=False, zeroline=False).update_yaxes(showgrid=False, zeroline=False)
    return laid_out(figure, _HEIGHT)


def _pair(context: AnalysisContext, one: int, other: int, key: str) -> Selection | None:
    """Draw the two items of a cell."""
    cosine = float(context.vectors[one] @ context.vectors[other])
    st.markdown(f"**Cosine {cosine:.3f}**")
    for place, (side, row) in enumerate(zip(st.columns(2, gap="medium"), (one, other), strict=True)):
        with side:
            item.show(context.dataset, row, f"{key}-{place}-{context.key}-{row}")
    asked = st.button("Show both on the map", icon=":material/scatter_plot:", key=f"{key}-map")
    return Selection(tuple(sorted({one, other})), "compared") if asked else None
