"""The maps of two encoders side by side, the second laid over the first, with one selection."""

from dataclasses import replace

import streamlit as st

from components.app.untrusted import md_label
from components.embedding_map import MapEvent, MapLines, MapPoints, embedding_map, view
from components.embedding_map.overlay import laid
from components.widgets.context import AnalysisContext
from components.widgets.encoder_choice import titled
from embedding_core.map.state import MapState
from embedding_core.neighbors.exact import Neighbors
from embedding_core.workspace import Workspace

HEIGHT = 440


def show(
    context: AnalysisContext, workspace: Workspace, lists: dict[str, Neighbors], row: int, k: int
) -> list[MapEvent | None]:
    """Draw both maps, with lines from a row to its k nearest by each encoder; return what is picked out on each."""
    state = workspace.state(MapState)
    plain = workspace.with_state(replace(state, projection=replace(state.projection, dims=2), centered=False))
    places = dict(zip(lists, st.columns(2, gap="medium"), strict=True))
    pictures = {}
    for name, place in places.items():
        with place:
            st.markdown(f"**{md_label(titled(name))}**")
            wanted = replace(plain, encoder=name)
            pictures[name] = view.picture(context.engine, context.owner, context.dataset, wanted, HEIGHT)
    events: list[MapEvent | None] = []
    still: MapPoints | None = None
    for number, (name, place) in enumerate(places.items()):
        picture = pictures[name]
        if picture is None:
            events.append(None)
            continue
        points, left = (picture.points, 0.0) if still is None else laid(still, picture.points)
        still = still or points
        near = tuple(lists[name].indices[row, :k].tolist())
        with place:
            event = embedding_map(
                replace(points, lines=MapLines(row, near)),
                key=f"compare-{number}-{context.dataset.key[:12]}",
                theme=view.theme(),
                selected=workspace.selection.rows,
                height=HEIGHT,
            )
            over = f" Aligned with the first map; {left:.0%} of the variance does not match." if number else ""
            st.caption(f"{picture.caption}{over}")
        events.append(event)
    return events
