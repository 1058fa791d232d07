"""What this map can be trusted for: in words, in figures beside PCA and chance, and point by point."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.embedding_map import MapEvent, embedding_map, view
from components.embedding_map.trust_layer import FEWEST_ROWS, LAYERS, layered
from components.trust import verdict
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from components.widgets.palette import Theme
from components.widgets.plots import CONFIG, LEGEND_ABOVE, laid_out
from embedding_core.base.keys import fingerprint
from embedding_core.data.export import to_csv
from embedding_core.encoders.stages import Embed
from embedding_core.map.state import MapState
from embedding_core.projection import method_of
from embedding_core.projection.stages import Project
from embedding_core.trust import MAP, PCA, SHUFFLED, Fidelity, TrustParams, snippet
from embedding_core.trust.stages import MeasureMap
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "A two-dimensional map cannot keep all neighbors of a space with hundreds of dimensions. **Trustworthiness** "
    "asks whether points close on the map are neighbors in the full space; a false neighbor lowers the value more, "
    "the further down the list of true neighbors it is. **Continuity** asks the reverse: are true neighbors close on "
    "the map? **Neighborhood preservation** is the share of neighbors that are the same in both. The **distance "
    "correlation** (Spearman, of the pairwise distances) asks whether far apart on the map means different. Each "
    "value is compared with PCA and with a random baseline, the same map with its points shuffled. Further reading: "
    "[Venna and Kaski, 2001](https://doi.org/10.1007/3-540-44668-0_68), [Nonato and Aupetit, "
    "2019](https://doi.org/10.1109/TVCG.2018.2846735)."
)
HEIGHT = 460
_WORST_SHARE = 0.05


def drawn(context: AnalysisContext, workspace: Workspace) -> Project:
    """Return the stage of the map in use."""
    return Project(context.space, workspace.state(MapState).projection)


def show(context: AnalysisContext, workspace: Workspace, key: str) -> MapEvent | Selection | None:
    """Draw the measures of the map in use; return what is picked out here, or points to be shown on the map."""
    if len(context.dataset) < FEWEST_ROWS:
        empty.hint(f"A map can be measured with {FEWEST_ROWS} items or more. Import more rows.")
        return None
    stage = MeasureMap(drawn(context, workspace))
    found: Fidelity | None = context.result(stage, height=HEIGHT)
    if found is None:
        return None
    verdict.show(found)
    name = method_of(stage.map.params).title
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        chosen = _layer(context, workspace, stage, found, key)
    with right:
        _figures(found, name, context.dataset.key, key)
    if isinstance(stage.map.space, Embed):
        params = stage.map.params
        code.show(snippet.fidelity(context.dataset.key, context.space.encoder, params, TrustParams()))
    return chosen


def _layer(
    context: AnalysisContext, workspace: Workspace, stage: MeasureMap, found: Fidelity, key: str
) -> MapEvent | Selection | None:
    """Draw the map colored by how far each point can be trusted."""
    measure: Any = st.segmented_control(
        "Color by",
        list(LAYERS),
        default="neighborhood_preservation",
        required=True,
        format_func=LAYERS.__getitem__,
        key=f"{key}-layer",
        help=f"Measured for each point and its {found.k} nearest neighbors.",
    )
    layer = found.layer(measure)
    flat = workspace.with_state(replace(workspace.state(MapState), centered=False, color=None))
    picture = view.picture(context.engine, context.owner, context.dataset, flat, HEIGHT)
    event = None
    if picture is not None:
        event = embedding_map(
            layered(picture.points, stage, context.engine, measure),
            key=f"{key}-map-{context.key}",
            theme=view.theme(),
            selected=context.selection.rows,
            height=HEIGHT,
        )
    measured = np.flatnonzero(np.isfinite(layer))
    worst = measured[np.argsort(layer[measured], kind="stable")[: max(1, int(_WORST_SHARE * len(measured)))]]
    least = float(layer[worst].max())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        asked = st.button(
            f"Show the {len(worst):,} least trustworthy on the map", icon=":material/scatter_plot:", key=f"{key}-worst"
        )
        st.caption(f"{LAYERS[measure]} of {least:.2f} or less; the median is {float(np.median(layer[measured])):.2f}.")
    return Selection(tuple(sorted(worst.tolist())), "unreliable on the map") if asked else event


def table(found: Fidelity, name: str) -> pd.DataFrame:
    """Return each measure at the size in words, beside PCA's and chance."""
    maps = {name: MAP, "PCA": PCA, "Shuffled": SHUFFLED} if name != "PCA" else {"PCA": MAP, "Shuffled": SHUFFLED}
    rows = {
        title: [found.at(which, measure) for which in maps.values()]
        for measure, title in sorted(LAYERS.items(), key=lambda pair: list(verdict.ORDER).index(pair[0]))
    }
    rows["Distance correlation (ρ)"] = [found.maps[which].correlation for which in maps.values()]
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
        list(LAYERS),
        default="trustworthiness",
        required=True,
        format_func=LAYERS.__getitem__,
        key=f"{key}-curve",
        label_visibility="collapsed",
    )
    chart = curves(found, chosen, name, view.theme())
    st.plotly_chart(chart, key=f"{key}-curves", config=CONFIG, alt="The measure at several sizes of neighborhood")
    measured = "every row" if len(found.rows) == found.total else f"{len(found.rows):,} of {found.total:,} rows"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        download("CSV", lambda: to_csv(frame), f"trust-{fingerprint(dataset, found.k, name)[:8]}.csv", f"{key}-csv")
        few = f"PCA and random baseline at {min(1_000, len(found.rows)):,}"
        st.caption(f"Neighborhoods of {found.k}. Measured on {measured}, each against all; {few}.")


_LINES = {
    Theme.LIGHT: {MAP: "#0072b2", PCA: "#d55e00", SHUFFLED: "#8a8f98"},
    Theme.DARK: {MAP: "#56b4e9", PCA: "#e69f00", SHUFFLED: "#8a8f98"},
}


def curves(found: Fidelity, measure: str, name: str, theme: Theme) -> go.Figure:
    """Return a measure at each size of neighborhood, of the map, of PCA and by chance."""
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
            hovertemplate=f"{title}, %{{x}} neighbors: %{{y:.3f}}<extra></extra>",
        )
    figure.update_xaxes(title="Neighbors", type="log", tickvals=list(found.sizes), ticktext=list(found.sizes))
    figure.update_yaxes(range=[0, 1.04])
    return laid_out(figure, 230, showlegend=True, legend=LEGEND_ABOVE)
