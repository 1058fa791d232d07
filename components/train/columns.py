"""What belongs together, and which columns say so."""

from contextlib import suppress
from typing import Any

import pandas as pd
import streamlit as st

from components.widgets.label_columns import label_columns
from embedding_core.base.errors import ArtifactMissingError
from embedding_core.base.store import Store
from embedding_core.data.dataset import Dataset
from embedding_core.data.judgments import load_judgments
from embedding_core.evaluate.state import EvaluateState
from embedding_core.search.state import SearchState
from embedding_core.train import JudgedRows, Pairing, Supervision, fitting, judged_rows
from embedding_core.workspace import Workspace

_NAMES = {
    Pairing.LABELS: "Labels",
    Pairing.PAIRS: "Pairs",
    Pairing.SCORED: "Scored pairs",
    Pairing.TRIPLETS: "Triplets",
}
_ROLES = {
    Pairing.LABELS: ("Text", "Labels"),
    Pairing.PAIRS: ("Text", "Positive"),
    Pairing.SCORED: ("Text", "Second text", "Score"),
    Pairing.TRIPLETS: ("Text", "Positive", "Negative"),
}
_MISSING = {
    Pairing.LABELS: "This data set has no label column, that is, one with a few values that many rows share.",
    Pairing.PAIRS: "Pairs need two text columns, and this data set has one.",
    Pairing.SCORED: "Scored pairs need two text columns and one column of numbers.",
    Pairing.TRIPLETS: "Triplets need three text columns.",
}
_JUDGED = "judged"


def choose(dataset: Dataset, judged: JudgedRows, key: str) -> Supervision | None:
    """Draw the choices and return them; None with a reason where the data does not serve."""
    wanted = columns_for(dataset)
    default = Pairing.LABELS if len(wanted[Pairing.LABELS]) == 2 or not wanted[Pairing.PAIRS] else Pairing.PAIRS
    picked = st.segmented_control(
        "Supervision",
        [*Pairing, *([_JUDGED] if judged else [])],
        default=default,
        required=True,
        format_func=lambda one: "Judgments" if one == _JUDGED else _NAMES[Pairing(one)],
        key=f"{key}-pairing",
        persist_state="session",
        help="What the encoder learns to place close together. Labels: texts of the same class. Pairs: the two texts "
        "of a row. Scored pairs: two texts and their similarity. Triplets: an anchor, a positive and a "
        "negative. Judgments: relevance marked on the Search page or judged on the Evaluate page.",
    )
    if picked == _JUDGED:
        fit = sum(grade > 0 for *_, grade in judged)
        queries = len({query for query, *_ in judged})
        st.caption(f"Queries: {queries:,}. Rows judged relevant: {fit:,}; irrelevant: {len(judged) - fit:,}.")
        return Supervision(judgments=judged if fit == len(judged) or _with_unfit(key) else fitting(judged))
    pairing = Pairing(picked or default)
    if not wanted[pairing]:
        st.caption(f":material/info: {_MISSING[pairing]}")
        return None
    with st.container(horizontal=True, gap="medium"):
        columns = [
            st.selectbox(role, names, index=_first(wanted[pairing], place), key=f"{key}-{pairing}-{place}")
            for place, (role, names) in enumerate(zip(_ROLES[pairing], wanted[pairing], strict=True))
        ]
    if len(set(columns)) < len(columns):
        st.caption(":material/info: Choose a different column for each.")
        return None
    return Supervision(pairing, tuple(map(str, columns)))


def _with_unfit(key: str) -> bool:
    return st.toggle(
        "Use negatives",
        value=True,
        key=f"{key}-unfit",
        persist_state="session",
        help="Rows judged irrelevant become the negatives of triplets. Turn this off if such judgments are "
        "unreliable: in some collections the rows marked irrelevant are the very texts that the queries were "
        "written from.",
    )


def judgments(dataset: Dataset, workspace: Workspace, store: Store) -> JudgedRows:
    """Return what was judged of a data set: on Evaluate, and the rows marked in Search for its query."""
    marks: dict[tuple[str, int], float] = {}
    key = workspace.state(EvaluateState).judgments
    if key is not None:
        with suppress(ArtifactMissingError):
            known = load_judgments(key, store)
            marks |= {(query, row): grade for query, row, grade in judged_rows(known, dataset.ids)}
    search = workspace.state(SearchState)
    if search.query:
        for rows, grade in ((search.more, 1.0), (search.less, 0.0)):
            marks |= {(search.query, row): grade for row in rows}
    return tuple((query, row, grade) for (query, row), grade in marks.items())


def columns_for(dataset: Dataset) -> dict[Pairing, tuple[list[str], ...]]:
    """Return the columns that may take each part, of each kind of material; empty where one part has none."""
    frame = dataset.columns
    texts = [dataset.text_name, *(str(name) for name in frame if _holds_texts(frame[name]))]
    numbers = [str(name) for name in frame if pd.api.types.is_numeric_dtype(frame[name])]
    labels = [name for name in label_columns(dataset) if name != dataset.text_name]
    return {
        Pairing.LABELS: (texts[:1], labels) if labels else (),
        Pairing.PAIRS: (texts, texts) if len(texts) > 1 else (),
        Pairing.SCORED: (texts, texts, numbers) if len(texts) > 1 and numbers else (),
        Pairing.TRIPLETS: (texts, texts, texts) if len(texts) > 2 else (),
    }


def _holds_texts(column: "pd.Series[Any]") -> bool:
    return pd.api.types.is_string_dtype(column) or column.dtype == object


def _first(wanted: tuple[list[str], ...], place: int) -> int:
    """Return which column to begin with: each part another one."""
    before = sum(names == wanted[place] for names in wanted[:place])
    return min(before, len(wanted[place]) - 1)
