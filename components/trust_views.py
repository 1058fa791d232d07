"""The views of Trust, one at a time."""

from enum import StrEnum

from components import note, trust_map, trust_methods, trust_seeds, trust_space
from components.embedding_map import MapEvent
from components.scene import Scene
from embedding_core.projection import ProjectionParams
from embedding_core.workspace import Selection, Workspace


class View(StrEnum):
    """What to measure."""

    MAP = "This map"
    SEEDS = "Other seeds"
    METHODS = "Other methods"
    SPACE = "The space"


_DRAWN = {
    View.MAP: trust_map,
    View.SEEDS: trust_seeds,
    View.METHODS: trust_methods,
    View.SPACE: trust_space,
}


Wish = MapEvent | Selection | ProjectionParams
"""What was picked out here, what is to be shown on the map, or the map to use."""


def show(view: View, scene: Scene, workspace: Workspace, key: str) -> Wish | None:
    """Draw a view with its note; return what is wished."""
    key = f"{key}-{view.name.lower()}"
    chosen: Wish | None
    if view is View.METHODS:
        chosen = trust_methods.show(scene, workspace, key)
    elif view is View.SEEDS:
        chosen = trust_seeds.show(scene, workspace, key)
    elif view is View.SPACE:
        chosen = trust_space.show(scene, workspace, key)
    else:
        chosen = trust_map.show(scene, workspace, key)
    note.show(_DRAWN[view].NOTE)
    return chosen
