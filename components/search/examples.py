"""The items a search is to find more like, or less like."""

import streamlit as st

from components.app.untrusted import md_label, shorten
from components.search.picked import HitAction, Picked
from embedding_core.data.dataset import Dataset
from embedding_core.search.state import SearchState
from embedding_core.workspace import Workspace

_NAMED = 3
_CHARS = 40


def show(dataset: Dataset, workspace: Workspace, key: str) -> Picked | None:
    """Draw what is marked, and what is selected and could be; return what is to be done."""
    state = workspace.state(SearchState)
    picked = _marked(dataset, state.more, state.less, key)
    selected = workspace.selection.rows
    # With nothing else to go by, what is selected is the example already.
    asked = state.query or state.picture or state.more
    if selected and asked and not set(selected) <= {*state.more, *state.less}:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"**Selected** {_named(dataset, selected)}", width="content")
            picked = offer(selected, key) or picked
    return picked


def offer(rows: tuple[int, ...], key: str) -> Picked | None:
    """Draw the two buttons that make examples of items, and return what was pressed."""
    for action, label, icon in (
        (HitAction.MORE, "More like this", "add"),
        (HitAction.LESS, "Less like this", "remove"),
    ):
        words = label if len(rows) == 1 else label.replace("this", "these")
        if st.button(words, icon=f":material/{icon}:", type="tertiary", key=f"{key}-{action}"):
            return Picked(action, rows)
    return None


def _marked(dataset: Dataset, more: tuple[int, ...], less: tuple[int, ...], key: str) -> Picked | None:
    if not (more or less):
        return None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for words, rows in (("More like", more), ("Less like", less)):
            if rows:
                st.caption(f"**{words}** {_named(dataset, rows)}", width="content")
        forget = st.button("Clear feedback", icon=":material/close:", type="tertiary", key=f"{key}-forget")
    return Picked(HitAction.FORGET) if forget else None


def _named(dataset: Dataset, rows: tuple[int, ...]) -> str:
    named = ", ".join(f"“{md_label(shorten(dataset.titles[row], _CHARS))}”" for row in rows[:_NAMED])
    return named if len(rows) <= _NAMED else f"{named} and {len(rows) - _NAMED:,} more"
