"""The map before and after training: the same rows, one picture traveling into the other."""

from dataclasses import replace

import streamlit as st

from components.embedding_map import MapEvent, embedding_map, view
from components.embedding_map.overlay import laid
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.train import Tuned
from embedding_core.workspace import Workspace

_HEIGHT = 460
_BEFORE, _AFTER = "Before", "After"


def show(
    engine: Engine, dataset: Dataset, workspace: Workspace, made: Tuned, color: str | None, owner: str, key: str
) -> MapEvent | None:
    """Draw the map with a switch between before and after; return what is picked out on it."""
    state = workspace.state(MapState)
    flat = replace(state, projection=replace(state.projection, dims=2), centered=False, color=color or state.color)
    plain = workspace.with_state(flat)
    side = st.segmented_control(
        "Map", [_BEFORE, _AFTER], default=_AFTER, required=True, key=f"{key}-side", label_visibility="collapsed"
    )
    before, after = (
        view.picture(engine, owner, dataset, replace(plain, encoder=encoder), _HEIGHT)
        for encoder in (made.base, made.name)
    )
    if before is None or after is None:
        return None
    points, left = laid(before.points, after.points)
    event = embedding_map(
        before.points if side == _BEFORE else points,
        key=f"{key}-map",
        theme=view.theme(),
        selected=workspace.selection.rows,
        height=_HEIGHT,
    )
    chosen = before if side == _BEFORE else after
    over = (
        f" Aligned with the map before training; {left:.0%} of the variance does not match." if side == _AFTER else ""
    )
    st.caption(f"{chosen.caption}{over}")
    return event
