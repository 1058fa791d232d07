"""The ways to bring data: files, a folder, pasted text, a folder of the server."""

import streamlit as st

from components.app import problem
from components.data import intake
from components.widgets import upload
from components.widgets.upload import Upload
from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.arrivals import SortFiles
from embedding_core.data.intake import bring_folder
from embedding_core.data.pictures.folders import server_folder
from embedding_core.data.stages import Source
from embedding_core.engine import Engine


def show(engine: Engine, key: str) -> Source | SortFiles | None:
    """Draw every way to bring data; return what was brought, once, after which the key must change."""
    names = [":material/upload_file: Files", ":material/folder_open: Folder", ":material/content_paste: Paste"]
    root = load_config().image_root
    tabs = st.tabs([*names, *([":material/dns: On the server"] if root else [])])
    with tabs[0]:
        brought = upload.show("Drop files", key=f"drop-{key}")
    with tabs[1]:
        brought = brought or upload.show_folder("Drop a folder", key=f"drop-folder-{key}")
    with tabs[2]:
        pasted = upload.paste(key=f"paste-{key}")
        brought = brought or ([pasted] if pasted is not None else [])
    folder = None
    if root:
        with tabs[3]:
            folder = _ask_folder(f"folder-{key}")
    return _take(engine, brought, folder)


def drop(engine: Engine, key: str) -> Source | SortFiles | None:
    """Draw one place to drop files; return what was brought, once, after which the key must change."""
    return _take(engine, upload.show("Drop files", key=key), None)


def _ask_folder(key: str) -> str | None:
    with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Folder of pictures, relative to the folder that this server shares", placeholder="holidays/2026"
        )
        pressed = st.form_submit_button("Use this folder")
    return name.strip() if pressed else None


def _take(engine: Engine, brought: list[Upload], folder: str | None) -> Source | SortFiles | None:
    try:
        if brought:
            return intake.receive(engine, brought)
        return None if folder is None else bring_folder(server_folder(folder), folder or "Pictures")
    except InputError as error:
        problem.show(error)
        return None
