"""How well classes are told apart: scores with intervals, calibration, and a confusion matrix to look into."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from components.app.untrusted import md_label
from components.classify import labels as classify_labels
from components.classify.labels import NARROW, Relabeled
from components.classify.setup import Setup
from components.widgets import code as show_code
from components.widgets import row_table
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from components.widgets.metric import metric
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core.base.keys import fingerprint
from embedding_core.base.statistics import Interval
from embedding_core.classifiers.evaluate import Predictions
from embedding_core.classifiers.measures import calibration, confusion, score
from embedding_core.classify import snippet
from embedding_core.classify.stages import CrossValidate
from embedding_core.data.export import to_csv
from embedding_core.workspace import Selection

NOTE = (
    "Each row is predicted by a classifier that was not trained on it (**cross-validation**). **Accuracy** is the "
    "share of rows predicted correctly; **macro-F1** averages the F1 score over the classes, so that rare classes "
    "count as much as frequent ones. The 95% intervals come from a **bootstrap** over rows. A classifier is "
    "**calibrated** when its confidence equals its accuracy; the mean gap between the two is the **expected "
    "calibration error (ECE)**. Further reading: [On calibration](https://arxiv.org/abs/1706.04599), Guo and others, "
    "2017."
)
_SCALE = [
    [0, "rgba(43, 140, 196, 0)"],
    [0.01, "rgba(43, 140, 196, 0.2)"],
    [0.2, "rgba(43, 140, 196, 0.6)"],
    [1, "rgba(43, 140, 196, 1)"],
]
"""Of the share of a class: few mistakes are to be seen, on light and on dark."""
_MOST_NAMED = 40
_MOST_CELLS = 200


def show(context: AnalysisContext, setup: Setup, key: str) -> Selection | Relabeled | None:
    """Draw the scores; return the rows of a cell for the map, or the data set with the predictions."""
    found = context.result(CrossValidate(context.space, setup.label, setup.params, setup.split))
    if found is None:
        return None
    _measures(found)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**Confusion matrix**", help="Rows: labels. Columns: predictions. Click a cell to list its rows.")
        cell = _matrix(found, key)
    with right:
        st.markdown("**Calibration**", help="Accuracy of the predictions at each level of confidence.")
        st.plotly_chart(_reliability(found), key=f"{key}-reliability", config=CONFIG, alt="Reliability diagram")
        kept = _export(context, setup, found, key)
    chosen = _cell(context, found, _choose_cell(found, cell, key), key)
    show_code.show(snippet.scores(context.dataset.key, context.space.encoder, setup.label, setup.params, setup.split))
    return kept or chosen


def _choose_cell(found: Predictions, clicked: tuple[int, int] | None, key: str) -> tuple[int, int] | None:
    """Draw the cells that hold mistakes, the fullest first; return the one that is open, or None for all of them."""
    table = confusion(found)
    wrong = np.where(np.eye(len(table), dtype=bool), 0, table)
    cells = [(int(place) // len(table), int(place) % len(table)) for place in np.argsort(-wrong, axis=None)]
    offered = [cell for cell in cells[:_MOST_CELLS] if wrong[cell]]
    options = list(dict.fromkeys([None, *([clicked] if clicked else []), *offered]))
    picked = st.selectbox(
        "Rows",
        options,
        index=options.index(clicked),
        format_func=lambda cell: (
            "all misclassified"
            if cell is None
            else f"{found.names[cell[0]]} predicted as {found.names[cell[1]]}: {table[cell]:,}"
        ),
        key=f"{key}-open-{clicked}-{len(found.rows)}-{len(offered)}",
        help="Or click a cell of the matrix.",
    )
    return picked


def _measures(found: Predictions) -> None:
    scores, bins = score(found), calibration(found)
    with st.grid(4, min_column_width=170):
        metric(
            "Accuracy",
            f"{scores.accuracy.value:.3f}",
            _between(scores.accuracy),
            "The share of rows predicted correctly.",
        )
        metric(
            "Macro-F1", f"{scores.macro_f1.value:.3f}", _between(scores.macro_f1), "The mean F1 score over the classes."
        )
        metric(
            "Calibration error", f"{bins.error:.3f}", "0 is best", "The mean gap between confidence and accuracy (ECE)."
        )
        metric(
            "Rows tested",
            f"{scores.rows:,}",
            f"{len(found.names):,} classes",
            "Each was predicted by a classifier that was not trained on it.",
        )
    st.caption(f"Always predicting the most frequent class would be correct for {scores.by_chance:.1%} of the rows.")


def _between(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _matrix(found: Predictions, key: str) -> tuple[int, int] | None:
    """Draw the matrix and return the cell that was clicked."""
    table = confusion(found)
    picked: Any = st.plotly_chart(
        _heat_map(table, found.names),
        key=f"{key}-confusion",
        config=CONFIG,
        on_select="rerun",
        selection_mode="points",
        alt="Number of rows for each label and prediction",
    )
    points = picked["selection"]["points"]
    if not points:
        return None
    truth, predicted, _ = points[0]["customdata"]
    return int(truth), int(predicted)


def _heat_map(table: NDArray[np.intp], names: tuple[str, ...]) -> go.Figure:
    totals = np.maximum(table.sum(axis=1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            z=table / totals,
            zmin=0,
            zmax=1,
            colorscale=_SCALE,
            hoverinfo="skip",
            colorbar={"thickness": 12, "outlinewidth": 0},
        )
    )
    # Streamlit hears of clicks on points only: an unseen one lies on every cell that holds rows.
    down, across = np.nonzero(table)
    figure.add_scattergl(
        x=across,
        y=down,
        mode="markers",
        marker={"opacity": 0, "size": max(5, 420 // len(names) - 2), "symbol": "square"},
        selected={"marker": {"opacity": 0.6, "color": "#d55e00"}},
        unselected={"marker": {"opacity": 0}},
        # Lists: of an array the page tells as an object what was clicked.
        customdata=np.column_stack([down, across, table[down, across]]).tolist(),
        text=[f"{plot_label(names[a])} predicted as {plot_label(names[b])}" for a, b in zip(down, across, strict=True)],
        hovertemplate="%{text}: %{customdata[2]:,} rows<extra></extra>",
    )
    places = list(range(len(names))) if len(names) <= _MOST_NAMED else []
    labels = [plot_label(names[place], 22) for place in places]
    # Left to itself Plotly makes room for whole markers, and the cells no longer fill the square.
    figure.update_yaxes(range=[len(names) - 0.5, -0.5], tickvals=places, ticktext=labels)
    figure.update_xaxes(range=[-0.5, len(names) - 0.5], tickvals=places, ticktext=labels, tickangle=-45)
    figure.update_xaxes(showgrid=False, zeroline=False).update_yaxes(showgrid=False, zeroline=False)
    return laid_out(figure, 520)


def _reliability(found: Predictions) -> go.Figure:
    bins = calibration(found)
    filled = bins.counts > 0
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "width": 1}, hoverinfo="skip"))
    figure.add_scatter(
        x=bins.confidence[filled],
        y=bins.accuracy[filled],
        mode="lines+markers",
        marker={"size": 6 + 18 * np.sqrt(bins.counts[filled] / bins.counts.max())},
        customdata=bins.counts[filled],
        hovertemplate="confidence %{x:.2f}, accuracy %{y:.2f}, %{customdata:,} rows<extra></extra>",
    )
    figure.update_xaxes(title="Confidence", range=[0, 1.05])
    figure.update_yaxes(title="Accuracy", range=[0, 1.05])
    return laid_out(figure, 380)


def _cell(context: AnalysisContext, found: Predictions, cell: tuple[int, int] | None, key: str) -> Selection | None:
    """Draw the rows of a cell, or of all that were taken for another class."""
    if cell is None:
        rows = np.flatnonzero(~found.right)
        title, how = "Misclassified rows, most confident first", "misclassified"
    else:
        truth, predicted = (found.names[code] for code in cell)
        rows = np.flatnonzero((found.truth == cell[0]) & (found.predicted == cell[1]))
        title, how = f"{md_label(truth)} predicted as {md_label(predicted)}", f"{truth} as {predicted}"
    rows = rows[np.argsort(-found.confidence[rows], kind="stable")]
    st.markdown(f"**{title}** · {len(rows):,} rows")
    columns = {
        "label": [found.names[code] for code in found.truth[rows].tolist()],
        "prediction": [found.names[code] for code in found.predicted[rows].tolist()],
        "confidence": found.confidence[rows].astype(float).tolist(),
    }
    return row_table.show(context.dataset, found.rows[rows].tolist(), columns, f"{key}-cell-{cell}", how, NARROW)


def _export(context: AnalysisContext, setup: Setup, found: Predictions, key: str) -> Relabeled | None:
    """Draw the ways to keep what was predicted; return the data set with it."""
    names = [found.names[code] for code in found.predicted.tolist()]
    columns = {"prediction": names, "confidence": found.confidence.tolist()}
    mark = fingerprint(context.dataset.key, names)[:8]
    with st.container(horizontal=True, gap="small"):
        download(
            "CSV of all predictions",
            lambda: to_csv(row_table.table(context.dataset, found.rows.tolist(), columns)),
            f"predictions-{mark}.csv",
            f"{key}-export",
        )
        predicted = dict(zip(found.rows.tolist(), names, strict=True))
        return classify_labels.keep(context.dataset, f"{setup.label} predicted", predicted, key)
