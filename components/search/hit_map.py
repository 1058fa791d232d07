"""Where the hits of a search lie: rings in rank order, the query as a star."""

from dataclasses import replace

import numpy as np
import streamlit as st

from components.embedding_map import MapEvent, embedding_map, view
from embedding_core.base.types import Matrix
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection import PCAParams
from embedding_core.projection.stages import Project
from embedding_core.ranking.scores import Hits
from embedding_core.workspace import Workspace

HEIGHT = 520
_STAR_HITS = 5


def show(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, hits: Hits, key: str) -> MapEvent | None:
    """Draw the map with the hits on it; return what was just picked out.

    A map that was drawn before is used; else the quick one, rather than begin minutes of work here.
    """
    state = workspace.state(MapState)
    params = replace(state.projection, dims=2)
    if not engine.ready(Project(engine.embedding(dataset, workspace.encoder), params)):
        params = PCAParams(dims=2)
    plain = workspace.with_state(replace(state, projection=params, centered=False))
    picture = view.picture(engine, owner, dataset, plain, HEIGHT)
    if picture is None:
        return None
    rows = tuple(map(int, hits.rows))
    points = replace(picture.points, hits=rows, star=star(picture.points.coordinates, hits))
    event = embedding_map(points, key=key, theme=view.theme(), selected=workspace.selection.rows, height=HEIGHT)
    st.caption(
        f"{picture.caption} The star is the query. It has no coordinates of its own, so it is drawn at the "
        "center of its top hits."
    )
    return event


def star(coordinates: Matrix, hits: Hits) -> tuple[float, float] | None:
    """Return the mean place of the first hits, weighted by rank; None without any that has a place."""
    places = coordinates[hits.rows[:_STAR_HITS]]
    weights = 1 / np.arange(1, len(places) + 1)
    drawn = np.isfinite(places).all(axis=1)
    if not drawn.any():
        return None
    x, y = np.average(places[drawn], axis=0, weights=weights[drawn])
    return float(x), float(y)
