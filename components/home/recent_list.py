"""Data sets that a visitor opened before, one click each."""

from collections.abc import Sequence

import streamlit as st

from components.app.untrusted import md_label, shorten
from embedding_core.base.types import Key


def show(recent: Sequence[tuple[Key, str, int]], current: Key | None, key: str) -> Key | None:
    """Draw a button for each (key, name, rows); return the key of the one that was pressed."""
    pressed = None
    with st.container(horizontal=True):
        for place, (dataset, name, rows) in enumerate(recent):
            icon = ":material/radio_button_checked:" if dataset == current else ":material/history:"
            if st.button(f"{md_label(shorten(name, 36))} · {rows:,} rows", key=f"{key}-{place}", icon=icon):
                pressed = dataset
    return pressed
