"""Labels that look wrong: read, accept, or put right."""

from dataclasses import replace
from typing import Any

import streamlit as st

from components import empty, row_table
from components.classify_setup import Setup
from components.scene import Scene
from embedding_core.classification import SplitParams, Suspects, suspect_labels
from embedding_core.dataset import Dataset
from embedding_core.stages import CrossValidate
from embedding_core.workspace import Selection

NOTE = (
    "A label is **suspect** when a classifier that has not seen it names another class, at least as surely as it "
    "usually names that class (**confident learning**). It finds slips of the hand, and rows that fit two classes; "
    "which of both it is only reading tells. Put right what is wrong: the data set gets a new version, and nothing is "
    "embedded again. To read: [Northcutt, Jiang and Chuang, 2021](https://arxiv.org/abs/1911.00068)."
)


def show(scene: Scene, setup: Setup, key: str) -> Selection | Dataset | None:
    """Draw the suspects; return rows for the map, or the data set with labels put right."""
    # Every row has to be judged, whatever part is held out elsewhere.
    everything = SplitParams(seed=setup.split.seed)
    found = scene.result(CrossValidate(scene.space, setup.label, setup.params, everything))
    if found is None:
        return None
    suspects = suspect_labels(found)
    if not len(suspects.rows):
        empty.hint(f"None of {len(found.rows):,} labels looks wrong.")
        return None
    st.caption(f"{len(suspects.rows):,} of {len(found.rows):,} labels look wrong, the surest first.")
    columns = {
        "label": [found.names[code] for code in suspects.labels.tolist()],
        "suggested": [found.names[code] for code in suspects.suggested.tolist()],
        "sure": suspects.confidence.astype(float).tolist(),
        "label's chance": suspects.given.astype(float).tolist(),
    }
    shown = row_table.show(scene.dataset, suspects.rows.tolist(), columns, f"{key}-suspects", "suspect labels")
    return shown or _put_right(scene.dataset, setup.label, suspects, columns["suggested"], key)


def _put_right(dataset: Dataset, label: str, suspects: Suspects, suggested: list[Any], key: str) -> Dataset | None:
    """Draw a way to take suggestions over; return the data set with them."""
    picked = st.multiselect(
        "Take the suggestion for",
        list(range(min(len(suspects.rows), row_table.SHOWN_ROWS))),
        format_func=lambda place: f"{dataset.ids[suspects.rows[place]]}: {suggested[place]}",
        key=f"{key}-picked-{dataset.key[:8]}",
        placeholder="Choose rows by their ids",
    )
    if not st.button("Put right", icon=":material/check:", disabled=not picked, key=f"{key}-right"):
        return None
    return relabelled(dataset, label, {int(suspects.rows[place]): suggested[place] for place in picked})


def relabelled(dataset: Dataset, column: str, labels: dict[int, str]) -> Dataset:
    """Return the data set with these rows' labels changed; a column that is not there is made, empty elsewhere."""
    values = dataset.columns[column].astype(object).tolist() if column in dataset.columns else [None] * len(dataset)
    for row, label in labels.items():
        values[row] = label
    texts = [None if value is None or value != value else str(value) for value in values]
    columns = dataset.columns.copy()
    columns[column] = texts
    return replace(dataset, columns=columns, label=dataset.label or column)
