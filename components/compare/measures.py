"""How far two encoders agree: the figures, each beside what chance gives."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.widgets.metric import metric
from components.widgets.plots import CONFIG, laid_out
from embedding_core.compare import SpaceComparison
from embedding_core.compare.stages import Compared

_MANY, _SOME = 0.6, 0.3


def show(found: Compared, key: str) -> None:
    """Draw the mean overlap, the alignment, and how the overlap is spread over the rows."""
    near = found.neighborhoods
    left, right = st.columns([1, 1.4], gap="medium", vertical_alignment="center")
    with left, st.grid(2, min_column_width=170):
        metric("Shared neighbors", f"{near.overlap:.1%}", f"{near.chance:.1%} at random, k = {near.k}")
        cka = "–" if found.cka is None else f"{found.cka:.3f}"
        metric("CKA", cka, "0 unrelated, 1 identical" if found.cka is not None else "not defined here")
    with right:
        st.plotly_chart(_spread(near), key=f"{key}-spread", config=CONFIG, alt="Number of shared neighbors per row")
    st.caption(_summary(near))


def _spread(near: SpaceComparison) -> go.Figure:
    counts = np.bincount(np.rint(near.overlaps * near.k).astype(np.int64), minlength=near.k + 1)
    figure = go.Figure(go.Bar(x=np.arange(near.k + 1), y=counts, hovertemplate="%{y:,} rows share %{x}<extra></extra>"))
    figure.update_xaxes(title=f"Shared neighbors of {near.k}", dtick=max(1, near.k // 10))
    figure.update_yaxes(title="Rows")
    return laid_out(figure, 190, bargap=0.15)


def _summary(near: SpaceComparison) -> str:
    none = int((near.overlaps == 0).sum())
    if near.overlap >= _MANY:
        words = "The two encoders mostly agree on the neighbors."
    elif near.overlap >= _SOME:
        words = "The two encoders agree in part: many rows have different neighbors."
    else:
        words = "The two encoders disagree on most neighbors."
    return f"{words} {none:,} of {len(near.overlaps):,} rows share no neighbor."
