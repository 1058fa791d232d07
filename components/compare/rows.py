"""The rows whose neighbors changed most, and both lists of one of them."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.app.items import picture_address
from components.app.untrusted import md_label
from components.widgets.encoder_choice import titled
from components.widgets.export import download
from components.widgets.tables import bounded
from embedding_core.base.keys import fingerprint
from embedding_core.compare import SpaceComparison
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv
from embedding_core.neighbors.exact import Neighbors

_SHOWN = 200
_HEIGHT = 300


def show(dataset: Dataset, near: SpaceComparison, key: str) -> int | None:
    """Draw the rows that changed most; return the one that was picked in the table."""
    rows = near.changed()[:_SHOWN].tolist()
    frame = changed(dataset, near, rows)
    picked = st.dataframe(
        bounded(frame),
        hide_index=True,
        height=_HEIGHT,
        key=f"{key}-changed",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "shared": st.column_config.NumberColumn(width=90),
            dataset.text_name: st.column_config.TextColumn(width="large"),
        },
    )
    mark = fingerprint(dataset.key, key, near.k)[:8]
    download(
        "CSV, all rows",
        lambda: to_csv(changed(dataset, near, near.changed().tolist())),
        f"compared-{mark}.csv",
        f"{key}-csv",
    )
    places = picked["selection"]["rows"]
    return rows[places[0]] if places and places[0] < len(rows) else None


def changed(dataset: Dataset, near: SpaceComparison, rows: list[int]) -> pd.DataFrame:
    """Return how many neighbors some rows have in common, and their own columns."""
    own = dataset.frame().iloc[rows].reset_index(drop=True)
    shared = np.rint(near.overlaps[rows] * near.k).astype(np.int64)
    return pd.concat([pd.DataFrame({"shared": shared}), own.drop(columns="shared", errors="ignore")], axis=1)


def neighbors(dataset: Dataset, row: int, lists: dict[str, Neighbors], k: int, key: str) -> None:
    """Draw the k neighbors of a row by each encoder, side by side; what is in one list alone is marked."""
    st.markdown(f"**{md_label(dataset.titles[row][:200])}**")
    found = [graph.indices[row, :k].tolist() for graph in lists.values()]
    shared = set(found[0]) & set(found[1])
    for place, (side, (name, graph)) in enumerate(zip(st.columns(2, gap="medium"), lists.items(), strict=True)):
        frame = pd.DataFrame(
            {
                "in both lists": [other in shared for other in found[place]],
                "cosine": graph.similarities[row, :k].astype(float),
                "text": [dataset.titles[other] for other in found[place]],
            }
        )
        with side:
            st.caption(f"Nearest by **{md_label(titled(name))}**")
            _list(dataset, frame, found[place], f"{key}-list-{place}")


def _list(dataset: Dataset, frame: pd.DataFrame, rows: list[int], key: str) -> None:
    config: dict[str, Any] = {
        "in both lists": st.column_config.CheckboxColumn(width=80, help="The row is in both lists."),
        "cosine": st.column_config.NumberColumn(format="%.3f", width=70),
        "text": st.column_config.TextColumn(width="large"),
    }
    if dataset.pictures:
        frame.insert(0, "picture", [picture_address(dataset.key, row) for row in rows])
        config["picture"] = st.column_config.ImageColumn(width="small")
    st.dataframe(bounded(frame), hide_index=True, key=key, column_config=config)
