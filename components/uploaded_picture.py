"""A picture that was brought, as it is seen: upright and in colours a browser knows."""

import base64

import streamlit as st

from embedding_core.sources.pictures import decode, thumbnail
from embedding_core.store import Store
from embedding_core.types import Key

_SIDE = 160


def show(store: Store, picture: Key) -> None:
    """Draw an upload. It goes into the page itself: an address of its own would be open to whoever guesses it."""
    data = (store.open("upload", picture) / "bytes").read_bytes()
    small = thumbnail(decode(data, _SIDE).image, _SIDE)
    st.image(f"data:image/jpeg;base64,{base64.b64encode(small).decode()}")
