"""A picture that was brought: kept when it can be read, and seen upright and in colors a browser knows."""

import base64

import streamlit as st

from components.app import job_panel
from components.widgets.upload import Upload
from embedding_core.base.types import Key
from embedding_core.data.pictures.stages import SHOWN_SIDE, ShowPicture
from embedding_core.engine import Engine

_WAIT_SECONDS = 30.0
"""Reading a picture takes a moment; a worker that is busy with another file may take longer."""


def keep(engine: Engine, brought: Upload, owner: str) -> Key | None:
    """Store a picture and return its key; None, with the reason, when it cannot be read. A worker opens it."""
    key = engine.keep_upload(brought.data, brought.name)
    stage = ShowPicture(key)
    job_panel.result(engine, stage, owner, height=0, wait=_WAIT_SECONDS)
    return None if job_panel.failed(engine, stage) else key


def show(engine: Engine, picture: Key, owner: str) -> None:
    """Draw an upload. It goes into the page itself: an address of its own would be open to whoever guesses it."""
    small: bytes | None = job_panel.result(engine, ShowPicture(picture), owner, height=SHOWN_SIDE)
    if small is not None:
        st.image(f"data:image/jpeg;base64,{base64.b64encode(small).decode()}")
