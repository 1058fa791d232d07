"""The map in the colors of trust: how far each of its points is to be believed, a choice beside the columns."""

from dataclasses import replace
from functools import lru_cache

import pandas as pd

from components.app import job_panel
from components.embedding_map import view
from components.embedding_map.points import MapPoints
from components.widgets.palette import numbers
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.projection.stages import Project
from embedding_core.trust import Fidelity
from embedding_core.trust.stages import MeasureMap
from embedding_core.workspace import Workspace

LAYERS = {
    "neighborhood_preservation": "Neighborhood preservation",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
}
NAME = "Trust: neighborhood preservation"
_MEASURE = "neighborhood_preservation"


FEWEST_ROWS = 5


@lru_cache(maxsize=4)
def layered(points: MapPoints, stage: MeasureMap, engine: Engine, measure: str) -> MapPoints:
    """Return a map that is measured, colored by how far each of its points can be trusted.

    Remembered: the same colors must stay the same object, or they are sent again with every run.
    """
    layer = pd.Series(stage.load(engine.store).layer(measure), name=LAYERS[measure])
    return replace(points, coloring=numbers(layer), labels=(), note="Where values are low, the map is unreliable.")


def fits(rows: int, dims: int, centered: bool) -> bool:
    """Say whether the points of a map can have these colors: it is flat, large enough, and of the space as it is."""
    return rows >= FEWEST_ROWS and dims == 2 and not centered


def picture(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, height: int) -> view.MapPicture | None:
    """Return the wanted map, as `map_view.picture` does; in these colors if they are chosen and measured."""
    state = workspace.state(MapState)
    if not state.trust or not fits(len(dataset), state.projection.dims, state.centered):
        return view.picture(engine, owner, dataset, workspace, height)
    plain = view.picture(engine, owner, dataset, workspace.with_state(replace(state, color=None)), height)
    stage = MeasureMap(Project(engine.embedding(dataset, workspace.encoder), state.projection))
    if plain is None or plain.key != stage.map.key:
        return plain
    found = job_panel.result(engine, stage, owner, height=0)
    if found is None:
        return replace(plain, caption=f"{plain.caption} Colors appear once the map has been measured.")
    points = layered(plain.points, stage, engine, _MEASURE)
    return replace(plain, points=points, caption=f"{plain.caption} {_words(found)}")


def _words(found: Fidelity) -> str:
    few = len(found.rows) < found.total
    gray = f" Gray: not measured, {found.total - len(found.rows):,} points." if few else ""
    return (
        f"Color: the share of a point's {found.k} nearest neighbors on the map that are also its nearest "
        f"neighbors in the full space.{gray}"
    )
