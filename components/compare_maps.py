"""The maps of two encoders side by side, the second laid over the first, with one selection."""

from dataclasses import replace
from functools import lru_cache

import streamlit as st

from components import map_view
from components.compare_setup import titled
from components.embedding_map import MapEvent, MapLines, MapPoints, embedding_map
from components.map_labels import class_labels
from components.palette import Categories
from components.scene import Scene
from components.untrusted import md_label
from embedding_core.comparison import align_maps
from embedding_core.neighbors import Neighbors
from embedding_core.workspace import Workspace

HEIGHT = 440


def show(scene: Scene, workspace: Workspace, lists: dict[str, Neighbors], row: int, k: int) -> list[MapEvent | None]:
    """Draw both maps, with lines from a row to its k nearest by each encoder; return what is picked out on each."""
    plain = replace(workspace, projection=replace(workspace.projection, dims=2), centred=False)
    places = dict(zip(lists, st.columns(2, gap="medium"), strict=True))
    pictures = {}
    for name, place in places.items():
        with place:
            st.markdown(f"**{md_label(titled(name))}**")
            wanted = replace(plain, encoder=name)
            pictures[name] = map_view.picture(scene.engine, scene.owner, scene.dataset, wanted, HEIGHT)
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
                key=f"compare-{number}-{scene.dataset.key[:12]}",
                theme=map_view.theme(),
                selected=workspace.selection.rows,
                height=HEIGHT,
            )
            over = f" Laid over the first; {left:.0%} of the spread does not match." if number else ""
            st.caption(f"{picture.caption}{over}")
        events.append(event)
    return events


@lru_cache(maxsize=8)
def laid(still: MapPoints, moved: MapPoints) -> tuple[MapPoints, float]:
    """Return a map as it lies over another, and the share of the other's spread that is left between them.

    Remembered: the same map must stay the same object, or it is sent again with every run.
    """
    aligned = align_maps(still.coordinates, moved.coordinates)
    colors = moved.coloring
    labels = class_labels(aligned.coordinates, colors) if isinstance(colors, Categories) else ()
    return replace(moved, coordinates=aligned.coordinates, labels=labels, axes=()), aligned.disparity
