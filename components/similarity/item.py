"""One item, to be read beside another."""

import streamlit as st

from components.widgets import gallery
from embedding_core.data.dataset import Dataset

_LONG_TEXT = 1_500


def show(dataset: Dataset, row: int, key: str) -> None:
    """Draw its picture, its text, or its id where it has neither."""
    text = dataset.texts[row].strip()
    with st.container(border=True, height="stretch"):
        if dataset.is_picture[row]:
            gallery.show(dataset, [row], key, size=gallery.WIDE)
        elif text:
            st.text(text[:_LONG_TEXT] + ("…" if len(text) > _LONG_TEXT else ""))
        else:
            st.text(dataset.titles[row])
