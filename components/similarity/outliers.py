"""Outliers: the items unlike their neighbors, or far from everything."""

from enum import StrEnum
from typing import Any

import numpy as np
import streamlit as st

from components.widgets import code, empty, row_table
from components.widgets.context import AnalysisContext
from components.widgets.plots import CONFIG, histogram
from embedding_core.neighbors.stages import FindNeighbors
from embedding_core.similarity import OutlierParams, find_outliers, snippet
from embedding_core.workspace import Selection

NOTE = (
    "An **outlier** is an item in a sparse region of the embedding space. The **distance to the k-th neighbor** "
    "finds items that are far from all others. The **local outlier factor (LOF)** compares the density around an "
    "item with that around its neighbors: at 1 the item's density equals that of its neighbors, at 2 it is half as "
    "high. LOF therefore also finds items just outside a tight group. An outlier may be a rare topic or a broken "
    "row: read a few to find out. Further reading: [LOF](https://doi.org/10.1145/335191.335388), Breunig and others, "
    "2000."
)


class _By(StrEnum):
    FACTOR = "Local outlier factor"
    DISTANCE = "k-th neighbor distance"


def show(context: AnalysisContext, key: str) -> Selection | None:
    """Draw the outliers and return those that are to be shown on the map."""
    if len(context.dataset) < 2:
        empty.hint("A single item cannot be an outlier. Import more rows.")
        return None
    neighbors = context.result(FindNeighbors(context.space))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = st.segmented_control("Method", list(_By), default=_By.FACTOR, required=True, key=f"{key}-by")
        k: Any = st.number_input(
            "Neighbors",
            min_value=1,
            max_value=32,
            value=20,
            key=f"{key}-k",
            width=130,
            help="Few: local outliers only. Many: also small groups of outliers.",
        )
        count: Any = st.number_input(
            "Items", min_value=1, max_value=500, value=25, step=25, key=f"{key}-count", width=130
        )
    if neighbors is None:
        return None
    params = OutlierParams(int(k))
    found = find_outliers(neighbors, params)
    values, title = (found.factors, "local outlier factor") if by == _By.FACTOR else (found.distances, "distance")
    worst = np.argsort(-values, kind="stable")[: int(count)]
    left, right = st.columns([2, 1], gap="medium")
    with left:
        columns = {
            "factor": found.factors[worst].astype(float).tolist(),
            "distance": found.distances[worst].astype(float).tolist(),
        }
        chosen = row_table.show(context.dataset, worst.tolist(), columns, f"{key}-{by}", "outliers")
    with right:
        cut = float(values[worst[-1]])
        st.plotly_chart(histogram(values, f"{title}, all items", cut), key=f"{key}-spread", config=CONFIG)
        st.caption(
            f"Right of the line are the {len(worst):,} items shown. The median of all items is {np.median(values):.3f}."
        )
    code.show(snippet.outliers(context.dataset.key, context.space.encoder, params))
    return chosen
