"""Tables of somebody's data: what is sent is bounded, and cells and headers show as plain text."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.app.untrusted import md_label
from embedding_core.data.dataset import Dataset

PREVIEW_ROWS = 200
MAX_COLUMNS = 40
MAX_CHARS = 400


def bounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that a browser can take: its first columns, long texts cut, other objects written out."""
    shown = frame.iloc[:, :MAX_COLUMNS]
    return pd.DataFrame({name: _plain(shown[name]) for name in shown.columns}, index=shown.index)


def _plain(column: "pd.Series[Any]") -> "pd.Series[Any]":
    numeric = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column)
    if numeric or pd.api.types.is_bool_dtype(column):
        return column
    return column.map(_cut, na_action="ignore")


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= MAX_CHARS else f"{text[:MAX_CHARS]}…"


def preview_dataset(dataset: Dataset, key: str) -> None:
    """Show the name and the first rows of a data set."""
    st.subheader(md_label(dataset.name), anchor=False)
    head = dataset.take(list(range(min(len(dataset), PREVIEW_ROWS))), dataset.name)
    preview(head.frame(), key, len(dataset))


def preview(frame: pd.DataFrame, key: str, rows: int, height: int = 360, notes: Sequence[str] = ()) -> None:
    """Show the first rows of a table of so many, and say what is not shown and what was noted while it was read."""
    st.dataframe(bounded(frame.head(PREVIEW_ROWS)), key=key, height=height, hide_index=True, alt="The first rows")
    parts = []
    if rows > PREVIEW_ROWS:
        parts.append(f"the first {PREVIEW_ROWS} of {rows:,} rows")
    if frame.shape[1] > MAX_COLUMNS:
        parts.append(f"the first {MAX_COLUMNS} of {frame.shape[1]:,} columns")
    if parts:
        st.caption(f"Shown: {' and '.join(parts)}.")
    for note in notes:
        st.caption(f":material/info: {md_label(note)}")
