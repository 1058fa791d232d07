"""Few labels passed on to all rows; and labels given by hand to what is selected on the map."""

import numpy as np
import streamlit as st

from components.classify import labels as classify_labels
from components.classify.labels import Relabeled, relabeled
from components.classify.setup import Setup
from components.widgets import code as show_code
from components.widgets import empty, row_table
from components.widgets.context import AnalysisContext
from embedding_core.classify import snippet
from embedding_core.classify.stages import SpreadLabels
from embedding_core.data.labels import labels_of
from embedding_core.workspace import Selection

NOTE = (
    "Label a few rows by hand: select them on the map and type a label, then do the same for the other classes. "
    "**Label spreading** passes the labels on to the nearest neighbors until nothing changes, so that a dense region "
    "gets one label. It needs few labels, and it errs where the regions of two classes touch. Further reading: [Zhou "
    "and others, 2003](https://papers.nips.cc/paper/2506-learning-with-local-and-global-consistency)."
)
BY_HAND = "by hand"
_LONGEST = 80


def show(context: AnalysisContext, setup: Setup | None, key: str) -> Selection | Relabeled | None:
    """Draw labeling by hand and what spreads from it; return rows for the map, or the data set with labels."""
    labeled = _by_hand(context, setup, key)
    if labeled is not None:
        return labeled
    if setup is None:
        return None
    labels = labels_of(context.dataset.columns[setup.label])
    found = context.result(SpreadLabels(context.space, setup.label))
    if found is None:
        return None
    reached = np.flatnonzero((labels.codes < 0) & (found.codes >= 0))
    if not len(reached):
        empty.hint("Every row already has a label. Save labels to a new column to see them spread.")
        return None
    st.caption(
        f"{len(labels.known):,} labeled rows of {len(labels.names):,} classes spread to {len(reached):,} others; "
        "least confident first."
    )
    rows = reached[np.argsort(found.confidence[reached], kind="stable")]
    names = [found.names[code] for code in found.codes[rows].tolist()]
    columns = {"label": names, "confidence": found.confidence[rows].astype(float).tolist()}
    shown = row_table.show(context.dataset, rows.tolist(), columns, f"{key}-spread", "spread labels")
    every = {row: found.names[code] for row, code in enumerate(found.codes.tolist()) if code >= 0}
    kept = classify_labels.keep(context.dataset, f"{setup.label} spread", every, key)
    show_code.show(snippet.spread(context.dataset.key, context.space.encoder, setup.label))
    return kept or shown


def _by_hand(context: AnalysisContext, setup: Setup | None, key: str) -> Relabeled | None:
    """Draw a way to label what is selected; return the data set with it."""
    rows = context.selection.rows
    with st.form(f"{key}-hand", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            label = st.text_input(
                f"Label for the {len(rows):,} selected rows",
                key=f"{key}-name",
                max_chars=_LONGEST,
                placeholder="Select rows on the map first" if not rows else "Label",
                width=360,
            )
            into = st.selectbox(
                "Column",
                list(dict.fromkeys([BY_HAND, *([setup.label] if setup else [])])),
                key=f"{key}-into",
                width=220,
            )
            given = st.form_submit_button("Apply label", icon=":material/label:", disabled=not rows, key=f"{key}-give")
    if not given or not label.strip() or not rows:
        return None
    return relabeled(context.dataset, str(into), dict.fromkeys(rows, label.strip()))
