"""What this map can be trusted for: in words, in figures beside PCA and chance, and point by point."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import empty, map_view, show_code, trust_words
from components.embedding_map import MapEvent, MapPoints, embedding_map
from components.palette import Theme, numbers
from components.plots import CONFIG, LEGEND_ABOVE, laid_out
from components.scene import Scene
from embedding_core.engine import Engine
from embedding_core.exporting import to_csv
from embedding_core.fingerprint import fingerprint
from embedding_core.projection import TITLES, method_of
from embedding_core.snippets import trust as snippet
from embedding_core.stages import Embed, MeasureMap, Project
from embedding_core.trust import MAP, PCA, SHUFFLED, Fidelity, TrustParams
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "A map of two dimensions cannot keep all neighbours of hundreds. **Trustworthiness** asks whether points that lie "
    "together are neighbours in the full vectors; a stranger counts by how far down the list of neighbours it stands. "
    "**Continuity** asks the reverse: do neighbours lie together? **Neighbours kept** is the plain share that are the "
    "same. The **rank correlation** of distances says whether far on the map means far. Each stands beside what PCA "
    "reaches and what the same map gives with its points shuffled, which is chance. To read: [Venna and Kaski "
    "2001](https://doi.org/10.1007/3-540-44668-0_68), [Nonato and Aupetit "
    "2019](https://doi.org/10.1109/TVCG.2018.2846735)."
)
HEIGHT = 460
_LAYERS = {
    "preservation": "Neighbours kept",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
}
_WORST_SHARE = 0.05
FEWEST_ROWS = 5


def drawn(scene: Scene, workspace: Workspace) -> Project:
    """Return the stage of the map in use."""
    return Project(scene.space, workspace.projection)


def show(scene: Scene, workspace: Workspace, key: str) -> MapEvent | Selection | None:
    """Draw the measures of the map in use; return what is picked out here, or points to be shown on the map."""
    if len(scene.dataset) < FEWEST_ROWS:
        empty.hint(f"A map of fewer than {FEWEST_ROWS} items shows all there is. Bring more rows to measure it.")
        return None
    stage = MeasureMap(drawn(scene, workspace))
    found: Fidelity | None = scene.result(stage, height=HEIGHT)
    if found is None:
        return None
    trust_words.show(found)
    name = TITLES[method_of(workspace.projection)]
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        chosen = _layer(scene, workspace, stage, found, key)
    with right:
        _figures(found, name, scene.dataset.key, key)
    if isinstance(stage.map.space, Embed):
        params = stage.map.params
        show_code.show(snippet.fidelity(scene.dataset.key, scene.space.encoder, params, TrustParams()))
    return chosen


@lru_cache(maxsize=4)
def layered(points: MapPoints, stage: MeasureMap, engine: Engine, measure: str) -> MapPoints:
    """Return a map that is measured, coloured by how far each of its points can be trusted.

    Remembered: the same colours must stay the same object, or they are sent again with every run.
    """
    layer = pd.Series(stage.load(engine.store).layer(measure), name=_LAYERS[measure])
    return replace(points, coloring=numbers(layer), labels=(), note="Where values are low, the map lies.")


def _layer(
    scene: Scene, workspace: Workspace, stage: MeasureMap, found: Fidelity, key: str
) -> MapEvent | Selection | None:
    """Draw the map coloured by how far each point can be trusted."""
    measure: Any = st.segmented_control(
        "Colour by",
        list(_LAYERS),
        default="preservation",
        required=True,
        format_func=_LAYERS.__getitem__,
        key=f"{key}-layer",
        help=f"Of each point, for its {found.k} nearest.",
    )
    layer = found.layer(measure)
    flat = replace(workspace, centred=False, color=None)
    picture = map_view.picture(scene.engine, scene.owner, scene.dataset, flat, HEIGHT)
    event = None
    if picture is not None:
        event = embedding_map(
            layered(picture.points, stage, scene.engine, measure),
            key=f"{key}-map-{scene.key}",
            theme=map_view.theme(),
            selected=scene.selection.rows,
            height=HEIGHT,
        )
    measured = np.flatnonzero(np.isfinite(layer))
    worst = measured[np.argsort(layer[measured], kind="stable")[: max(1, int(_WORST_SHARE * len(measured)))]]
    least = float(layer[worst].max())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        asked = st.button(
            f"Show the {len(worst):,} least trustworthy on the map", icon=":material/scatter_plot:", key=f"{key}-worst"
        )
        st.caption(f"{_LAYERS[measure]} of {least:.2f} or less; the median is {float(np.median(layer[measured])):.2f}.")
    return Selection(tuple(sorted(worst.tolist())), "where the map lies") if asked else event


def table(found: Fidelity, name: str) -> pd.DataFrame:
    """Return each measure at the size in words, beside PCA's and chance."""
    maps = {name: MAP, "PCA": PCA, "Shuffled": SHUFFLED} if name != "PCA" else {"PCA": MAP, "Shuffled": SHUFFLED}
    rows = {
        title: [found.at(which, measure) for which in maps.values()]
        for measure, title in sorted(_LAYERS.items(), key=lambda pair: list(trust_words.ORDER).index(pair[0]))
    }
    rows["Distances (ρ)"] = [found.maps[which].correlation for which in maps.values()]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(maps)).rename_axis("measure").reset_index()


def _figures(found: Fidelity, name: str, dataset: str, key: str) -> None:
    frame = table(found, name)
    st.dataframe(
        frame,
        hide_index=True,
        key=f"{key}-table",
        column_config={column: st.column_config.NumberColumn(format="%.3f", width=80) for column in frame.columns[1:]},
    )
    chosen: Any = st.segmented_control(
        "Curve",
        list(_LAYERS),
        default="trustworthiness",
        required=True,
        format_func=_LAYERS.__getitem__,
        key=f"{key}-curve",
        label_visibility="collapsed",
    )
    chart = curves(found, chosen, name, map_view.theme())
    st.plotly_chart(chart, key=f"{key}-curves", config=CONFIG, alt="The measure at several sizes of neighbourhood")
    measured = "every row" if len(found.rows) == found.total else f"{len(found.rows):,} of {found.total:,} rows"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            *("CSV", lambda: to_csv(frame), f"trust-{fingerprint(dataset, found.k, name)[:8]}.csv", "text/csv"),
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}-csv",
        )
        few = f"PCA and chance at {min(1_000, len(found.rows)):,}"
        st.caption(f"Neighbourhoods of {found.k}. Measured at {measured}, each against all; {few}.")


_LINES = {
    Theme.LIGHT: {MAP: "#0072b2", PCA: "#d55e00", SHUFFLED: "#8a8f98"},
    Theme.DARK: {MAP: "#56b4e9", PCA: "#e69f00", SHUFFLED: "#8a8f98"},
}


def curves(found: Fidelity, measure: str, name: str, theme: Theme) -> go.Figure:
    """Return a measure at each size of neighbourhood, of the map, of PCA and by chance."""
    figure = go.Figure()
    names = {MAP: name, PCA: "PCA", SHUFFLED: "Shuffled"}
    for which, title in names.items():
        if which == PCA and name == "PCA":
            continue
        figure.add_scatter(
            x=list(found.sizes),
            y=list(getattr(found.maps[which], measure)),
            name=title,
            mode="lines+markers",
            line={"color": _LINES[theme][which], "dash": "dot" if which == SHUFFLED else "solid"},
            hovertemplate=f"{title}, %{{x}} neighbours: %{{y:.3f}}<extra></extra>",
        )
    figure.update_xaxes(title="Neighbours", type="log", tickvals=list(found.sizes), ticktext=list(found.sizes))
    figure.update_yaxes(range=[0, 1.04])
    return laid_out(figure, 230, showlegend=True, legend=LEGEND_ABOVE)
