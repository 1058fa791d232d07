"""What moves when only the seed changes: maps laid over each other."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.embedding_map import MapEvent, MapPoints, embedding_map, view
from components.embedding_map.trust_layer import FEWEST_ROWS
from components.trust import map as trust_map
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.metric import metric
from components.widgets.palette import coloring
from components.widgets.plots import CONFIG, histogram
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection import SeededParams, method_of
from embedding_core.trust import snippet
from embedding_core.trust.stages import CompareSeeds
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "UMAP, t-SNE and PaCMAP use random numbers, which a **seed** determines. What changes with the seed says nothing "
    "about the data. So the map is drawn again with other seeds, and each map is aligned with the first by "
    "**Procrustes analysis** (shift, rotation, reflection, scale). The color of a point is how far it moves, in "
    "units of the map's radius. Switch between the seeds and watch: stable structure is worth a look, the rest is "
    "random. The **disparity** is the share of the variance that does not match: 0 for identical maps. Further "
    "reading: [Gower, 1975](https://doi.org/10.1007/BF02291478)."
)
_MOVING_SHARE = 0.05
_HEIGHT = 400


def show(context: AnalysisContext, workspace: Workspace, key: str) -> MapEvent | Selection | None:
    """Draw what moves; return what is picked out here, or the points that move most, to be shown on the map."""
    if len(context.dataset) < FEWEST_ROWS:
        empty.hint("There are too few items to measure stability. Import more rows.")
        return None
    params = workspace.state(MapState).projection
    name = method_of(params).title
    if not isinstance(params, SeededParams):
        empty.hint(f"{name} is deterministic: it draws the same map every time. Choose another method on the Map page.")
        return None
    figures = st.container()
    controls = st.container(horizontal=True, gap="large")
    others: Any = controls.segmented_control(
        "Number of maps",
        [1, 2, 4],
        default=2,
        required=True,
        key=f"{key}-others",
        help="Each is drawn with another seed.",
    )
    stage = CompareSeeds(trust_map.drawn(context, workspace), int(others))
    found = context.result(stage, height=_HEIGHT)
    if found is None:
        return None
    with figures, st.grid(3, min_column_width=200):
        metric("Median movement", f"{found.median:.2f}", "map radii")
        metric("95th percentile of movement", f"{float(np.quantile(found.moved, 0.95)):.2f}", "map radii")
        gaps = ", ".join(f"{gap:.2f}" for gap in found.disparity)
        metric("Disparity", f"{float(np.mean(found.disparity)):.2f}", f"per map: {gaps}")
    seeds = [getattr(one.params, "seed", 0) for one in (stage.map, *stage.again)]
    side: Any = controls.segmented_control(
        "Seed on the map",
        range(len(seeds)),
        default=0,
        required=True,
        format_func=lambda number: f"{seeds[number]}",
        key=f"{key}-side-{stage.key[:8]}",
        help="The same rows, drawn with another seed.",
    )
    left, right = st.columns([1.6, 1], gap="medium")
    worst = np.argsort(-found.moved, kind="stable")[: max(1, int(_MOVING_SHARE * len(found.moved)))]
    with left:
        event = _map(context, workspace, stage, side, key)
        gap = found.disparity[side - 1] if side else 0.0
        over = f"Seed {seeds[side]}, aligned with the map of seed {seeds[0]}; {gap:.0%} of the variance does not match."
        st.caption(
            over if side else f"Seed {seeds[0]}, the current map. Switch to another seed: points that move are random."
        )
    with right:
        chart = histogram(found.moved, "movement (map radii)", found.median, 260)
        st.plotly_chart(chart, key=f"{key}-spread", config=CONFIG)
        st.caption(f"{name}, seed {params.seed}, compared with other seeds ({others}). The line is the median.")
        asked = st.button(
            f"Show the {len(worst):,} least stable on the map", icon=":material/scatter_plot:", key=f"{key}-most"
        )
    code.show(snippet.seeds(context.dataset.key, context.space.encoder, params, int(others)))
    return Selection(tuple(sorted(worst.tolist())), "unstable across seeds") if asked else event


def _map(context: AnalysisContext, workspace: Workspace, stage: CompareSeeds, side: int, key: str) -> MapEvent | None:
    """Draw the map in use, or one of the others laid over it; return what is picked out on it."""
    flat = workspace.with_state(replace(workspace.state(MapState), centered=False, color=None))
    picture = view.picture(context.engine, context.owner, context.dataset, flat, _HEIGHT)
    if picture is None:
        return None
    return embedding_map(
        laid(stage, context.engine, picture.points)[side],
        key=f"{key}-map-{context.key}",
        theme=view.theme(),
        selected=context.selection.rows,
        height=_HEIGHT,
    )


@lru_cache(maxsize=4)
def laid(stage: CompareSeeds, engine: Engine, points: MapPoints) -> tuple[MapPoints, ...]:
    """Return the map of each seed, the others laid over the first, all in one window and colored by what moves.

    Remembered: the same map must stay the same object, or it is sent again with every run.
    """
    found = stage.load(engine.store)
    places = (points.coordinates, *found.aligned)
    everywhere = np.concatenate(places)
    window = (*everywhere.min(axis=0).tolist(), *everywhere.max(axis=0).tolist()) if everywhere.shape[1] == 2 else None
    colors = coloring(pd.Series(found.moved, name="movement (map radii)"))
    plain = replace(points, coloring=colors, labels=(), window=window, note="Strong color: large movement.")
    return tuple(replace(plain, coordinates=each) for each in places)
