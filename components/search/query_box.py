"""What to search for in words, how many hits are wanted, and who ranks them."""

import streamlit as st

from components.widgets.ranking_methods import LABELS
from embedding_core.ranking.methods import RankingMethod
from embedding_core.search.settings import MOST_HITS
from embedding_core.search.state import SearchState

_ENGINES = (
    "Semantic: cosine similarity of embeddings. Keyword: BM25. Hybrid: fusion of both rankings. Late interaction and "
    "the cross-encoder rerank the top hundred hits, more slowly and more precisely."
)


def words(state: SearchState, key: str) -> str:
    """Draw the box and return what is in it."""
    return st.text_input(
        "Search",
        state.query,
        key=f"{key}-words",
        placeholder="Describe what you are looking for",
    ).strip()


def hits(state: SearchState, key: str) -> int:
    """Draw how many hits are wanted, and return it."""
    wanted = state.settings.hits
    return int(
        st.number_input("Hits", min_value=1, max_value=MOST_HITS, value=wanted, step=10, width=110, key=f"{key}-hits")
    )


def engines(state: SearchState, key: str) -> tuple[RankingMethod, RankingMethod | None]:
    """Draw the choice of who ranks and return it, with another engine to compare with, if one is wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = state.method if state.method in list(RankingMethod) else RankingMethod.DENSE
        method = st.segmented_control(
            "Rank by",
            list(RankingMethod),
            default=RankingMethod.of(by),
            required=True,
            format_func=LABELS.__getitem__,
            help=_ENGINES,
            key=f"{key}-engine",
        )
        # None would mean to Streamlit that nothing is chosen.
        others = ["", *(str(other) for other in RankingMethod if other is not method)]
        wanted = state.settings.compare_with
        other = st.selectbox(
            "Compare with",
            others,
            others.index(wanted) if wanted in others else 0,
            format_func=lambda other: LABELS[RankingMethod(other)] if other else "None",
            key=f"{key}-beside",
            width=180,
        )
    return method, RankingMethod(other) if other else None
