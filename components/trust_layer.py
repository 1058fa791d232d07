"""The map in the colours of trust: how far each of its points is to be believed, a choice beside the columns."""

from dataclasses import replace

from components import job_panel, map_view
from components.trust_map import FEWEST_ROWS, layered
from embedding_core.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.stages import MeasureMap, Project
from embedding_core.trust import Fidelity
from embedding_core.workspace import Workspace

NAME = "Trust: neighbours kept"
_MEASURE = "preservation"


def fits(rows: int, dims: int, centred: bool) -> bool:
    """Say whether the points of a map can have these colours: it is flat, large enough, and of the space as it is."""
    return rows >= FEWEST_ROWS and dims == 2 and not centred


def picture(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, height: int) -> map_view.Picture | None:
    """Return the wanted map, as `map_view.picture` does; in these colours if they are chosen and measured."""
    if not workspace.trust or not fits(len(dataset), workspace.projection.dims, workspace.centred):
        return map_view.picture(engine, owner, dataset, workspace, height)
    plain = map_view.picture(engine, owner, dataset, replace(workspace, color=None), height)
    stage = MeasureMap(Project(engine.embedding(dataset, workspace.encoder), workspace.projection))
    if plain is None or plain.key != stage.map.key:
        return plain
    found = job_panel.result(engine, stage, owner, height=0)
    if found is None:
        return replace(plain, caption=f"{plain.caption} Colours follow as soon as they are measured.")
    points = layered(plain.points, stage, engine, _MEASURE)
    return replace(plain, points=points, caption=f"{plain.caption} {_words(found)}")


def _words(found: Fidelity) -> str:
    few = len(found.rows) < found.total
    grey = f" Grey: not measured, {found.total - len(found.rows):,} points." if few else ""
    return f"Colour: the share of a point's {found.k} nearest that are its nearest in the full vectors too.{grey}"
