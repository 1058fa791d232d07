"""The views of Evaluate, one at a time."""

from enum import StrEnum

import streamlit as st

from components import evaluate_bring, evaluate_judge, evaluate_labels, evaluate_pairs, evaluate_retrieval
from components.evaluate_bring import Change
from components.scene import Scene
from embedding_core.workspace import Selection, Workspace


class View(StrEnum):
    """What to measure with."""

    RETRIEVAL = "Retrieval"
    PAIRS = "Sentence pairs"
    LABELS = "Labels"


NOTES = {
    View.RETRIEVAL: evaluate_retrieval.NOTE,
    View.PAIRS: evaluate_pairs.NOTE,
    View.LABELS: evaluate_labels.NOTE,
}


def retrieval(scene: Scene, workspace: Workspace, key: str, number: int) -> Selection | Change | None:
    """Draw what was measured by judgements, and the ways to more of them; return what is to change."""
    judgements = evaluate_bring.known(scene.engine, workspace)
    chosen: Selection | Change | None = None
    if judgements is not None and workspace.judgements is not None:
        chosen = evaluate_retrieval.show(scene, judgements, workspace.judgements, workspace.search.cross_encoder, key)
    change = evaluate_bring.marks(scene, workspace, judgements, key)
    with st.expander("More judgements" if judgements else "Bring judgements", expanded=judgements is None):
        if judgements is None:
            st.caption(
                "How well do the engines of Search find what answers a query? Ask one and tick what answers it; or "
                "bring queries whose answers are known."
            )
        change = evaluate_judge.show(scene, judgements, f"{key}-{scene.key}-judge") or change
        change = evaluate_bring.show(scene.engine, scene.dataset, f"{key}-drop-{number}") or change
        if judgements is not None and st.button("Put the judgements away", icon=":material/close:", key=f"{key}-away"):
            change = Change(None)
    return change or chosen
