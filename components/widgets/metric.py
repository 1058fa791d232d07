"""A figure with what it means under it."""

import streamlit as st


def metric(label: str, value: str, meaning: str, help: str | None = None) -> None:
    """Draw a value in a bordered card, with an interval, a baseline or a unit under it in gray."""
    st.metric(label, value, meaning, delta_color="off", delta_arrow="off", border=True, height="stretch", help=help)
