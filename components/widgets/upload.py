"""Files on their way from the browser to the store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.uploaded_file_manager import UploadedFile


@dataclass(frozen=True)
class Upload:
    """What a person brought."""

    name: str
    data: bytes


HEIGHT = 60
"""Pixels of what stands for the place where files are dropped while one is read: as high, with its buttons."""
ANYTHING = (
    "A table (CSV, TSV, JSON, JSONL, Parquet, Excel), plain text, vectors (npy, npz, safetensors) or pictures: many "
    "files at once, a ZIP, or together with a table that names them."
)
ONE_FOLDER = "All pictures in a folder and its subfolders. The names of the subfolders become labels."
ONE_TABLE = "CSV, TSV, JSON, JSONL, Parquet, Excel or plain text."


def show(label: str, key: str, caption: str = ANYTHING) -> list[Upload]:
    """Draw a place to drop files; return them once, after which the key must change.

    Any file may come: what it is shows in its content, not in its name.
    """
    return _receive(label, key, caption, True)


def show_folder(label: str, key: str) -> list[Upload]:
    """Draw a place for a whole folder; return its files once, after which the key must change."""
    return _receive(label, key, ONE_FOLDER, "directory")


def show_one(label: str, key: str, caption: str = ONE_TABLE) -> Upload | None:
    """Draw a place to drop one file; return it once, after which the key must change."""
    return next(iter(_receive(label, key, caption, False)), None)


def show_companion(key: str) -> Upload | None:
    """Draw a place for what is known of each vector of a file; return it once, after which the key must change."""
    with st.expander("Add metadata for each vector", icon=":material/attach_file:"):
        return show_one("Metadata", key)


def _receive(label: str, key: str, caption: str, many: bool | Literal["directory"]) -> list[Upload]:
    with st.container(gap="xsmall", key=key):
        found = st.file_uploader(label, key=f"{key}-file", label_visibility="collapsed", accept_multiple_files=many)
        if caption:
            st.caption(caption)
    files = cast("Sequence[UploadedFile]", found if many else [found] if found is not None else [])
    uploads = []
    for file in files:
        # A folder's files come with their path in it; anywhere else a path is no part of a name.
        uploads.append(Upload(file.name if many == "directory" else file.name.rsplit("/", 1)[-1], file.getvalue()))
        # Streamlit keeps an uploaded file in memory long after its page was left; the store has it from here on.
        if (context := get_script_run_ctx()) is not None:
            manager = cast("MemoryUploadedFileManager", context.uploaded_file_mgr)
            manager.remove_file(context.session_id, file.file_id)
    return uploads


def paste(key: str) -> Upload | None:
    """Draw a place to paste text; return what was pasted, once."""
    with st.form(key, border=False, clear_on_submit=True):
        text = st.text_area(
            "Text", height=160, label_visibility="collapsed", placeholder="One item per line, or a table with a header"
        )
        pressed = st.form_submit_button("Use this text", icon=":material/content_paste:")
    return Upload("Pasted text", text.encode("utf-8", "replace")) if pressed and text.strip() else None
