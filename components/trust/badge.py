"""A few words beside the map: what it can be trusted for, with the way to the details."""

from typing import Any, Literal

import streamlit as st

from components.app import job_panel
from components.embedding_map.trust_layer import FEWEST_ROWS
from components.trust import verdict as trust_words
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection.stages import Project
from embedding_core.trust import Claim, Grade, verdict
from embedding_core.trust.stages import MeasureMap
from embedding_core.workspace import Workspace

_SHORT = {
    "trustworthiness": "Trustworthiness (close = similar)",
    "continuity": "Continuity (similar = close)",
    "correlation": "Distance correlation (far = unlike)",
}
_COLORS: dict[Grade, Literal["green", "orange", "red"]] = {
    Grade.HIGH: "green",
    Grade.MEDIUM: "orange",
    Grade.LOW: "red",
}


def show(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, pages: dict[str, Any]) -> None:
    """Draw the words once the map is drawn and measured; nothing before."""
    state = workspace.state(MapState)
    if len(dataset) < FEWEST_ROWS or state.centered:
        return
    drawn = Project(engine.embedding(dataset, workspace.encoder), state.projection)
    if not engine.ready(drawn):
        return
    found = job_panel.result(engine, MeasureMap(drawn), owner, height=0, wait=0)
    if found is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for claim in verdict(found):
            with st.container(gap=None, width="content"):
                st.badge(words(claim), color=_COLORS[claim.grade], help=figures(claim))
                st.caption(trust_words.beside(claim))
        st.page_link(pages["trust"], label="Trust", icon=":material/verified:", help="How faithful this map is")


def words(claim: Claim) -> str:
    """Return what is claimed and the answer, in a few words."""
    return f"{_SHORT[claim.measure]}: {trust_words.answer(claim).lower()}"


def figures(claim: Claim) -> str:
    """Return what is claimed and its figure, beside those of PCA and of the map shuffled."""
    named = f"{trust_words.NAMES[claim.measure]} {claim.value:.3f}"
    return f"{claim.question} {named}; PCA {claim.pca:.3f}; random baseline (the map shuffled) {claim.chance:.3f}."
