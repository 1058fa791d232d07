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
from components.widgets.palette import coloring
from components.widgets.plots import CONFIG, histogram
from embedding_core.engine import Engine
from embedding_core.projection import TITLES, PCAParams, method_of
from embedding_core.trust import snippet
from embedding_core.trust.stages import CompareSeeds
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "UMAP, t-SNE and PaCMAP begin or go on with random numbers, named by a **seed**. What another seed would draw "
    "elsewhere says nothing about the data. So the map is drawn again, turned, mirrored and scaled onto the first as "
    "well as it fits (**Procrustes analysis**), and each point is colored by how far it moved, in radii of the map. "
    "Switch between the seeds and watch: what stays is worth a look; what travels is chance. The **disparity** is the "
    "share of the spread that does not fit: 0 for the same map. To read: [Gower 1975](https://doi.org/10.1007/BF02291478)."
)
_MOVING_SHARE = 0.05
_HEIGHT = 400


def show(context: AnalysisContext, workspace: Workspace, key: str) -> MapEvent | Selection | None:
    """Draw what moves; return what is picked out here, or the points that move most, to be shown on the map."""
    if len(context.dataset) < FEWEST_ROWS:
        empty.hint("There is too little to move. Bring more rows.")
        return None
    if isinstance(workspace.projection, PCAParams):
        empty.hint("PCA draws the same map every time, there is no chance in it. Choose another on the Map page.")
        return None
    figures = st.container()
    controls = st.container(horizontal=True, gap="large")
    others: Any = controls.segmented_control(
        "Further maps", [1, 2, 4], default=2, required=True, key=f"{key}-others", help="Each with a seed of its own."
    )
    stage = CompareSeeds(trust_map.drawn(context, workspace), int(others))
    found = context.result(stage, height=_HEIGHT)
    if found is None:
        return None
    name = TITLES[method_of(workspace.projection)]
    with figures, st.grid(3, min_column_width=200):
        _metric("The median point moves", f"{found.median:.2f}", "radii of the map")
        _metric("One in twenty moves more than", f"{float(np.quantile(found.moved, 0.95)):.2f}", "radii of the map")
        gaps = ", ".join(f"{gap:.2f}" for gap in found.disparity)
        _metric("Disparity", f"{float(np.mean(found.disparity)):.2f}", f"of each map: {gaps}")
    seeds = [getattr(one.params, "seed", 0) for one in (stage.map, *stage.again)]
    side: Any = controls.segmented_control(
        "Seed on the map",
        range(len(seeds)),
        default=0,
        required=True,
        format_func=lambda number: f"{seeds[number]}",
        key=f"{key}-side-{stage.key[:8]}",
        help="The same rows, drawn by another seed: watch what travels.",
    )
    left, right = st.columns([1.6, 1], gap="medium")
    worst = np.argsort(-found.moved, kind="stable")[: max(1, int(_MOVING_SHARE * len(found.moved)))]
    with left:
        event = _map(context, workspace, stage, side, key)
        gap = found.disparity[side - 1] if side else 0.0
        over = f"Seed {seeds[side]}, laid over the map of seed {seeds[0]}; {gap:.0%} of the spread does not match."
        st.caption(over if side else f"Seed {seeds[0]}, the map in use. Go to another: what travels is chance.")
    with right:
        chart = histogram(found.moved, "moved, in radii of the map", found.median, 260)
        st.plotly_chart(chart, key=f"{key}-spread", config=CONFIG)
        st.caption(f"{name}, seed {workspace.projection.seed}, beside {others} of other seeds. The line is the median.")
        asked = st.button(f"Show the {len(worst):,} that move most", icon=":material/scatter_plot:", key=f"{key}-most")
    code.show(snippet.seeds(context.dataset.key, context.space.encoder, workspace.projection, int(others)))
    return Selection(tuple(sorted(worst.tolist())), "moved by the seed") if asked else event


def _map(context: AnalysisContext, workspace: Workspace, stage: CompareSeeds, side: int, key: str) -> MapEvent | None:
    """Draw the map in use, or one of the others laid over it; return what is picked out on it."""
    flat = replace(workspace, centered=False, color=None)
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
    colors = coloring(pd.Series(found.moved, name="moved, in radii"))
    plain = replace(points, coloring=colors, labels=(), window=window, note="Strong color: it moves.")
    return tuple(replace(plain, coordinates=each) for each in places)


def _metric(label: str, value: str, meaning: str) -> None:
    st.metric(label, value, delta=meaning, delta_color="off", delta_arrow="off", border=True, height="stretch")
