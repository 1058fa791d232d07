"""The views of Similarity, one at a time."""

from enum import StrEnum
from typing import Protocol

from components import (
    note,
    similarity_duplicates,
    similarity_matrix,
    similarity_outliers,
    similarity_pair,
    similarity_suggestions,
)
from components.scene import Scene
from embedding_core.workspace import Selection


class _Drawn(Protocol):
    NOTE: str

    def show(self, scene: Scene, key: str) -> Selection | None: ...


class View(StrEnum):
    """What to look at."""

    DUPLICATES = "Duplicates"
    PAIR = "Two items"
    MATRIX = "Matrix"
    OUTLIERS = "Outliers"
    SUGGESTIONS = "Suggestions"


_DRAWN: dict[View, _Drawn] = {
    View.DUPLICATES: similarity_duplicates,
    View.PAIR: similarity_pair,
    View.MATRIX: similarity_matrix,
    View.OUTLIERS: similarity_outliers,
    View.SUGGESTIONS: similarity_suggestions,
}


def show(view: View, scene: Scene, key: str) -> Selection | None:
    """Draw a view with its note; return what is to be shown on the map."""
    drawn = _DRAWN[view]
    chosen = drawn.show(scene, f"{key}-{view.name.lower()}")
    note.show(drawn.NOTE)
    return chosen
