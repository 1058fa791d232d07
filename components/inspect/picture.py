"""A picture to look into: one that was brought, or one of the data set; and numbers laid over it."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from components.app.untrusted import shorten
from components.inspect.context import InspectContext
from components.widgets import upload, uploaded_picture
from components.widgets.plots import laid_out
from embedding_core.base.types import Key

NEEDED = "Upload a picture, or open a data set with pictures such as the sample “Drawn shapes”."
_HEIGHTS = (220, 460)
_WIDTH = 470
"""Pixels there usually are beside the color bar: a wide picture gets no more height than it fills."""
_OFFERED = 1_000


@dataclass(frozen=True)
class Chosen:
    """A picture of an album, or an upload where there is none."""

    key: Key
    album: Key | None
    caption: str
    """What the data set says of it."""


def choose(context: InspectContext, key: str) -> tuple[Chosen | None, Key | None]:
    """Draw the choice of a picture; return it, and one that was just brought, "" when it was put away."""
    own = context.picture if context.picture and context.engine.store.has("upload", context.picture) else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picture = Chosen(own, None, "") if own is not None else _of_dataset(context, key)
        # With another key it closes over what was just brought.
        with st.popover("Upload a picture", icon=":material/image:", key=f"{key}-bring-{(own or '')[:8]}"):
            found = upload.show_one("Picture", f"drop-{key}-{(own or '')[:8]}", "A picture of your own to inspect.")
        if own is not None and st.button("Remove", icon=":material/close:", key=f"{key}-away"):
            return None, ""
    if found is None:
        return picture, None
    return picture, uploaded_picture.keep(context.engine, found, context.owner)


def _of_dataset(context: InspectContext, key: str) -> Chosen | None:
    dataset = context.dataset
    pictured = [] if dataset is None else np.flatnonzero(dataset.is_picture).tolist()[:_OFFERED]
    if dataset is None or not pictured:
        return None
    row = st.selectbox(
        "Picture",
        pictured,
        index=pictured.index(context.row) if context.row in pictured else 0,
        format_func=lambda row: f"{row}: {shorten(dataset.titles[row], 60)}",
        key=f"{key}-row-{dataset.key[:8]}-{context.row}",
    )
    return Chosen(dataset.pictures[row], dataset.album, dataset.texts[row])


def overlay(seen: NDArray[np.uint8], values: NDArray[np.float32], middle: float = 0) -> go.Figure:
    """Return a picture (height, width, 3) under a map (rows, columns) of all of it, white at the middle value."""
    height, width = seen.shape[:2]
    rows, columns = values.shape
    widest = float(np.abs(values - middle).max()) or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x0=width / columns / 2,
            dx=width / columns,
            y0=height / rows / 2,
            dy=height / rows,
            zmin=middle - widest,
            zmax=middle + widest,
            colorscale="RdBu",
            reversescale=True,
            opacity=0.45,
            hovertemplate="%{z:.3f}<extra></extra>",
            colorbar={"thickness": 10, "outlinewidth": 0},
        )
    )
    figure.add_layout_image(
        source=Image.fromarray(seen),
        x=0,
        y=0,
        sizex=width,
        sizey=height,
        xref="x",
        yref="y",
        sizing="stretch",
        layer="below",
    )
    figure.update_xaxes(range=[0, width], visible=False, constrain="domain")
    figure.update_yaxes(range=[height, 0], visible=False, scaleanchor="x")
    return laid_out(figure, int(np.clip(16 + _WIDTH * height / width, *_HEIGHTS)))
