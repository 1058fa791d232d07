"""Classes by their names alone, for texts and pictures."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.app.untrusted import md_label
from components.classify import labels as classify_labels
from components.classify import zero_shot_panel
from components.classify.labels import Relabeled
from components.widgets import code as show_code
from components.widgets import empty, row_table
from components.widgets.context import AnalysisContext
from components.widgets.label_columns import label_columns
from components.widgets.metric import metric
from components.widgets.plots import CONFIG, laid_out, plot_label
from embedding_core import encoders
from embedding_core.classifiers.evaluate import judge_probabilities
from embedding_core.classifiers.measures import score
from embedding_core.classify import snippet
from embedding_core.classify.spreading import UNASSIGNED
from embedding_core.classify.zero_shot import ZeroShot, zero_shot
from embedding_core.data.labels import Labels, labels_like
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import EncodeQueries
from embedding_core.workspace import Selection

NOTE = (
    "Zero-shot classification needs no training: each class name, put into a template sentence, is embedded like any "
    "text, and an item gets the class with the most similar vector. Ambiguous names need a description. The "
    "**temperature** turns cosines into probabilities. They say which class fits best, not whether any class fits, "
    "so set a minimum confidence below which items stay unassigned. Further reading: "
    "[CLIP](https://arxiv.org/abs/2103.00020), Radford and others, 2021, section 3.1."
)
_MOST_SUGGESTED = 100


def show(context: AnalysisContext, key: str) -> Selection | Relabeled | None:
    """Draw the panel beside what it finds; return rows for the map, or the data set with the classes."""
    spec = encoders.resolve(context.space.encoder)
    if Modality.TEXT not in spec.reads:
        empty.hint("This encoder has no text input, so it cannot embed class names. Choose one that reads texts.")
        return None
    left, right = st.columns([1, 2], gap="medium")
    with left:
        params = zero_shot_panel.show(spec, _suggested(context), f"{key}-{context.dataset.items_key[:8]}")
    with right:
        if params is None:
            empty.hint("Enter the classes, one per line, and press Classify.")
            return None
        prompts = context.result(EncodeQueries(params.prompts, context.space), wait=2.0)
        if prompts is None:
            return None
        found = zero_shot(context.vectors, params.directions(prompts), params, spec.logit_bias)
        _measures(context, found)
        st.plotly_chart(_shares(found), key=f"{key}-shares", config=CONFIG, alt="Number of items per class")
    chosen = _rows(context, found, key)
    classes = {row: found.labels[code] for row, code in enumerate(found.codes.tolist()) if code != UNASSIGNED}
    kept = classify_labels.keep(context.dataset, "zero-shot", classes, key)
    show_code.show(snippet.zero_shot(context.dataset.key, context.space.encoder, params, spec.logit_bias))
    return kept or chosen


def _suggested(context: AnalysisContext) -> list[str]:
    """Return the labels of the data set, if they are few enough to be read."""
    for column in label_columns(context.dataset)[:1]:
        names = sorted({str(name).strip() for name in context.dataset.columns[column].dropna()} - {""})
        if 1 < len(names) <= _MOST_SUGGESTED:
            return [name.replace("_", " ").replace(":", " ") for name in names]
    return []


def _measures(context: AnalysisContext, found: ZeroShot) -> None:
    given = np.count_nonzero(found.codes != UNASSIGNED)
    summary = ""
    with st.grid(3, min_column_width=170):
        metric("Assigned", f"{given:,}", f"of {len(found.codes):,}")
        metric("Median confidence", f"{np.median(found.confidence):.2f}", "of the best class")
        for column in label_columns(context.dataset):
            labels = labels_like(context.dataset.columns[column], found.labels)
            if labels.counts[: len(found.labels)].any():
                summary = _accuracy(found, labels, column)
                break
    if summary:
        st.caption(summary)


def _accuracy(found: ZeroShot, labels: Labels, column: str) -> str:
    """Draw how many of those that got a class got the right one; return what was left out of that."""
    rows = labels.known[found.codes[labels.known] != UNASSIGNED]
    known, right = len(labels.known), 0.0
    if len(rows):
        accuracy = score(judge_probabilities(found.probabilities[rows], labels, rows)).accuracy
        meaning = f"{accuracy.low:.3f} to {accuracy.high:.3f}, by {md_label(column)}"
        metric("Accuracy", f"{accuracy.value:.3f}", meaning)
        right = accuracy.value * len(rows)
    if len(rows) == known:
        return ""
    without = "The accuracy is over the assigned items" if len(rows) else "Without assigned items there is no accuracy"
    return (
        f"{known - len(rows):,} of {known:,} labeled items are unassigned. {without}; over all labeled items, with "
        f"the unassigned counted as wrong, it is {right / known:.3f}."
    )


def _shares(found: ZeroShot) -> go.Figure:
    counts = np.bincount(found.codes[found.codes != UNASSIGNED], minlength=len(found.labels))
    names = [*map(plot_label, found.labels), "unassigned"]
    values = [*counts.tolist(), int(np.count_nonzero(found.codes == UNASSIGNED))]
    figure = go.Figure(
        go.Bar(x=values, y=list(range(len(names))), orientation="h", hovertemplate="%{x:,} items<extra></extra>")
    )
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(names))), ticktext=names)
    return laid_out(figure, min(640, 60 + 24 * len(names)))


def _rows(context: AnalysisContext, found: ZeroShot, key: str) -> Selection | None:
    """Draw the items of one class, or all, the surest first."""
    place = st.selectbox(
        "Show",
        [None, *range(len(found.labels)), UNASSIGNED],
        format_func=lambda code: "all" if code is None else "unassigned" if code == UNASSIGNED else found.labels[code],
        key=f"{key}-class-{len(found.labels)}",
        width=260,
    )
    rows = np.arange(len(found.codes)) if place is None else np.flatnonzero(found.codes == place)
    rows = rows[np.argsort(-found.confidence[rows], kind="stable")]
    names = found.names("unassigned")
    columns = {
        "class": [names[row] for row in rows.tolist()],
        "probability": found.confidence[rows].astype(float).tolist(),
    }
    how = "classified" if place is None else "unassigned" if place == UNASSIGNED else found.labels[place]
    return row_table.show(context.dataset, rows.tolist(), columns, f"{key}-found-{place}", how)
