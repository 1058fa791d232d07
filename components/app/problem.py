"""An error that a person can act on, as it appears on the page."""

import streamlit as st

from components.app.untrusted import md_label
from embedding_core.base.errors import InputError, JobCancelledError, ParameterError, VectorscopeError


def show(error: VectorscopeError, key: str | None = None) -> bool:
    """Show what happened and what to do; with a key, also a button where trying again may help: return its press."""
    stopped = isinstance(error, JobCancelledError)
    lines = [f"**{md_label(error.message)}**", md_label(error.hint)]
    body = "  \n".join(line for line in lines if line)
    if stopped:
        st.info(body, icon=":material/pause_circle:")
    else:
        st.error(body, icon=":material/error:")
    # The same input and the same setting fail the same way: those have to be changed.
    if key is None or isinstance(error, InputError | ParameterError):
        return False
    return st.button("Start again" if stopped else "Try again", key=key, icon=":material/refresh:")
