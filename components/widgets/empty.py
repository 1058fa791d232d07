"""What stands where there is nothing yet: what to do first, and a button that does it."""

from typing import Any

import streamlit as st


def show(pages: dict[str, Any]) -> None:
    """Draw a page that waits for data."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.markdown("**There is no data yet.** Import a file, paste some lines, or open a sample.")
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.page_link(pages["data"], label="Import data", icon=":material/upload_file:")
            st.page_link(pages["home"], label="Open a sample", icon=":material/auto_awesome:")


def hint(text: str) -> None:
    """Draw one sentence in the place of what will come; the sentence is ours."""
    with st.container(border=True):
        st.caption(text)
