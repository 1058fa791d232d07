"""What a search found, with what each score means."""

from typing import Any

import pandas as pd
import streamlit as st

from components.tables import bounded
from embedding_core.dataset import Dataset
from embedding_core.exporting import to_csv
from embedding_core.fingerprint import fingerprint
from embedding_core.search import Hits

_ROW_HEIGHT, _HEAD_HEIGHT, _MOST_ROWS = 35, 40, 15


NOTE = (
    "Your words become a vector, and every item is ranked by the **cosine similarity** of its vector with it: 1 is the "
    "same direction, 0 unrelated. What counts as high differs from model to model, so each score has two companions: "
    "its **percentile** among all items for this query, and how many **random pairs** of your items are less alike. "
    "A hit that does not beat chance is no find, though it may stand first. To read: "
    "[Sentence-BERT](https://arxiv.org/abs/1908.10084)."
)


def table(dataset: Dataset, hits: Hits) -> pd.DataFrame:
    """Return the hits as a table: rank, scores, then the items' own columns."""
    rows = dataset.frame().iloc[hits.rows].reset_index(drop=True)
    scores = {"rank": range(1, len(hits.rows) + 1), "score": hits.scores, "percentile": 100 * hits.percentiles}
    head = pd.DataFrame({**scores, "beats chance": 100 * hits.null_percentiles})
    return pd.concat([head, rows.drop(columns=[name for name in head if name in rows])], axis=1)


def show(dataset: Dataset, hits: Hits, key: str) -> tuple[int, ...]:
    """Draw the hits and return the rows that are to be selected on the map, if that was asked for."""
    frame = table(dataset, hits)
    picked = st.dataframe(
        bounded(frame),
        hide_index=True,
        height=_HEAD_HEIGHT + _ROW_HEIGHT * min(len(frame), _MOST_ROWS),
        key=f"{key}-hits",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            "rank": st.column_config.NumberColumn("", width=40),
            "score": st.column_config.NumberColumn("cosine", format="%.3f", width=70),
            "percentile": _share("The share of all items that score lower for this query."),
            "beats chance": _share(
                "The share of random pairs of items that score lower. Near 100%: more alike than chance makes it."
            ),
            dataset.text_name: st.column_config.TextColumn(width="large"),
        },
    )
    chosen = [int(hits.rows[i]) for i in picked["selection"]["rows"]] or hits.rows.tolist()
    with st.container(horizontal=True, gap="small"):
        every = len(chosen) == len(hits.rows)
        words = f"Show {'all' if every else 'these'} {len(chosen):,} on the map"
        asked = st.button(words, type="primary", icon=":material/scatter_plot:", key=f"{key}-select")
        mark = fingerprint(dataset.key, [int(row) for row in hits.rows])[:8]
        st.download_button(
            *("CSV", lambda: to_csv(frame), f"hits-{mark}.csv", "text/csv"),
            icon=":material/download:",
            on_click="ignore",
            key=f"{key}-csv",
        )
    return tuple(sorted(chosen)) if asked else ()


def _share(meaning: str) -> Any:
    return st.column_config.ProgressColumn(help=meaning, width=110, format="%.1f %%", min_value=0, max_value=100)
