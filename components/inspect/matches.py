"""The best match of every token of a query, and what they add up to."""

import streamlit as st

from embedding_core.inspect import Interaction

TALL = 420


def table(made: Interaction, key: str) -> None:
    """Draw each token of the query with its best match, the closest first."""
    order = (-made.similarities).argsort(kind="stable")
    st.dataframe(
        {
            "query token": [made.query[place] for place in order],
            "best match": [made.document[made.best[place]] for place in order],
            "cosine": made.similarities[order],
        },
        hide_index=True,
        column_config={"cosine": st.column_config.NumberColumn(format="%.3f")},
        key=f"{key}-best",
        height=min(TALL, 40 + 35 * len(order)),
    )


def score(made: Interaction) -> None:
    """Draw MaxSim and its mean, with what any two tokens have in common."""
    with st.container(horizontal=True):
        st.metric(
            "MaxSim", f"{made.max_sim:.2f}", f"sum over {len(made.query)} tokens", delta_color="off", delta_arrow="off"
        )
        st.metric("Mean of best matches", f"{made.mean:.3f}")
    all_over = float(made.cosines.mean())
    st.caption(f"The mean cosine over all token pairs is {all_over:.3f}; a match is well above it.")
