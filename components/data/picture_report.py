"""What became of the pictures that were brought: how many could be read, which not and why, which rows have none."""

import pandas as pd
import streamlit as st

from components.app.untrusted import md_label, shorten
from components.widgets.export import download
from components.widgets.tables import bounded
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.export import to_csv
from embedding_core.data.pictures.album import Album
from embedding_core.data.pictures.album_rows import row_pictures
from embedding_core.data.stages import Source
from embedding_core.data.table import Table

_MOST_NAMED = 500


def show(source: Source, table: Table, album: Album, choice: ColumnChoice, key: str) -> None:
    """Draw the counts, and a list of what was left out."""
    parts = [f"{len(album):,} {'picture' if len(album) == 1 else 'pictures'}"]
    if source.table is not None and choice.pictures is None:
        parts.append("no column that names them is chosen, so they are not used")
    elif source.table is not None and source.album is not None:
        column = None if source.album.column is not None else choice.pictures
        keys = row_pictures(table, column, album, source.album.key).keys
        without, unused = sum(not key for key in keys), len(set(album.index["key"]) - set(keys))
        parts.append(f"{len(keys) - without:,} of {len(keys):,} rows have a picture")
        if unused:
            parts.append(f"{unused:,} match no row")
    st.caption(f":material/image: {'; '.join(parts)}.")
    if not album.skipped:
        return
    left = len(album.skipped)
    first = album.skipped[0]
    title = f"{left:,} {'file was' if left == 1 else 'files were'} left out"
    with st.expander(title, icon=":material/warning:", key=f"{key}-skipped"):
        frame = pd.DataFrame([(one.name, one.reason) for one in album.skipped], columns=["file", "reason"])
        st.dataframe(bounded(frame.head(_MOST_NAMED)), hide_index=True, height="content" if left <= 8 else 320)
        st.caption(f"The first is {md_label(shorten(first.name, 60))}, {md_label(first.reason)}.")
        download("CSV", lambda: to_csv(frame), "left-out.csv")
