"""The views of Classify, one at a time."""

from enum import StrEnum

import streamlit as st

from components import (
    classify_curve,
    classify_predict,
    classify_scores,
    classify_setup,
    classify_spread,
    classify_suspects,
    classify_zero_shot,
    empty,
    note,
)
from components.scene import Scene
from embedding_core.dataset import Dataset
from embedding_core.workspace import Selection


class View(StrEnum):
    """What to look at."""

    SCORES = "Scores"
    SUSPECTS = "Suspect labels"
    CURVE = "Learning curve"
    PREDICT = "Predict"
    SPREAD = "Label by hand"
    ZERO_SHOT = "Zero-shot"


_LEARNED = {
    View.SCORES: classify_scores,
    View.SUSPECTS: classify_suspects,
    View.CURVE: classify_curve,
    View.PREDICT: classify_predict,
}


def choose(dataset: Dataset, key: str) -> View:
    """Draw the choice of a view and return it; without labels it begins with names alone."""
    usual = View.SCORES if classify_setup.label_columns(dataset) else View.ZERO_SHOT
    picked = st.segmented_control(
        "View", list(View), default=usual, required=True, key=f"{key}-view-{usual}", label_visibility="collapsed"
    )
    return View(picked or usual)


def show(view: View, scene: Scene, key: str) -> Selection | Dataset | None:
    """Draw a view with its note; return rows for the map, or the data set with other labels."""
    key = f"{key}-{view.name.lower()}"
    chosen: Selection | Dataset | None = None
    if view is View.ZERO_SHOT:
        chosen = classify_zero_shot.show(scene, key)
        note.show(classify_zero_shot.NOTE)
        return chosen
    setup = classify_setup.show(scene.dataset, "classify")
    if view is View.SPREAD:
        chosen = classify_spread.show(scene, setup, key)
        note.show(classify_spread.NOTE)
        return chosen
    if setup is None:
        empty.hint("No column holds labels. Label rows by hand, or name the classes under Zero-shot.")
        return None
    drawn = _LEARNED[view]
    chosen = drawn.show(scene, setup, key)
    note.show(drawn.NOTE)
    return chosen
