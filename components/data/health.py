"""What to know about a data set before its map is trusted."""

import pandas as pd
import streamlit as st

from components.app import job_panel, problem
from components.widgets import note
from embedding_core.base.errors import EncoderError
from embedding_core.data.dataset import Dataset
from embedding_core.data.health import Health
from embedding_core.encoders.health import CheckHealth
from embedding_core.engine import Engine

_SHOWN_SCRIPTS = 4
_NOTE = (
    "Every row is an **item**; the encoder reads its text. A model splits a text into **tokens**, words and pieces "
    "of words, and truncates a text that is longer than its maximum sequence length. **Exact duplicates** fall on "
    "one point, so a region of the map may look emptier than it is, and the nearest neighbor of a duplicate is its "
    "copy. Further reading: [Datasheets for datasets](https://arxiv.org/abs/1803.09010), Gebru and others, 2018."
)


def check(engine: Engine, dataset: Dataset, encoder: str, owner: str, key: str) -> tuple[int, ...] | None:
    """Look a data set over with an encoder's own tokenizer and draw what was found; return rows to be selected."""
    try:
        space = engine.embedding(dataset, encoder)
    except EncoderError as error:
        problem.show(error)
        return None
    health = job_panel.result(engine, CheckHealth(dataset.key, space.encoder, space.revision), owner)
    if health is None:
        return None
    selected = show(health, key)
    note.show(_NOTE)
    return selected


def show(health: Health, key: str) -> tuple[int, ...] | None:
    """Draw the counts, the alphabets and the classes; return rows that are to be selected."""
    selected = None
    with st.grid(4, min_column_width=170):
        st.metric("Rows", f"{health.rows:,}", border=True, height="stretch")
        st.metric(
            "Empty", _counted(health.empty, health.rows), border=True, height="stretch", help="Rows without text."
        )
        st.metric(
            "Exact duplicates",
            _counted(health.duplicate_rows, health.rows),
            border=True,
            height="stretch",
            help=f"Rows that repeat an earlier text; {health.duplicate_groups:,} texts occur more than once.",
        )
        if health.too_long is not None:
            st.metric(
                "Truncated",
                _counted(len(health.too_long), health.rows),
                border=True,
                height="stretch",
                help=(
                    f"The encoder reads the first {health.max_tokens:,} tokens of a text, counted with its own "
                    "tokenizer, and ignores the rest."
                ),
            )
    if health.too_long and st.button("Select truncated texts", key=f"{key}-long", icon=":material/content_cut:"):
        selected = health.too_long
    left, right = st.columns(2, gap="large")
    with left:
        _lengths(health)
        _scripts(health)
    with right:
        _labels(health, key)
    return selected


def _counted(count: int, rows: int) -> str:
    """Return a count with its share where there is one to speak of."""
    if count == 0:
        return "none"
    share = count / rows
    return f"{count:,} ({'under 1%' if share < 0.01 else f'{share:.0%}'})"


def _lengths(health: Health) -> None:
    unit, lengths = ("characters", health.characters) if health.tokens is None else ("tokens", health.tokens)
    low, _, middle, _, high, most = (f"{round(value):,}" for value in lengths)
    st.markdown("**Text length**")
    st.caption(f"The median is {middle} {unit}, the 95th percentile {high}; the range is {low} to {most}.")


def _scripts(health: Health) -> None:
    st.markdown("**Alphabet**")
    parts = [f"{name} {_share(share)}" for name, share in health.scripts[:_SHOWN_SCRIPTS]]
    if len(health.scripts) > _SHOWN_SCRIPTS:
        parts.append(f"{len(health.scripts) - _SHOWN_SCRIPTS} more")
    if health.without_letters:
        parts.append(f"no letters {_share(health.without_letters)}")
    st.caption(", ".join(parts) or "No letters.")


def _share(share: float) -> str:
    return "under 1%" if 0 < share < 0.01 else "over 99%" if 0.99 < share < 1 else f"{share:.0%}"


def _labels(health: Health, key: str) -> None:
    if not health.labels:
        return
    st.markdown("**Labels**")
    shown = len(health.labels)
    more = f"the {shown} most frequent of {health.label_count:,}" if health.label_count > shown else f"{shown} in all"
    st.caption(f"{more[:1].upper()}{more[1:]}" + (f"; {health.unlabeled:,} rows without." if health.unlabeled else "."))
    frame = pd.DataFrame(list(health.labels), columns=["label", "rows"])
    most = int(frame["rows"].max())
    column = st.column_config.ProgressColumn("rows", format="localized", min_value=0, max_value=most)
    st.dataframe(
        frame, key=f"{key}-labels", height=260, hide_index=True, column_config={"rows": column}, alt="Rows per label"
    )
