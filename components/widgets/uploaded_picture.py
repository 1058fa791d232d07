"""A picture that was brought, as it is seen: upright and in colors a browser knows."""

import base64

import streamlit as st

from embedding_core.base.store import Store
from embedding_core.base.types import Key
from embedding_core.data.pictures.decode import decode, thumbnail

_SIDE = 160


def show(store: Store, picture: Key) -> None:
    """Draw an upload. It goes into the page itself: an address of its own would be open to whoever guesses it."""
    data = (store.open("upload", picture) / "bytes").read_bytes()
    small = thumbnail(decode(data, _SIDE).image, _SIDE)
    st.image(f"data:image/jpeg;base64,{base64.b64encode(small).decode()}")
