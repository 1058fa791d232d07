"""The views of the Inspect page, one at a time."""

from enum import StrEnum
from typing import Protocol

import streamlit as st

from components.inspect import axes, contexts, interaction, patches, reading, words
from components.inspect.context import InspectContext
from components.widgets import note
from embedding_core.base.types import Key
from embedding_core.workspace import Selection


class _Drawn(Protocol):
    LEAD: str
    NOTE: str

    def show(self, context: InspectContext, key: str) -> Selection | Key | None: ...


class View(StrEnum):
    """What to look into."""

    READING = "Text to vector"
    CONTEXTS = "Words in context"
    INTERACTION = "Late interaction"
    WORDS = "Sparse weights"
    AXES = "Semantic axes"
    PATCHES = "Image patches"


_DRAWN: dict[View, _Drawn] = {
    View.READING: reading,
    View.CONTEXTS: contexts,
    View.INTERACTION: interaction,
    View.WORDS: words,
    View.AXES: axes,
    View.PATCHES: patches,
}
NEED_DATA: tuple[View, ...] = (View.WORDS, View.AXES)


def show(view: View, context: InspectContext, key: str) -> Selection | Key | None:
    """Draw a view with its note; return what is to be shown on the map, or a picture that was brought, "" for none."""
    drawn = _DRAWN[view]
    st.markdown(drawn.LEAD)
    chosen = drawn.show(context, f"{key}-{view.name.lower()}")
    note.show(drawn.NOTE)
    return chosen
