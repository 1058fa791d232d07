"""One item of a search, opened by a click: to be read, and made an example."""

import streamlit as st

from components.app.untrusted import md_label, shorten
from components.search import examples
from components.search.picked import HitAction, Picked
from components.widgets import gallery
from embedding_core.data.dataset import Dataset

_HEIGHT = 150


def show(dataset: Dataset, row: int, key: str) -> Picked | None:
    """Draw the card and return what is to be done with its item."""
    with st.container(border=True, gap="small", key=f"{key}-card"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**Item {md_label(shorten(dataset.ids[row], 32))}**", width="content")
            picked = examples.offer((row,), f"{key}-{row}")
            if st.button("Show on the map", icon=":material/scatter_plot:", type="tertiary", key=f"{key}-{row}-map"):
                picked = Picked(HitAction.MAP, (row,))
        if dataset.is_picture[row]:
            gallery.show(dataset, [row], f"{key}-{row}-picture", size=gallery.WIDE)
        if dataset.texts[row]:
            with st.container(height=_HEIGHT if len(dataset.texts[row]) > 300 else "content", border=False):
                st.text(dataset.texts[row])
    return picked
