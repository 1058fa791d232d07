"""A button that downloads a file, which is written when the button is clicked and not before."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

_MIMES = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}


def download(
    label: str,
    write: Callable[[], bytes],
    name: str,
    key: str | None = None,
    help: str | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """Draw a button that downloads what `write` returns as a file of that name.

    The name should tell one content from another, by a hash: Streamlit knows large files by a sample of their bytes.
    """
    st.download_button(
        label,
        write,
        name,
        _MIMES[name.rpartition(".")[2]],
        icon=":material/download:",
        on_click="ignore",
        key=key,
        help=help,
        width=width,
    )
