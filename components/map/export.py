"""The map to take along: a page that opens anywhere, and where every item lies."""

import pandas as pd
import streamlit as st

from components.app.untrusted import shorten
from components.embedding_map import MapPoints
from components.embedding_map.export import standalone_html
from components.embedding_map.plotly_map import plotly_html
from components.widgets.export import download
from embedding_core.base.keys import fingerprint, hash_array
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv, to_parquet

MOST_PLOTLY = 50_000
"""With more points a Plotly page takes many seconds to open."""


def show(dataset: Dataset, points: MapPoints, caption: str) -> None:
    """Draw the map's caption, and beside it a button that opens the ways to take the map along."""
    # The name carries the content: Streamlit tells large downloads of the same name and length apart by samples only.
    mark = fingerprint(dataset.key, hash_array(points.coordinates), points.coloring and points.coloring.title)[:8]
    stem = f"{shorten(dataset.name, 40).replace('/', '_')}-map-{mark}"
    title = f"{dataset.name}: {caption}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(caption, width="stretch")
        with st.popover("Export", icon=":material/download:", width="content"):
            if points.coordinates.shape[1] == 2:
                about = "The map as you see it here, in one file that opens in any browser, without a network."
                download(
                    "Interactive map (HTML)",
                    lambda: standalone_html(points, title),
                    f"{stem}.html",
                    help=about,
                    width="stretch",
                )
            if len(points.texts) <= MOST_PLOTLY:
                about = "The same points as a Plotly figure, in one file of about 5 MB that needs no network."
                download(
                    "Plotly figure (HTML)",
                    lambda: plotly_html(points, title),
                    f"{stem}-plotly.html",
                    help=about,
                    width="stretch",
                )
            about = "Every row with all its columns and its coordinates."
            download(
                "Coordinates (CSV)", lambda: to_csv(table(dataset, points)), f"{stem}.csv", help=about, width="stretch"
            )
            download(
                "Coordinates (Parquet)",
                lambda: to_parquet(table(dataset, points)),
                f"{stem}.parquet",
                help=about,
                width="stretch",
            )


def table(dataset: Dataset, points: MapPoints) -> pd.DataFrame:
    """Return where each row lies, after all that is known of it; a column of the file keeps its name."""
    known = dataset.frame()
    axes = [f"map_{axis}" if axis in known else axis for axis in "xyz"]
    places = pd.DataFrame(dict(zip(axes, points.coordinates.T, strict=False)))
    return pd.concat([known, places], axis=1)
