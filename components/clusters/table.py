"""The clusters as a table: names, sizes, how well each holds together, its most central items; and one of them open."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.app.items import picture_address
from components.app.untrusted import md_label, shorten
from components.clusters.edit import picked_bar
from components.clusters.found import Found
from components.widgets import empty, gallery, row_table
from components.widgets.context import AnalysisContext
from components.widgets.metric import metric
from components.widgets.tables import bounded
from embedding_core.clusters import ClusterEdits
from embedding_core.workspace import Selection

NOTE = (
    "Items with similar vectors form a cluster. **k-means** makes k round clusters; **HDBSCAN** finds dense regions "
    "and leaves the rest as **noise**; **agglomerative** clustering merges the two closest clusters until k are "
    "left. The **silhouette** says how well an item fits its cluster: 1 is far from every other cluster, 0 is on a "
    "border, below 0 another cluster is closer. Names are the words that are more frequent in the cluster than "
    "elsewhere (**c-TF-IDF**) or, for pictures, the words closest to it in the embedding space. An algorithm finds "
    "clusters even where there are none, so check the silhouette and read the items. Further reading: "
    "[k-means++](https://dl.acm.org/doi/10.5555/1283383.1283494), "
    "[HDBSCAN](https://doi.org/10.1007/978-3-642-37456-2_14), [BERTopic](https://arxiv.org/abs/2203.05794)."
)
_SHOWN = 500
_CENTRAL_CHARS = 70


def show(context: AnalysisContext, found: Found, key: str) -> Selection | ClusterEdits | None:
    """Draw the table; return the rows of the clusters picked in it, or the edits with one more."""
    clusters = found.clusters
    _measures(found)
    if clusters.note:
        st.caption(f":material/info: {clusters.note}")
    if not clusters.k:
        empty.hint("No cluster was found. Try a smaller min cluster size, or k-means.")
        return None
    numbers = clusters.numbers[:_SHOWN]
    # What can be done stands above the table, where it is seen, but depends on what is picked in it.
    above = st.container()
    picked = _table(context, found, numbers, f"{key}-{found.mark}")
    if len(clusters.numbers) > _SHOWN:
        st.caption(f"Shown: the largest {_SHOWN} of {clusters.k:,}.")
    with above:
        changed = picked_bar(found, picked, f"{key}-{found.mark}")
    if changed is not None:
        return changed
    opened = _members(context, found, picked[0], key) if len(picked) == 1 else None
    return opened or (found.selection(picked) if picked else None)


def _measures(found: Found) -> None:
    clusters = found.clusters
    quality = clusters.silhouette
    with st.grid(3, min_column_width=130):
        metric("Clusters", f"{clusters.k:,}", f"{clusters.noise:,} items are noise" if clusters.noise else "no noise")
        metric("Silhouette", "–" if quality is None else f"{quality:.3f}", "from −1 to 1")
        sizes = clusters.sizes[list(clusters.numbers)] if clusters.k else np.zeros(1, np.int32)
        metric("Median size", f"{int(np.median(sizes)):,}", f"from {sizes.min():,} to {sizes.max():,}")


def _table(context: AnalysisContext, found: Found, numbers: tuple[int, ...], key: str) -> tuple[int, ...]:
    """Draw the table and return the numbers of the clusters picked in it."""
    dataset, clusters = context.dataset, found.clusters
    table: dict[str, list[Any]] = {
        "name": [shorten(found.names[i], 90) for i in numbers],
        "size": [int(clusters.sizes[i]) for i in numbers],
        "silhouette": [clusters.silhouette_of(i) for i in numbers],
    }
    settings: dict[str, Any] = {
        "name": st.column_config.TextColumn(width=180),
        "size": st.column_config.NumberColumn(format="localized", width=50),
        "silhouette": st.column_config.NumberColumn(format="%.3f", width=70),
    }
    if dataset.pictures:
        for place in range(3):
            rows = [found.central[i][place] if len(found.central[i]) > place else None for i in numbers]
            name = "central" if place == 0 else " " * place
            table[name] = [
                None if row is None or not dataset.is_picture[row] else picture_address(dataset.key, int(row))
                for row in rows
            ]
            settings[name] = st.column_config.ImageColumn(width=60)
    if not dataset.pictures or not dataset.is_picture.all():
        title = "most central texts" if dataset.pictures else "most central items"
        table["texts"] = [
            " · ".join(
                shorten(" ".join(dataset.titles[row].split()), _CENTRAL_CHARS)
                for row in found.central[i]
                if not dataset.is_picture[row]
            )
            for i in numbers
        ]
        settings["texts"] = st.column_config.TextColumn(title, width="large")
    chosen: Any = st.dataframe(
        bounded(pd.DataFrame(table)),
        hide_index=True,
        height=320,
        key=f"{key}-clusters",
        on_select="rerun",
        selection_mode="multi-row",
        column_config=settings,
    )
    return tuple(numbers[place] for place in chosen["selection"]["rows"])


def _members(context: AnalysisContext, found: Found, number: int, key: str) -> Selection | None:
    """Draw the items of a cluster, the most central first; return rows to highlight on the map."""
    clusters, dataset = found.clusters, context.dataset
    st.markdown(f"**{md_label(found.names[number])}**")
    if found.keywords[number]:
        st.caption(md_label(", ".join(found.keywords[number])))
    rows = clusters.central(found.rows, number, int(clusters.sizes[number])).tolist()
    pictures = [row for row in found.central[number].tolist() if dataset.is_picture[row]]
    if pictures:
        gallery.show(dataset, pictures, f"{key}-central-{number}", size=gallery.LARGE)
    fits = {"silhouette": clusters.silhouettes[rows].astype(float).tolist()}
    how = f"cluster {found.names[number]}"
    return row_table.show(dataset, rows, fits, f"{key}-{found.mark}-{number}", shorten(how, 60))
