"""One item: its text, what is known about it, and its nearest neighbors in the original space."""

import pandas as pd
import streamlit as st

from components.app.untrusted import md_label, shorten
from components.widgets import gallery
from components.widgets.tables import bounded
from embedding_core.data.dataset import Dataset
from embedding_core.neighbors.exact import Neighbors

SHOWN_NEIGHBORS = 10
_LONG_TEXT = 1_500


def show(dataset: Dataset, row: int, neighbors: Neighbors | None, key: str) -> int | None:
    """Draw the card and return the neighbor that was clicked, if one was."""
    st.markdown(f"**Item {md_label(shorten(dataset.ids[row], 32))}**")
    text = dataset.texts[row]
    if dataset.is_picture[row]:
        gallery.show(dataset, [row], f"{key}-picture", size=gallery.WIDE)
    if text or not dataset.is_picture[row]:
        with st.container(border=True):
            st.text(text[:_LONG_TEXT] + ("…" if len(text) > _LONG_TEXT else "") or "(empty)")
    known = dataset.columns.iloc[row].dropna()
    if len(known):
        facts = pd.DataFrame({"column": known.index.astype(str), "value": known.astype(str).to_numpy()})
        facts = bounded(facts)
        st.dataframe(facts, hide_index=True, height="content" if len(facts) <= 6 else 240, key=f"{key}-facts")
    st.markdown(
        "**Nearest neighbors**",
        help=(
            "By cosine similarity of the full vectors, not by distance on the map: 1 means the same direction, 0 "
            "unrelated."
        ),
    )
    if neighbors is None:
        st.skeleton(height=240)
        return None
    return _neighbor_table(dataset, row, neighbors, key)


def asks_for_more(key: str) -> bool:
    """Draw the button that goes to Search with this item as the example; return its press."""
    return st.button(
        "Find similar", icon=":material/search:", width="stretch", key=f"{key}-more", help="Use this item as the query"
    )


def _neighbor_table(dataset: Dataset, row: int, neighbors: Neighbors, key: str) -> int | None:
    rows = neighbors.indices[row, :SHOWN_NEIGHBORS]
    if not len(rows):
        st.caption("This is the only item.")
        return None
    if dataset.pictures:
        notes = [f"{similarity:.3f}" for similarity in neighbors.similarities[row, : len(rows)]]
        return gallery.show(dataset, rows.tolist(), f"{key}-neighbors", notes=notes, size=gallery.SMALL)
    table = pd.DataFrame(
        {
            "similarity": neighbors.similarities[row, : len(rows)],
            dataset.text_name: [dataset.texts[i] for i in rows],
        }
    )
    picked = st.dataframe(
        bounded(table),
        hide_index=True,
        height=390,
        key=f"{key}-neighbors",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"similarity": st.column_config.NumberColumn("cosine", format="%.3f", width=70)},
    )
    chosen = picked["selection"]["rows"]
    return int(rows[chosen[0]]) if chosen else None
