"""A picture to search with."""

from dataclasses import dataclass

import streamlit as st

from components.widgets import upload, uploaded_picture
from embedding_core.base.types import Key
from embedding_core.engine import Engine


@dataclass(frozen=True)
class PictureQuery:
    """What is searched for beside words, or in their place."""

    picture: Key | None
    share: float


def show(engine: Engine, owner: str, stored: Key | None, share: float, key: str) -> PictureQuery:
    """Draw a place for a picture; after the picture has changed the key must change."""
    if stored is not None and not engine.store.has("upload", stored):
        stored = None  # The store has let it go since.
    with st.popover("Picture" if stored is None else "1 picture", icon=":material/image:"):
        if stored is not None:
            uploaded_picture.show(engine, stored, owner)
            if st.button("Remove", icon=":material/close:", key=f"{key}-away"):
                stored = None
        share = st.slider(
            "Weight of the picture",
            min_value=0.0,
            max_value=1.0,
            value=share,
            step=0.05,
            key=f"{key}-share",
            help="Weight of the picture's vector in the query; the text has the rest.",
        )
        brought = upload.show_one("Picture", f"{key}-drop", "Search with a picture, alone or together with text.")
        if brought is not None:
            stored = uploaded_picture.keep(engine, brought, owner) or stored
    return PictureQuery(stored, share)
