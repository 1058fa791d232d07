"""The views of Classify, one at a time."""

from enum import StrEnum
from typing import Any

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
from components.classify_labels import Relabelled
from components.scene import Scene
from embedding_core.dataset import Dataset
from embedding_core.workspace import Selection, Workspace


class View(StrEnum):
    """What to look at."""

    SCORES = "Scores"
    SUSPECTS = "Suspect labels"
    CURVE = "Learning curve"
    PREDICT = "Predict"
    SPREAD = "Label by hand"
    ZERO_SHOT = "Zero-shot"


Wish = Selection | Relabelled | dict[str, Any] | None
"""What a view asks for: rows on the map, the data set with other labels, or fields of the workspace to be changed."""


def usual(dataset: Dataset) -> View:
    """Return the view to begin with: without labels there are names alone."""
    return View.SCORES if classify_setup.label_columns(dataset) else View.ZERO_SHOT


def show(view: View, scene: Scene, now: Workspace, key: str) -> Wish:
    """Draw a view and return what it asks for."""
    key = f"{key}-{view.name.lower()}"
    if view is View.ZERO_SHOT:
        return classify_zero_shot.show(scene, key)
    setup = classify_setup.show(scene.dataset, "classify")
    if view is View.SPREAD:
        return classify_spread.show(scene, setup, key)
    if setup is None:
        empty.hint("No column holds labels. Label rows by hand, or name the classes under Zero-shot.")
        return None
    if view is View.SUSPECTS:
        return classify_suspects.show(scene, setup, now, key)
    if view is View.PREDICT:
        return classify_predict.show(scene, setup, now.picture, key)
    if view is View.SCORES:
        return classify_scores.show(scene, setup, key)
    classify_curve.show(scene, setup, key)
    return None


def explain(view: View) -> None:
    """Draw what is said of a view."""
    notes = {
        View.SCORES: classify_scores.NOTE,
        View.SUSPECTS: classify_suspects.NOTE,
        View.CURVE: classify_curve.NOTE,
        View.PREDICT: classify_predict.NOTE,
        View.SPREAD: classify_spread.NOTE,
        View.ZERO_SHOT: classify_zero_shot.NOTE,
    }
    note.show(notes[view])
