"""Some rows as a table, with what was found of each; and the way to the map."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components.app.items import picture_address
from components.widgets.export import download
from components.widgets.tables import bounded
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv
from embedding_core.workspace import Selection

SHOWN_ROWS = 500
_ROW_HEIGHT, _HEAD_HEIGHT, _MOST_HIGH = 35, 40, 11


def show(
    dataset: Dataset,
    rows: Sequence[int],
    found: Mapping[str, Sequence[Any]],
    key: str,
    how: str,
    config: Mapping[str, Any] | None = None,
) -> Selection | None:
    """Draw the table and return the rows that are to be shown on the map, if that was asked for.

    Args:
        dataset: holds the rows.
        rows: in the order to be shown.
        found: what is known of each of them, by column.
        key: begins the keys of the widgets.
        how: what the rows are, for the selection.
        config: how columns are drawn.
    """
    frame = table(dataset, rows, found)
    shown = bounded(frame.head(SHOWN_ROWS))
    settings = _columns(found) | dict(config or {})
    if dataset.pictures:
        shown.insert(0, "picture", [picture_address(dataset.key, row) for row in rows[:SHOWN_ROWS]])
        settings["picture"] = st.column_config.ImageColumn(width="small")
    picked = st.dataframe(
        shown,
        hide_index=True,
        height=_HEAD_HEIGHT + _ROW_HEIGHT * min(max(len(frame), 1), _MOST_HIGH),
        key=f"{key}-rows",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={dataset.text_name: st.column_config.TextColumn(width="large"), **settings},
    )
    if len(frame) > SHOWN_ROWS:
        st.caption(f"Shown: the first {SHOWN_ROWS} of {len(frame):,} rows.")
    chosen = [rows[place] for place in picked["selection"]["rows"]] or list(rows)
    with st.container(horizontal=True, gap="small"):
        words = f"Show {'all' if len(chosen) == len(rows) > 1 else 'these' if len(chosen) > 1 else 'this'} on the map"
        asked = st.button(
            words, icon=":material/scatter_plot:", key=f"{key}-map", disabled=not chosen, help=f"{len(chosen):,} rows"
        )
        mark = fingerprint(dataset.key, [int(row) for row in rows], how)[:8]
        download("CSV", lambda: to_csv(frame), f"{how.replace(' ', '-')}-{mark}.csv", f"{key}-csv")
    return Selection(tuple(sorted(map(int, chosen))), how) if asked else None


def table(dataset: Dataset, rows: Sequence[int], found: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Return what was found, then the rows' own columns; one of these that shares a name is left out."""
    own = dataset.frame().iloc[list(rows)].reset_index(drop=True)
    head = pd.DataFrame(dict(found), index=own.index)
    return pd.concat([head, own.drop(columns=[name for name in head if name in own])], axis=1)


def _columns(found: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return how columns of numbers are drawn: with three digits. A setting of None would hide the others."""
    return {
        name: st.column_config.NumberColumn(format="%.3f", width=max(90, 9 * len(name)))
        for name, values in found.items()
        if len(values) and isinstance(values[0], float)
    }
