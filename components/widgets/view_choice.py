"""The choice between the views of a page."""

from enum import StrEnum
from typing import TypeVar

import streamlit as st

View = TypeVar("View", bound=StrEnum)


def choose(views: type[View], key: str, default: View | None = None) -> View:
    """Draw the choice and return it, to begin with the first view or the usual one; it is kept on other pages."""
    first = default or next(iter(views))
    picked = st.segmented_control(
        "View",
        list(views),
        default=first,
        required=True,
        key=f"{key}-view",
        label_visibility="collapsed",
        persist_state="session",
    )
    return views(picked or first)
