"""Which map of this data set to trust for what: every method measured alike."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from components.embedding_map.trust_layer import FEWEST_ROWS
from components.widgets import code, empty
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from embedding_core.base.keys import fingerprint
from embedding_core.data.export import to_csv
from embedding_core.map.state import MapState
from embedding_core.projection import METHODS, ProjectionParams, method_of
from embedding_core.projection.stages import Project
from embedding_core.trust import MAP, SHUFFLED, Fidelity, snippet
from embedding_core.trust.stages import MeasureMap
from embedding_core.workspace import Workspace

NOTE = (
    "No projection method is best for all data and all purposes. Here each method has drawn this data, the current "
    "one with your parameters and the others with their defaults, and all are measured alike. "
    + " ".join(f"**{method.title}** {method.summary}" for method in METHODS.values())
    + " Differences below about 0.01 mean nothing. Further reading: "
    + ", ".join(method.source for method in METHODS.values())
    + "."
)
_COLUMNS = {
    "trustworthiness": "trustworthiness",
    "continuity": "continuity",
    "neighborhood_preservation": "neighborhood preservation",
    "correlation": "distance correlation",
}
_TIE = 0.01
_FOR = {
    "trustworthiness": "seeing which close points really are similar (trustworthiness)",
    "continuity": "finding similar items close together (continuity)",
    "correlation": "reading distances between groups (distance correlation)",
}


@dataclass(frozen=True, eq=False)
class MeasuredMethod:
    """A method's map and its measures."""

    method: str
    found: Fidelity

    @property
    def title(self) -> str:
        """The method's name on the screen."""
        return METHODS[self.method].title

    def value(self, measure: str, which: str = MAP) -> float:
        """Return a measure of the map, or of the map shuffled."""
        return self.found.maps[which].correlation if measure == "correlation" else self.found.at(which, measure)


def show(context: AnalysisContext, workspace: Workspace, key: str) -> ProjectionParams | None:
    """Draw the methods side by side; return the map that is to be used."""
    if len(context.dataset) < FEWEST_ROWS:
        empty.hint("There are too few items to compare methods. Import more rows.")
        return None
    own = workspace.state(MapState).projection
    wanted = {name: own if name == method_of(own).name else method.parameters() for name, method in METHODS.items()}
    done = _measured(context, wanted, f"{key}-{context.key}")
    if not done:
        empty.hint("No map of this data has been measured yet.")
        return None
    if len(done) > 1:
        st.markdown(advice(done))
    frame = table(done)
    picked = st.dataframe(
        frame,
        hide_index=True,
        key=f"{key}-{context.key}-table",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            name: st.column_config.ProgressColumn(format="%.3f", min_value=0, max_value=1) for name in _COLUMNS.values()
        },
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(done)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = f"Use {done[rows[0]].title} on the map" if rows else "Use on the map"
        asked = st.button(
            label,
            icon=":material/scatter_plot:",
            key=f"{key}-use",
            disabled=not rows,
            help=None if rows else "First tick a method at the left of the table.",
        )
        mark = fingerprint(context.dataset.key, [one.method for one in done])[:8]
        download("CSV", lambda: to_csv(frame), f"maps-{mark}.csv", f"{key}-csv")
    chance = ", ".join(f"{title} {done[0].value(measure, SHUFFLED):.3f}" for measure, title in _COLUMNS.items())
    st.caption(f"Random baseline: {chance}. Neighborhoods of {done[0].found.k}.")
    projections = [wanted[one.method] for one in done]
    code.show(snippet.methods(context.dataset.key, context.space.encoder, projections))
    return wanted[done[rows[0]].method] if asked else None


def _measured(context: AnalysisContext, wanted: dict[str, ProjectionParams], key: str) -> list[MeasuredMethod]:
    """Return the maps that are measured, and have the others made if that is asked for."""
    stages = {method: MeasureMap(Project(context.space, params)) for method, params in wanted.items()}
    missing = [method for method, stage in stages.items() if not context.engine.ready(stage)]
    if missing:
        names = ", ".join(METHODS[method].title for method in missing)
        start = st.toggle(
            "Draw and measure every method",
            key=f"{key}-all",
            help=(
                f"Not measured yet: {names}. Some methods take a minute on thousands of items; the app stays "
                "usable meanwhile."
            ),
        )
        if start:
            for method in missing:
                context.result(stages[method], height=0, wait=0)
    ready = {method: stage for method, stage in stages.items() if context.engine.ready(stage)}
    return [MeasuredMethod(method, stage.load(context.engine.store)) for method, stage in ready.items()]


def table(done: list[MeasuredMethod]) -> pd.DataFrame:
    """Return a row for each method."""
    rows = [{title: one.value(measure) for measure, title in _COLUMNS.items()} for one in done]
    return pd.DataFrame(rows, index=pd.Index([one.title for one in done], name="map")).reset_index()


def advice(done: list[MeasuredMethod]) -> str:
    """Return which map to trust for what, as markdown; the names are ours."""
    record = []
    for measure, what in _FOR.items():
        best = max(done, key=lambda one: one.value(measure))
        close = [one for one in done if one.value(measure) >= best.value(measure) - _TIE]
        names = " or ".join(f"**{one.title}**" for one in close)
        record.append(f"Best for {what}: {names} ({best.value(measure):.3f}).")
    return " ".join(record)
