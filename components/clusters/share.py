"""Export of the clusters: as a file, or as a column of the data set, to color the map by and to filter with."""

from dataclasses import replace

import streamlit as st

from components.clusters.found import Found
from components.widgets.context import AnalysisContext
from components.widgets.export import download
from embedding_core.base.keys import fingerprint
from embedding_core.data.dataset import Dataset
from embedding_core.data.export import to_csv, to_parquet

_COLUMN = "cluster"


def show(context: AnalysisContext, found: Found, key: str) -> tuple[Dataset, str] | None:
    """Draw the ways; return the data set with a column of cluster names, and which, when that was asked for."""
    stem = f"clusters-{fingerprint(context.dataset.key, found.stage.key, found.names)[:8]}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Save as column", icon=":material/view_column:"):
            name = st.text_input("Column name", _COLUMN, max_chars=60, key=f"{key}-column").strip()
            if name in context.dataset.columns:
                st.caption("The existing column is replaced in a new version of the data set.")
            kept = st.button("Save and color the map by it", f"{key}-keep", type="primary", disabled=name in {"", "id"})
        help_ = "Every row with its cluster"
        download("CSV", lambda: to_csv(assigned(context.dataset, found).frame()), f"{stem}.csv", f"{key}-csv", help_)
        download(
            "Parquet",
            lambda: to_parquet(assigned(context.dataset, found).frame()),
            f"{stem}.parquet",
            f"{key}-parquet",
            help_,
        )
    return (assigned(context.dataset, found, name), name) if kept else None


def assigned(dataset: Dataset, found: Found, name: str = _COLUMN) -> Dataset:
    """Return the data set with two more columns: the name of each row's cluster, empty for noise, and its number."""
    labels = found.clusters.labels.tolist()
    columns = dataset.columns.copy()
    columns[name] = [None if number < 0 else found.names[number] for number in labels]
    columns[f"{name}_number"] = labels
    return replace(dataset, columns=columns)
