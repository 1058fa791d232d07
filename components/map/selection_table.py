"""The selected rows as a table, to read, export or pass on."""

from enum import StrEnum

import streamlit as st

from components.app.untrusted import shorten
from components.widgets.export import download
from components.widgets.tables import bounded
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv, to_parquet
from embedding_core.workspace import Selection


class SelectionAction(StrEnum):
    """What a person wants done with the selection."""

    SIMILAR = "similar"
    NARROW = "narrow"


def show(dataset: Dataset, selection: Selection, key: str) -> SelectionAction | None:
    """Draw the table and return what is to be done with it."""
    frame = dataset.frame().iloc[list(selection.rows)]
    # The name carries the content: Streamlit tells large downloads of the same name and length apart by samples only.
    mark = fingerprint(dataset.key, selection.rows)[:8]
    stem = f"{shorten(dataset.name, 40).replace('/', '_')}-selection-{mark}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(f"{len(selection):,} selected", width="content")
        st.space("stretch")
        similar = st.button("Find similar", icon=":material/search:", help="Use the selected items as the query")
        narrow = st.button(
            "New dataset from selection", icon=":material/filter_alt:", help="Open the selected rows as a new data set"
        )
        download("CSV", lambda: to_csv(frame), f"{stem}.csv")
        download("Parquet", lambda: to_parquet(frame), f"{stem}.parquet")
    st.dataframe(bounded(frame), hide_index=True, height=320, key=f"{key}-table")
    if similar:
        return SelectionAction.SIMILAR
    return SelectionAction.NARROW if narrow else None
