"""The page that `benchmarks/map.py` drives: the same points, drawn by our map or by Plotly, on request."""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[1]))

from components.embedding_map import MapPoints, embedding_map
from components.widgets.palette import CATEGORY_COLORS, Theme, coloring

HEIGHT, CLASSES = 620, 12


@st.cache_resource
def points(n: int) -> MapPoints:
    """Return n points in clumps, colored by clump, with no texts: what both draw."""
    draw = np.random.default_rng(0)
    codes = draw.integers(0, CLASSES, n)
    middles = np.random.default_rng(1).normal(size=(CLASSES, 2)) * 4
    xy = (middles[codes] + draw.normal(size=(n, 2))).astype(np.float32)
    kind = coloring(pd.Series(np.array([f"class {i}" for i in range(CLASSES)])[codes], name="kind"))
    return MapPoints(xy, ("",) * n, kind, source="/api/data/none")


@st.cache_resource
def figure(n: int) -> go.Figure:
    """Return the same as a Plotly figure: WebGL points, a trace a class, the row with each point."""
    shown = points(n)
    codes = shown.coloring.codes  # type: ignore[union-attr]
    traces = []
    for code in range(CLASSES):
        rows = np.flatnonzero(codes == code).astype(np.int32)
        x, y = shown.coordinates[rows].T
        marker = {"color": CATEGORY_COLORS[Theme.LIGHT][code], "size": 3, "opacity": 0.6}
        traces.append(go.Scattergl(x=x, y=y, mode="markers", marker=marker, customdata=rows, name=f"class {code}"))
    made = go.Figure(traces)
    made.update_layout(height=HEIGHT, dragmode="pan", uirevision="map", hovermode="closest")
    return made


st.set_page_config(layout="wide")
n = int(st.query_params["n"])
points(n)
if st.query_params["kind"] == "plotly":
    figure(n)
received = 0
if st.toggle("Draw"):
    if st.query_params["kind"] == "ours":
        event = embedding_map(points(n), key="map", theme=Theme.LIGHT, height=HEIGHT)
        received = 0 if event is None else len(event.rows)
    else:
        config = {"scrollZoom": True, "displayModeBar": True}
        chart = st.plotly_chart(
            figure(n), key="map", on_select="rerun", selection_mode=("points", "box", "lasso"), config=config
        )
        received = len(chart["selection"]["points"])
# Each selection is a run of its own, and nothing runs after it: the clock stands where Python had the rows.
st.text(f"{received} rows at {time.time() * 1000:.1f} ms" if received else "nothing received")
