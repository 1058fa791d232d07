"""The views of Similarity, one at a time."""

from enum import StrEnum
from typing import Protocol

from components.similarity import duplicates, matrix, outliers, pair, suggestions
from components.widgets import note
from components.widgets.context import AnalysisContext
from embedding_core.workspace import Selection


class _Drawn(Protocol):
    NOTE: str

    def show(self, context: AnalysisContext, key: str) -> Selection | None: ...


class View(StrEnum):
    """What to look at."""

    DUPLICATES = "Duplicates"
    PAIR = "Pair"
    MATRIX = "Matrix"
    OUTLIERS = "Outliers"
    SUGGESTIONS = "Suggestions"


_DRAWN: dict[View, _Drawn] = {
    View.DUPLICATES: duplicates,
    View.PAIR: pair,
    View.MATRIX: matrix,
    View.OUTLIERS: outliers,
    View.SUGGESTIONS: suggestions,
}


def show(view: View, context: AnalysisContext, key: str) -> Selection | None:
    """Draw a view with its note; return what is to be shown on the map."""
    drawn = _DRAWN[view]
    chosen = drawn.show(context, f"{key}-{view.name.lower()}")
    note.show(drawn.NOTE)
    return chosen
