"""What suits a set of items: near to it, and not all the same."""

from typing import Any

import numpy as np
import streamlit as st

from components.app.untrusted import shorten
from components.widgets import code, empty, row_table
from components.widgets.context import AnalysisContext
from embedding_core import encoders
from embedding_core.base.vectors import Metric
from embedding_core.encoders.health import blank_rows
from embedding_core.ranking.memory import background_of
from embedding_core.similarity import RecommendParams, recommend, snippet
from embedding_core.workspace import Selection

NOTE = (
    "This view lists the items most similar to the mean of those you like, and leaves those out. The most similar "
    "items often repeat each other, so **maximal marginal relevance (MMR)** lowers the score of an item that "
    "resembles one higher in the list: with **lambda** 1 only relevance counts, with 0 only diversity. Further "
    "reading: [Carbonell and Goldstein, 1998](https://doi.org/10.1145/290941.291025)."
)
_OFFERED = 1_000


def show(context: AnalysisContext, key: str) -> Selection | None:
    """Draw what suits the selected or picked items; return what is to be shown on the map."""
    titles = context.dataset.titles
    if len(titles) < 2:
        empty.hint("There are no other items to suggest. Import more rows.")
        return None
    default = list(context.selection.rows[:_OFFERED]) or [0]
    offered = list(dict.fromkeys([*default, *range(min(len(titles), _OFFERED))]))
    liked = st.multiselect(
        "Items you like",
        offered,
        default,
        format_func=lambda row: f"{row}: {shorten(titles[row], 60)}",
        key=f"{key}-liked-{context.key}-{len(default)}-{default[0]}",
        help="Starts with the selection on the map.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        mmr_lambda: Any = st.slider(
            "Diversity (MMR lambda)",
            min_value=0.0,
            max_value=1.0,
            value=0.7,
            step=0.05,
            key=f"{key}-balance",
            width=320,
            help="1: most similar. 0: most diverse.",
        )
        k: Any = st.number_input("Items", min_value=1, max_value=100, value=10, key=f"{key}-k", width=130)
    if not liked:
        empty.hint("Pick an item you like, or select some on the map.")
        return None
    params = RecommendParams(int(k), float(mmr_lambda))
    chosen = _found(context, tuple(liked), params, key)
    code.show(snippet.suggestions(context.dataset.key, context.space.encoder, tuple(liked), params))
    return chosen


def _found(context: AnalysisContext, liked: tuple[int, ...], params: RecommendParams, key: str) -> Selection | None:
    """Draw what suits the liked rows, each with its reasons."""
    titles = context.dataset.titles
    blank = blank_rows(context.dataset, encoders.resolve(context.space.encoder))
    found = recommend(context.vectors, liked, params, ~blank)
    random_baseline = background_of(context.engine, context.space, Metric.COSINE).random_baseline
    beaten = 100 * np.searchsorted(random_baseline, found.cosines) / max(1, len(random_baseline))
    columns = {
        "cosine": found.cosines.astype(float).tolist(),
        "random-baseline percentile": beaten.astype(float).tolist(),
        "redundancy": found.repeated.astype(float).tolist(),
        "most similar to": [shorten(" ".join(titles[row].split()), 60) for row in found.closest.tolist()],
    }
    config = {
        "random-baseline percentile": st.column_config.ProgressColumn(
            format="%.1f %%",
            min_value=0,
            max_value=100,
            width=165,
            help="The share of random pairs of items that are less similar.",
        ),
        "redundancy": st.column_config.NumberColumn(
            format="%.3f", width=90, help="The largest cosine with an item higher in this list."
        ),
        "most similar to": st.column_config.TextColumn(help="The most similar of the items you like."),
    }
    return row_table.show(context.dataset, found.rows.tolist(), columns, f"{key}-found", "suggestions", config)
