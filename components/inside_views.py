"""The views of Inside, one at a time."""

from enum import StrEnum
from typing import Protocol

import streamlit as st

from components import (
    inside_axes,
    inside_contexts,
    inside_interaction,
    inside_patches,
    inside_reading,
    inside_words,
    note,
)
from components.inside_bench import Bench
from embedding_core.types import Key
from embedding_core.workspace import Selection


class _Drawn(Protocol):
    LEAD: str
    NOTE: str

    def show(self, bench: Bench, key: str) -> Selection | Key | None: ...


class View(StrEnum):
    """What to look into."""

    READING = "Text to vector"
    CONTEXTS = "Words in context"
    INTERACTION = "Late interaction"
    WORDS = "Sparse words"
    AXES = "Semantic axes"
    PATCHES = "Parts of a picture"


_DRAWN: dict[View, _Drawn] = {
    View.READING: inside_reading,
    View.CONTEXTS: inside_contexts,
    View.INTERACTION: inside_interaction,
    View.WORDS: inside_words,
    View.AXES: inside_axes,
    View.PATCHES: inside_patches,
}
NEED_DATA = (View.WORDS, View.AXES)


def show(view: View, bench: Bench, key: str) -> Selection | Key | None:
    """Draw a view with its note; return what is to be shown on the map, or a picture that was brought, "" for none."""
    drawn = _DRAWN[view]
    st.markdown(drawn.LEAD)
    chosen = drawn.show(bench, f"{key}-{view.name.lower()}")
    note.show(drawn.NOTE)
    return chosen
