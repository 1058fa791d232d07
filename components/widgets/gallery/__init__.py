"""Pictures as a grid, a page of it at a time; a click picks one. The pictures come by the app's own route."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from components.app.items import picture_address
from components.app.untrusted import shorten
from embedding_core.data.dataset import Dataset

PAGE = 48
WIDE, LARGE, SMALL = 220, 120, 84
"""Least width of a tile in pixels."""
_MOST_CHARS = 160
_HERE = Path(__file__).parent
_GALLERY = st.components.v2.component(
    "vectorscope_gallery",
    html='<div class="gallery"></div>',
    css=(_HERE / "gallery.css").read_text(encoding="utf-8"),
    js=(_HERE / "gallery.js").read_text(encoding="utf-8"),
)


def show(
    dataset: Dataset,
    rows: Sequence[int],
    key: str,
    *,
    notes: Sequence[str] = (),
    picked: int | None = None,
    size: int = LARGE,
) -> int | None:
    """Draw rows as tiles, all of them; return the row that was just clicked.

    Args:
        dataset: whose rows they are.
        rows: in the order they are shown.
        key: of the component.
        notes: a few words under each.
        picked: the row that is marked.
        size: least width of a tile in pixels.
    """
    items = [_tile(dataset, int(row), note) for row, note in zip(rows, notes or [""] * len(rows), strict=True)]
    data = {"items": items, "size": size, "picked": picked}
    clicked: Any = _GALLERY(data=data, key=key, height="content", on_picked_change=_take_notice).picked
    return None if clicked is None else int(clicked)


def browse(dataset: Dataset, key: str, rows: Sequence[int] | None = None, picked: int | None = None) -> int | None:
    """Draw the pictures among some rows, or all, a page at a time; return the row that was just clicked."""
    wanted = range(len(dataset)) if rows is None else rows
    pictures = [row for row in wanted if dataset.is_picture[row]]
    if not pictures:
        return None
    pages = -(-len(pictures) // PAGE)
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{len(pictures):,} pictures", width="content")
            page = st.pagination(pages, key=f"{key}-page")
    start = (min(page, pages) - 1) * PAGE
    return show(dataset, pictures[start : start + PAGE], f"{key}-tiles", picked=picked)


def _tile(dataset: Dataset, row: int, note: str) -> dict[str, Any]:
    src = picture_address(dataset.key, row) if dataset.is_picture[row] else ""
    return {"row": row, "title": shorten(dataset.titles[row], _MOST_CHARS), "note": note, "src": src}


def _take_notice() -> None:
    """Be there: Streamlit passes on only events that have a callback."""
