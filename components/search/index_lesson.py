"""What approximate indexes give up for speed and size: recall against time, as their parameters vary."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.widgets.palette import CATEGORY_COLORS, Theme
from embedding_core.search.indexes import IndexCurves, IndexKind
from embedding_core.search.mode import APPROXIMATE_FROM

NAMES = {
    IndexKind.FLAT: "Flat (exact)",
    IndexKind.HNSW: "HNSW",
    IndexKind.IVF: "IVF",
    IndexKind.LSH: "LSH",
    IndexKind.PQ: "PQ",
}
_HEIGHT = 380
NOTE = (
    "An **approximate nearest-neighbor (ANN) index** compares the query with fewer rows, or with compressed vectors, "
    "and so may miss some of the true neighbors. **Recall** is the share of the exact top ten that it finds. "
    "**HNSW** walks a neighbor graph; **IVF** searches the nearest of several clusters; **LSH** compares hash bits; "
    "**PQ** (product quantization) stores one byte per segment of a vector. The Search page is exact below "
    f"{APPROXIMATE_FROM:,} items, where that is fast enough; from there on IVF selects candidates, which are scored "
    "exactly. Further reading: [the FAISS library](https://arxiv.org/abs/2401.08281)."
)


def show(curves: IndexCurves, theme: Theme, key: str) -> None:
    """Draw the curves and the figures behind them."""
    st.plotly_chart(figure(curves, theme), key=f"{key}-curve", theme="streamlit", width="stretch")
    st.dataframe(table(curves), hide_index=True, key=f"{key}-table", height=260)
    st.caption(f"{curves.rows:,} rows; one query at a time on one core of this machine.")
    st.markdown(NOTE)


def table(curves: IndexCurves) -> pd.DataFrame:
    """Return every point as a row."""
    return pd.DataFrame(
        {
            "index": [NAMES[point.kind] for point in curves.points],
            "parameter": [f"{point.parameter} {point.value}" if point.value else "" for point in curves.points],
            "recall@10": [round(point.recall, 3) for point in curves.points],
            "ms per query": [round(point.milliseconds, 3) for point in curves.points],
            "MB": [round(point.size / 1e6, 2) for point in curves.points],
            "build time (s)": [round(point.build_seconds, 2) for point in curves.points],
        }
    )


def figure(curves: IndexCurves, theme: Theme) -> go.Figure:
    """Return recall over milliseconds, a line an index; a marker is as large as its index."""
    chart = go.Figure()
    largest = max(point.size for point in curves.points)
    for color, kind in zip(CATEGORY_COLORS[theme], NAMES, strict=False):
        points = [point for point in curves.points if point.kind is kind]
        chart.add_scatter(
            x=[point.milliseconds for point in points],
            y=[point.recall for point in points],
            name=NAMES[kind],
            mode="lines+markers",
            line_color=color,
            marker_size=[6 + 14 * (point.size / largest) ** 0.5 for point in points],
            text=[f"{point.parameter} {point.value}, {point.size / 1e6:.2f} MB" for point in points],
            hovertemplate="%{text}<br>recall %{y:.3f}, %{x:.3f} ms",
        )
    chart.update_layout(height=_HEIGHT, margin={"l": 60, "r": 20, "t": 20, "b": 50}, legend_title_text="")
    chart.update_xaxes(type="log", title_text="Milliseconds per query (median)")
    chart.update_yaxes(title_text="Recall@10", range=[0, 1.03])
    return chart
