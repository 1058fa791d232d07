"""A result as code, folded away under it."""

import streamlit as st


def show(code: str) -> None:
    """Draw the code, to be unfolded and copied."""
    with st.expander("Show the code", icon=":material/code:"):
        st.code(code, language="python")
        st.caption("Run this in the app's Python environment, on the machine where the data set is stored.")
