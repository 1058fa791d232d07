"""The views of Trust, one at a time."""

from enum import StrEnum

from components.embedding_map import MapEvent
from components.trust import map as trust_map
from components.trust import methods, seeds, space
from components.widgets import note
from components.widgets.context import AnalysisContext
from embedding_core.projection import ProjectionParams
from embedding_core.workspace import Selection, Workspace


class View(StrEnum):
    """What to measure."""

    MAP = "This map"
    SEEDS = "Stability"
    METHODS = "Methods"
    SPACE = "Space quality"


_DRAWN = {
    View.MAP: trust_map,
    View.SEEDS: seeds,
    View.METHODS: methods,
    View.SPACE: space,
}


Wish = MapEvent | Selection | ProjectionParams
"""What was picked out here, what is to be shown on the map, or the map to use."""


def show(view: View, context: AnalysisContext, workspace: Workspace, key: str) -> Wish | None:
    """Draw a view with its note; return what is wished."""
    key = f"{key}-{view.name.lower()}"
    chosen: Wish | None
    if view is View.METHODS:
        chosen = methods.show(context, workspace, key)
    elif view is View.SEEDS:
        chosen = seeds.show(context, workspace, key)
    elif view is View.SPACE:
        chosen = space.show(context, workspace, key)
    else:
        chosen = trust_map.show(context, workspace, key)
    note.show(_DRAWN[view].NOTE)
    return chosen
