"""Whether the space itself is fit to be searched and drawn, whatever the map."""

import math

import numpy as np
import streamlit as st

from components.embedding_map.trust_layer import FEWEST_ROWS
from components.widgets import code, empty, row_table
from components.widgets.context import AnalysisContext
from components.widgets.metric import metric
from components.widgets.plots import CONFIG, histogram
from embedding_core.data.dataset import Kind
from embedding_core.data.health import Health
from embedding_core.encoders.health import CheckHealth
from embedding_core.trust import SpaceHealth, snippet
from embedding_core.trust.stages import MeasureSpace
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "**Anisotropy** is the mean cosine of random pairs of items: near 1, all vectors point in about the same "
    "direction and a cosine of 0.8 means little. For each item, count how often it is among the k nearest neighbors "
    "of others. **Hubness** is the skewness of these counts. A **hub** is in many lists of neighbors, an **antihub** "
    "in none. The **intrinsic dimension** (TwoNN) estimates in how many directions the data varies locally; a map "
    "shows two. **Length bias** says whether texts of similar length lie together whatever their meaning. "
    "**Truncated** texts were cut before they were embedded. Further reading: [Ethayarajh, "
    "2019](https://arxiv.org/abs/1909.00512), [Radovanović and others, "
    "2010](https://www.jmlr.org/papers/v11/radovanovic10a.html), [Facco and others, "
    "2017](https://doi.org/10.1038/s41598-017-11873-y)."
)
_HUBS = 25


def show(context: AnalysisContext, workspace: Workspace, key: str) -> Selection | None:
    """Draw the health of the space; return the rows that are to be shown on the map."""
    if len(context.dataset) < FEWEST_ROWS:
        empty.hint("There are too few items to measure the space. Import more rows.")
        return None
    found = context.result(MeasureSpace(context.space))
    if found is None:
        return None
    health = context.result(CheckHealth(context.dataset.key, context.space.encoder, context.space.revision), height=0)
    too_long = None if health is None else health.too_long
    with st.grid(5, min_column_width=150):
        metric(
            "Anisotropy",
            f"{found.anisotropy:.3f}",
            _cone(found.anisotropy),
            help=(
                "The mean cosine of random pairs of items. If it is high, all vectors lie in a narrow cone and a "
                "high cosine means little."
            ),
        )
        metric("Hubness", f"{found.hubness:.2f}", _hubs(found))
        known = not math.isnan(found.dimension)
        metric("Intrinsic dimension", f"{found.dimension:.1f}" if known else "–", f"of {found.dim:,} dimensions")
        metric(
            "Length bias",
            "–" if found.length_bias is None else f"{found.length_bias:.2f}",
            "no texts to compare" if found.length_bias is None else _length(found.length_bias),
            help=(
                "The rank correlation of a text's length with the lengths of its neighbors: 0 means that length "
                "has no influence."
            ),
        )
        cut = "–" if too_long is None else f"{len(too_long):,}"
        metric(
            "Truncated",
            cut,
            _cut(health),
            help="Rows with a text longer than the encoder's maximum sequence length. Their ends are ignored.",
        )
    left, right = st.columns([2, 1], gap="medium")
    hubs = np.argsort(-found.occurrences, kind="stable")[:_HUBS]
    with left:
        st.markdown("**Hubs**")
        counts = {"k-occurrence": found.occurrences[hubs].tolist()}
        chosen = row_table.show(context.dataset, hubs.tolist(), counts, f"{key}-hubs", "hubs")
    with right:
        chart = histogram(found.occurrences, f"k-occurrence (k = {found.k})", height=260)
        st.plotly_chart(chart, key=f"{key}-spread", config=CONFIG)
        st.caption(
            f"The mean is {found.k}. {found.never:.1%} of the items are antihubs: never among the nearest "
            "neighbors of another."
        )
        if st.button(
            "Show antihubs on the map", icon=":material/scatter_plot:", key=f"{key}-never", disabled=not found.never
        ):
            chosen = Selection(tuple(np.flatnonzero(found.occurrences == 0).tolist()), "antihubs")
        if too_long and st.button("Show truncated texts", icon=":material/content_cut:", key=f"{key}-cut"):
            chosen = Selection(tuple(too_long), "truncated by the encoder")
    code.show(snippet.space(context.dataset.key, context.space.encoder, texts=context.dataset.kind is Kind.TEXT))
    return chosen


def _cut(health: Health | None) -> str:
    if health is None or health.too_long is None:
        return "no limit is known" if health is None or health.max_tokens is None else "no text is read"
    return f"{len(health.too_long) / health.rows:.1%} of the rows"


def _cone(anisotropy: float) -> str:
    if anisotropy < 0.2:
        return "vectors in all directions"
    return "a wide cone" if anisotropy < 0.5 else "a narrow cone"


def _hubs(found: SpaceHealth) -> str:
    return "even" if found.hubness < 1 else "some hubs" if found.hubness < 3 else "strong hubs"


def _length(bias: float) -> str:
    return "negligible" if abs(bias) < 0.3 else "length has influence"
