"""The views of Evaluate, one at a time."""

from enum import StrEnum

import streamlit as st

from components.evaluate import bring, judge, labels, pairs
from components.evaluate import retrieval as evaluate_retrieval
from components.evaluate.bring import Change
from components.widgets.context import AnalysisContext
from components.widgets.judgments import judgments_in_use
from embedding_core.data.judgment_files import ReadJudgments
from embedding_core.evaluate.state import EvaluateState
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection, Workspace


class View(StrEnum):
    """What to measure with."""

    RETRIEVAL = "Retrieval"
    PAIRS = "Sentence pairs"
    LABELS = "Labels"


NOTES = {
    View.RETRIEVAL: evaluate_retrieval.NOTE,
    View.PAIRS: pairs.NOTE,
    View.LABELS: labels.NOTE,
}


def retrieval(
    context: AnalysisContext, workspace: Workspace, key: str, number: int
) -> Selection | Change | ReadJudgments | None:
    """Draw what was measured by judgments, and the ways to more of them; return what is to change."""
    judged = workspace.state(EvaluateState).judgments
    judgments = judgments_in_use(context.engine, workspace)
    chosen: Selection | Change | None = None
    if judgments is not None and judged is not None:
        cross_encoder = workspace.state(SearchState).settings.cross_encoder
        chosen = evaluate_retrieval.show(context, judgments, judged, cross_encoder, key)
    change: Change | ReadJudgments | None = bring.marks(context, workspace, judgments, key)
    with st.expander("Add more judgments" if judgments else "Add judgments", expanded=judgments is None):
        if judgments is None:
            st.caption(
                "How well do the ranking methods of the Search page find the relevant items? Enter a query and tick "
                "the relevant items, or import queries with known relevant items."
            )
        change = judge.show(context, judgments, f"{key}-{context.key}-judge") or change
        change = bring.show(context.engine, context.dataset, f"{key}-drop-{number}") or change
        if judgments is not None and st.button("Remove judgments", icon=":material/close:", key=f"{key}-away"):
            change = Change(None)
    return change or chosen
