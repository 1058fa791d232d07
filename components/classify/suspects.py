"""Labels that look wrong: read, accept, or fix."""

import numpy as np
import streamlit as st

from components.classify.labels import NARROW, Relabeled, relabeled
from components.classify.setup import Setup
from components.widgets import code as show_code
from components.widgets import empty, row_table
from components.widgets.context import AnalysisContext
from embedding_core.classifiers.evaluate import Predictions
from embedding_core.classifiers.split import SplitParams
from embedding_core.classify import snippet
from embedding_core.classify.stages import CrossValidate
from embedding_core.classify.state import ClassifyState
from embedding_core.classify.suspects import suspect_labels
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "A label is **suspect** when a classifier that was not trained on the row predicts another class with at least "
    "its usual confidence for that class (**confident learning**). This finds labeling errors and ambiguous rows; "
    "only reading tells which is which. Fix the wrong labels: the data set gets a new version, and nothing is "
    "embedded again. Further reading: [Northcutt, Jiang and Chuang, 2021](https://arxiv.org/abs/1911.00068)."
)


_AS_SUGGESTED = -1
"""A code that no class has."""


def show(
    context: AnalysisContext, setup: Setup, now: Workspace, key: str
) -> Selection | Relabeled | ClassifyState | None:
    """Draw the suspects; return rows for the map, the data set with fixed labels, or the labels confirmed so far."""
    confirmed = now.state(ClassifyState).confirmed
    # Every row has to be judged, whatever part is held out elsewhere.
    everything = SplitParams(setup.split.folds, seed=setup.split.seed)
    found = context.result(CrossValidate(context.space, setup.label, setup.params, everything))
    if found is None:
        return None
    suspects = suspect_labels(found)
    accepted = {row for column, row in confirmed if column == setup.label}
    left = [place for place, row in enumerate(suspects.rows.tolist()) if row not in accepted]
    if not left:
        empty.hint(
            f"None of the {len(found.rows):,} labels looks wrong"
            + (" apart from those you confirmed." if accepted else ".")
        )
        return None
    rows = suspects.rows[left].tolist()
    suggested = dict(zip(rows, (found.names[code] for code in suspects.suggested[left].tolist()), strict=True))
    already = f" {len(suspects.rows) - len(left):,} more were confirmed." if len(left) < len(suspects.rows) else ""
    st.caption(f"{len(left):,} of {len(found.rows):,} labels look wrong, most confident first.{already}")
    columns = {
        "label": [found.names[code] for code in suspects.labels[left].tolist()],
        "suggested": list(suggested.values()),
        "confidence": suspects.confidence[left].astype(float).tolist(),
        "label probability": suspects.given[left].astype(float).tolist(),
    }
    shown = row_table.show(context.dataset, rows, columns, f"{key}-suspects", "suspect labels", NARROW)
    decided = _decide(context, setup, found, suggested, key)
    show_code.show(snippet.suspects(context.dataset.key, context.space.encoder, setup.label, setup.params, everything))
    if isinstance(decided, tuple):
        return ClassifyState((*confirmed, *((setup.label, row) for row in decided)))
    return shown or decided


def _decide(
    context: AnalysisContext, setup: Setup, found: Predictions, suggested: dict[int, str], key: str
) -> Relabeled | tuple[int, ...] | None:
    """Draw what can be done about suspects; return the data set with labels fixed, or the rows that are right."""
    dataset = context.dataset
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        picked = st.multiselect(
            "Rows you have checked",
            list(suggested)[: row_table.SHOWN_ROWS],
            format_func=lambda row: f"{dataset.ids[row]}: {suggested[row]}",
            key=f"{key}-picked-{context.key}-{len(suggested)}",
            placeholder="Choose rows by ID",
        )
        code = st.selectbox(
            "New label",
            [_AS_SUGGESTED, *np.unique(found.truth).tolist()],
            format_func=lambda code: "as predicted" if code == _AS_SUGGESTED else found.names[code],
            key=f"{key}-label",
            width=200,
        )
        right = st.button("Fix label", icon=":material/edit:", disabled=not picked, key=f"{key}-right")
        fine = st.button("Confirm label", icon=":material/check:", disabled=not picked, key=f"{key}-accept")
    if right:
        names = {row: suggested[row] if code == _AS_SUGGESTED else found.names[code] for row in picked}
        return relabeled(dataset, setup.label, names)
    return tuple(picked) if fine else None
