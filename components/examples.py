"""The items a search is to find more like, or less like."""

import streamlit as st

from components.untrusted import md_label, shorten
from embedding_core.dataset import Dataset

_NAMED = 4
_CHARS = 40


def show(dataset: Dataset, more: tuple[int, ...], less: tuple[int, ...], key: str) -> bool:
    """Draw what is marked, if anything; return whether it is to be forgotten."""
    if not (more or less):
        return False
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for words, rows in (("More like", more), ("Less like", less)):
            if rows:
                st.caption(f"**{words}** {_named(dataset, rows)}", width="content")
        return st.button("Forget", icon=":material/close:", type="tertiary", key=f"{key}-forget")


def _named(dataset: Dataset, rows: tuple[int, ...]) -> str:
    named = ", ".join(f"“{md_label(shorten(dataset.titles[row], _CHARS))}”" for row in rows[:_NAMED])
    return named if len(rows) <= _NAMED else f"{named} and {len(rows) - _NAMED:,} more"
