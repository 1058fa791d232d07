"""The same rows with other labels: what suspects, labels by hand and predictions come to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from embedding_core.data.dataset import Dataset

NARROW = {name: st.column_config.TextColumn(width=150) for name in ("label", "prediction", "suggested")}
"""How columns of labels are drawn beside the text they are about."""


@dataclass(frozen=True, eq=False)
class Relabeled:
    """A data set one of whose columns was changed, or is new."""

    dataset: Dataset
    column: str


def relabeled(dataset: Dataset, column: str, labels: Mapping[int, str], *, learned: bool = False) -> Relabeled:
    """Return the data set with these rows' labels changed; a column that is not there is made, empty elsewhere.

    What was `learned` never becomes the data set's own label.
    """
    values = dataset.columns[column].astype(object).tolist() if column in dataset.columns else [None] * len(dataset)
    for row, label in labels.items():
        values[row] = label
    texts = [None if value is None or value != value else str(value) for value in values]
    columns = dataset.columns.copy()
    columns[column] = texts
    own = dataset.label if learned else dataset.label or column
    return Relabeled(replace(dataset, columns=columns, label=own), column)


def keep(dataset: Dataset, column: str, labels: Mapping[int, str], key: str) -> Relabeled | None:
    """Draw the button that keeps what was learned beside the rows' own columns; return the data set with it."""
    asked = st.button(
        "Save as column",
        icon=":material/add_column_right:",
        key=f"{key}-keep",
        help=f"Saved as “{column}”; it colors the map and is part of exports.",
    )
    return relabeled(dataset, column, labels, learned=True) if asked else None
