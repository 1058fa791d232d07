"""The map in the colors of the clusters, with their names and a line round each."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.app.untrusted import shorten
from components.clusters.found import Found
from components.embedding_map import MapEvent, MapLabel, MapOutline, embedding_map, view
from components.widgets.context import AnalysisContext
from components.widgets.palette import SHOWN_CATEGORIES
from embedding_core.base.types import Matrix
from embedding_core.clusters import largest_part, outline
from embedding_core.map.state import MapState
from embedding_core.workspace import Workspace

HEIGHT = 520
_NAME_CHARS = 40
_REACH = 0.04
"""Points nearer than this share of the map's width lie together."""


def show(context: AnalysisContext, found: Found, workspace: Workspace) -> MapEvent | None:
    """Draw the map and return what was just picked out on it."""
    state = workspace.state(MapState)
    flat = replace(state, projection=replace(state.projection, dims=2), color=None, centered=False)
    picture = view.picture(context.engine, context.owner, context.dataset, workspace.with_state(flat), HEIGHT)
    if picture is None:
        return None
    labels, outlines = marks(found, picture.points.coordinates)
    points = replace(picture.points, coloring=found.coloring, labels=labels, outlines=outlines)
    event = embedding_map(
        points,
        key=f"clusters-{context.dataset.key[:12]}",
        theme=view.theme(),
        selected=workspace.selection.rows,
        height=HEIGHT,
    )
    st.caption(f"{picture.caption} {_words(found)}")
    return event


def marks(found: Found, coordinates: Matrix) -> tuple[tuple[MapLabel, ...], tuple[MapOutline, ...]]:
    """Return the name of each cluster where most of it lies, and a line round each there that has its own color."""
    labels, outlines = [], []
    everywhere = coordinates[np.isfinite(coordinates).all(axis=1)]
    reach = _REACH * float(np.ptp(everywhere, axis=0).max()) if len(everywhere) else 0.0
    for code, number in enumerate(sorted(found.clusters.numbers)):
        placed = largest_part(coordinates[found.clusters.labels == number], reach)
        if not len(placed):
            continue
        x, y = map(float, np.median(placed, axis=0))
        labels.append(MapLabel(x, y, shorten(found.names[number], _NAME_CHARS), float(len(placed)), code))
        corners = outline(placed) if code < SHOWN_CATEGORIES else placed[:0]
        if len(corners):
            outlines.append(MapOutline(tuple((float(x), float(y)) for x, y in corners), code))
    return tuple(labels), tuple(outlines)


def _words(found: Found) -> str:
    noise = found.clusters.noise
    return f"Gray points: noise ({noise:,} items)." if noise else ""
