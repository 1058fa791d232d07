"""What to search for: words, or what is selected on the map."""

from dataclasses import dataclass

import streamlit as st

from embedding_core.workspace import Workspace

_MOST_HITS = 200


@dataclass(frozen=True)
class Query:
    """What a person is looking for; without words, what is near the selected rows."""

    words: str
    rows: tuple[int, ...]
    k: int


def show(workspace: Workspace, reads_words: bool) -> Query:
    """Draw the box and return the query as it stands."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        words = st.text_input(
            "Search by meaning",
            workspace.query,
            placeholder="Describe what you are looking for, then press Enter",
            disabled=not reads_words,
            help=None if reads_words else "These vectors came ready-made: there is no encoder to read words with.",
        )
        k = st.number_input("Hits", 1, _MOST_HITS, 20, step=10, width=130)
    return Query(words.strip() if reads_words else "", workspace.selection.rows, int(k))
