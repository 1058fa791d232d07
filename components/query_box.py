"""What to search for: words, a picture, or what is like some items; and who ranks the answers."""

from dataclasses import dataclass

import streamlit as st

from embedding_core.retrieval import Searcher
from embedding_core.workspace import Workspace

MOST_HITS = 200
LABELS = {
    Searcher.DENSE: "Meaning",
    Searcher.BM25: "Words",
    Searcher.HYBRID: "Both",
    Searcher.LATE: "Token by token",
    Searcher.CROSS: "Cross-encoder",
}
_ENGINES = (
    "Meaning: cosine of vectors. Words: BM25. Both: their ranks fused. Token by token and cross-encoder look again, "
    "more closely, at the first hundred hits."
)


@dataclass(frozen=True)
class Query:
    """What a person is looking for, as the box has it."""

    words: str
    searcher: Searcher
    beside: Searcher | None
    """Another engine to compare with."""
    k: int


def show(workspace: Workspace, key: str) -> Query:
    """Draw the box and return the query as it stands."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            "Search",
            workspace.query,
            key=f"{key}-words",
            placeholder="Describe what you are looking for, or add up: king - man + woman",
        )
        k = st.number_input("Hits", 1, MOST_HITS, 20, step=10, width=120, key=f"{key}-k")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = workspace.searcher if workspace.searcher in list(Searcher) else Searcher.DENSE
        searcher = st.segmented_control(
            "Rank by",
            list(Searcher),
            default=Searcher.of(by),
            required=True,
            format_func=LABELS.__getitem__,
            help=_ENGINES,
            key=f"{key}-engine",
        )
        others = [other for other in Searcher if other is not searcher]
        beside = st.selectbox(
            "Side by side with",
            [None, *others],
            format_func=lambda other: "Nothing" if other is None else LABELS[other],
            key=f"{key}-beside",
            width=180,
        )
    return Query(words.strip(), searcher, beside, int(k))
