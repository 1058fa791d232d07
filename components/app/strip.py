"""The strip on top of every page: what is loaded, with one click to change each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.app.untrusted import md_label, shorten

_NAME_CHARS = 30


@dataclass(frozen=True)
class Loaded:
    """What the strip says."""

    name: str
    rows: int
    encoder: str
    selected: int
    can_undo: bool


def show(
    loaded: Loaded | None, pages: dict[str, Any], on_clear: Callable[[], None], on_undo: Callable[[], None]
) -> None:
    """Draw the data set, the encoder and the selection as links to where each is changed."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if loaded is None:
            st.page_link(pages["data"], label="No data yet", icon=":material/database:", help="Import data")
            return
        name = md_label(shorten(loaded.name, _NAME_CHARS))
        label = f"**{name}** · {loaded.rows:,} {'row' if loaded.rows == 1 else 'rows'}"
        st.page_link(pages["data"], label=label, icon=":material/database:", help="Change the data set")
        encoder = md_label(shorten(loaded.encoder.rsplit("/", 1)[-1], _NAME_CHARS))
        st.page_link(pages["encoder"], label=encoder, icon=":material/memory:", help="Change the encoder")
        words = f"**{loaded.selected:,}** selected" if loaded.selected else "Nothing selected"
        st.page_link(pages["map"], label=words, icon=":material/lasso_select:", help="Select on the map")
        if loaded.selected:
            st.button("Clear", key="strip-clear", type="tertiary", icon=":material/close:", on_click=on_clear)
        if loaded.can_undo:
            st.button("Undo", key="strip-undo", type="tertiary", icon=":material/undo:", on_click=on_undo)
