"""What moves when only the seed changes: maps laid over each other."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import empty, map_view, show_code, trust_map
from components.embedding_map import embedding_map
from components.palette import coloring
from components.plots import CONFIG, histogram
from components.scene import Scene
from embedding_core.projection import TITLES, PCAParams, method_of
from embedding_core.snippets import trust as snippet
from embedding_core.stages import CompareSeeds
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "UMAP, t-SNE and PaCMAP begin or go on with random numbers, named by a **seed**. What another seed would draw "
    "elsewhere says nothing about the data. So the map is drawn again, turned, mirrored and scaled onto the first as "
    "well as it fits (**Procrustes analysis**), and each point is coloured by how far it moved, in radii of the map. "
    "What stays is worth a look; what moves is chance. The **disparity** is the share of the spread that does not fit: "
    "0 for the same map. To read: [Gower 1975](https://doi.org/10.1007/BF02291478)."
)
_MOVING_SHARE = 0.05


def show(scene: Scene, workspace: Workspace, key: str) -> Selection | None:
    """Draw what moves; return the points that move most, if they are to be shown on the map."""
    if len(scene.dataset) < trust_map.FEWEST_ROWS:
        empty.hint("There is too little to move. Bring more rows.")
        return None
    if isinstance(workspace.projection, PCAParams):
        empty.hint("PCA draws the same map every time, there is no chance in it. Choose another on the Map page.")
        return None
    others: Any = st.segmented_control(
        "Further maps", [1, 2, 4], default=2, required=True, key=f"{key}-others", help="Each with a seed of its own."
    )
    stage = CompareSeeds(trust_map.drawn(scene, workspace), int(others))
    found = scene.result(stage, height=trust_map.HEIGHT)
    if found is None:
        return None
    name = TITLES[method_of(workspace.projection)]
    with st.grid(3, min_column_width=200):
        _metric("The median point moves", f"{found.median:.2f}", "radii of the map")
        _metric("One in twenty moves more than", f"{float(np.quantile(found.moved, 0.95)):.2f}", "radii of the map")
        gaps = ", ".join(f"{gap:.2f}" for gap in found.disparity)
        _metric("Disparity", f"{float(np.mean(found.disparity)):.2f}", f"of each map: {gaps}")
    left, right = st.columns([1.6, 1], gap="medium")
    worst = np.argsort(-found.moved, kind="stable")[: max(1, int(_MOVING_SHARE * len(found.moved)))]
    with left:
        picture = map_view.picture(
            scene.engine, scene.owner, scene.dataset, replace(workspace, centred=False, color=None), trust_map.HEIGHT
        )
        if picture is not None:
            layer = pd.Series(found.moved, name="moved, in radii")
            points = replace(picture.points, coloring=coloring(layer), labels=(), note="Strong colour: it moves.")
            embedding_map(*(points,), key=f"{key}-map-{scene.key}", theme=map_view.theme(), height=trust_map.HEIGHT)
    with right:
        chart = histogram(found.moved, "moved, in radii of the map", found.median, 260)
        st.plotly_chart(chart, key=f"{key}-spread", config=CONFIG)
        st.caption(f"{name}, seed {workspace.projection.seed}, beside {others} of other seeds. The line is the median.")
        asked = st.button(f"Show the {len(worst):,} that move most", icon=":material/scatter_plot:", key=f"{key}-most")
    show_code.show(snippet.seeds(scene.dataset.key, scene.space.encoder, workspace.projection, int(others)))
    return Selection(tuple(sorted(worst.tolist())), "moved by the seed") if asked else None


def _metric(label: str, value: str, meaning: str) -> None:
    st.metric(label, value, delta=meaning, delta_color="off", delta_arrow="off", border=True, height="stretch")
