"""The views of Classify, one at a time."""

from enum import StrEnum

from components.classify import curve, predict, scores, spread, suspects, zero_shot
from components.classify import setup as classify_setup
from components.classify.labels import Relabeled
from components.widgets import empty, note
from components.widgets.context import AnalysisContext
from components.widgets.label_columns import label_columns
from embedding_core.base.feature import FeatureState
from embedding_core.data.dataset import Dataset
from embedding_core.search.state import SearchState
from embedding_core.workspace import Selection, Workspace


class View(StrEnum):
    """What to look at."""

    SCORES = "Scores"
    SUSPECTS = "Suspect labels"
    CURVE = "Learning curve"
    PREDICT = "Predict"
    SPREAD = "Label by hand"
    ZERO_SHOT = "Zero-shot"


Wish = Selection | Relabeled | FeatureState | None
"""What a view asks for: rows on the map, the data set with other labels, or a changed state."""


def default(dataset: Dataset) -> View:
    """Return the view to begin with: without labels there are names alone."""
    return View.SCORES if label_columns(dataset) else View.ZERO_SHOT


def show(view: View, context: AnalysisContext, now: Workspace, key: str) -> Wish:
    """Draw a view and return what it asks for."""
    key = f"{key}-{view.name.lower()}"
    if view is View.ZERO_SHOT:
        return zero_shot.show(context, key)
    setup = classify_setup.show(context.dataset, "classify")
    if view is View.SPREAD:
        return spread.show(context, setup, key)
    if setup is None:
        empty.hint("This data set has no label column. Label rows by hand, or define the classes under Zero-shot.")
        return None
    if view is View.SUSPECTS:
        return suspects.show(context, setup, now, key)
    if view is View.PREDICT:
        return predict.show(context, setup, now.state(SearchState), key)
    if view is View.SCORES:
        return scores.show(context, setup, key)
    curve.show(context, setup, key)
    return None


def explain(view: View) -> None:
    """Draw what is said of a view."""
    notes = {
        View.SCORES: scores.NOTE,
        View.SUSPECTS: suspects.NOTE,
        View.CURVE: curve.NOTE,
        View.PREDICT: predict.NOTE,
        View.SPREAD: spread.NOTE,
        View.ZERO_SHOT: zero_shot.NOTE,
    }
    note.show(notes[view])
