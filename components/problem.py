"""An error that a person can act on, as it appears on the page."""

import streamlit as st

from components.untrusted import md_label
from embedding_core.errors import JobCancelledError, VectorscopeError


def show(error: VectorscopeError, key: str | None = None) -> bool:
    """Show what happened and what to do; with a key, also a button: return whether it was pressed."""
    stopped = isinstance(error, JobCancelledError)
    lines = [f"**{md_label(error.message)}**", md_label(error.hint)]
    body = "  \n".join(line for line in lines if line)
    if stopped:
        st.info(body, icon=":material/pause_circle:")
    else:
        st.error(body, icon=":material/error:")
    if key is None:
        return False
    return st.button("Start again" if stopped else "Try again", key=key, icon=":material/refresh:")
