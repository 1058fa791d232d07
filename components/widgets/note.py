"""A few sentences on what a page shows, for whoever wonders."""

import streamlit as st


def show(text: str) -> None:
    """Draw the note, closed; the text is ours: markdown, with the term of the field in bold and a source to read."""
    with st.expander("About this view", icon=":material/help:"):
        st.markdown(text)
