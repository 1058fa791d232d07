"""A file on its way from the browser to the store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager


@dataclass(frozen=True)
class Upload:
    """What a person brought."""

    name: str
    data: bytes


HEIGHT = 60
"""Pixels of what stands for the place where files are dropped while one is read: as high, with its buttons."""
_READABLE = "CSV, TSV, JSON, JSONL, Parquet, Excel or plain text; vectors as npy, npz, safetensors, Parquet or TSV."


def show(label: str, key: str) -> Upload | None:
    """Draw a place to drop a file; return the file once, after which the key must change.

    Any file may come: what it is shows in its content, not in its name.
    """
    with st.container(gap="xsmall", key=key):
        file = st.file_uploader(label, key=f"{key}-file", label_visibility="collapsed")
        st.caption(_READABLE)
    if file is None:
        return None
    upload = Upload(file.name.rsplit("/", 1)[-1], file.getvalue())
    # Streamlit keeps an uploaded file in memory long after its page was left; the store has it from here on.
    if (context := get_script_run_ctx()) is not None:
        uploads = cast("MemoryUploadedFileManager", context.uploaded_file_mgr)
        uploads.remove_file(context.session_id, file.file_id)
    return upload


def paste(key: str) -> Upload | None:
    """Draw a place to paste text; return what was pasted, once."""
    with st.form(key, border=False, clear_on_submit=True):
        text = st.text_area(
            "Text", height=160, label_visibility="collapsed", placeholder="One item a line, or a table with a header"
        )
        pressed = st.form_submit_button("Use this text", icon=":material/content_paste:")
    return Upload("Pasted text", text.encode("utf-8", "replace")) if pressed and text.strip() else None
