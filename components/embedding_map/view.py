"""Which picture of a data set can be shown now, and what it is."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import streamlit as st

from components.app import items, job_panel
from components.embedding_map import MapEvent, MapLines, MapPoints, embedding_map
from components.embedding_map.labels import class_labels
from components.widgets.item_card import SHOWN_NEIGHBORS
from components.widgets.palette import Categories, Theme, coloring
from embedding_core import encoders
from embedding_core.base.stage import Lane
from embedding_core.base.types import Key
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.modality import ModalityGap, modality_gap
from embedding_core.encoders.spec import Modality
from embedding_core.encoders.stages import Centered, Embed
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection import METHODS, PCAParams, Projection, method_of
from embedding_core.projection.stages import Project
from embedding_core.workspace import Selection, Workspace

NOTE = (
    "Every point is one item. An encoder has turned it into a vector with hundreds of dimensions, and a "
    "**projection** (dimensionality reduction) draws them in two or three dimensions. "
    + " ".join(f"**{method.title}** {method.summary}" for method in METHODS.values())
    + " The Trust page measures how faithful this map is. The list of nearest neighbors is computed from the full "
    "vectors, so it is more reliable than the map. Further reading: [McInnes, Healy and Melville, "
    "2018](https://arxiv.org/abs/1802.03426), [Understanding UMAP](https://pair-code.github.io/understanding-umap/)."
)


@dataclass(frozen=True, eq=False)
class MapPicture:
    """A map that is ready to be drawn."""

    key: Key
    """Names the coordinates: another picture, another key."""
    points: MapPoints
    caption: str


def picture(engine: Engine, owner: str, dataset: Dataset, workspace: Workspace, height: int) -> MapPicture | None:
    """Return the wanted map, or the PCA map while the wanted one is being made; None with a placeholder drawn."""
    state = workspace.state(MapState)
    embedded = engine.embedding(dataset, workspace.encoder)
    space = Centered(embedded) if state.centered and is_mixed(dataset, workspace.encoder) else embedded
    wanted = Project(space, state.projection)
    stage, interim = wanted, False
    if wanted.lane is not Lane.QUICK and not engine.ready(wanted):
        # Asked for first, so that it is not behind the neighbors that the other needs.
        stage, interim = Project(space, PCAParams(dims=state.projection.dims)), True
        engine.start(stage, owner)
        engine.start(wanted, owner)
    projection = job_panel.result(engine, stage, owner, height=height)
    if interim and projection is not None:
        failed = engine.start(wanted, owner)
        if failed is not None and failed.error is not None:
            job_panel.result(engine, wanted, owner, height=0)
    if projection is None:
        return None
    column = state.color if state.color in dataset.columns else None
    return MapPicture(
        stage.key,
        _points(stage, engine, column),
        caption(projection, method_of(state.projection).title if interim else ""),
    )


@lru_cache(maxsize=8)
def _points(stage: Project, engine: Engine, column: str | None) -> MapPoints:
    """Return a map that has been made; remembered, since every run of a page asks for it again."""
    projection = stage.load(engine.store)
    space = stage.space.space if isinstance(stage.space, Centered) else stage.space
    dataset = engine.dataset(space.dataset)
    colors = None if column is None else coloring(dataset.columns[column])
    flat = projection.coordinates.shape[1] == 2
    mixed = is_mixed(dataset, space.encoder)
    return MapPoints(
        coordinates=projection.coordinates,
        texts=dataset.titles,
        coloring=colors,
        axes=axes(projection),
        source=items.address(dataset.key),
        pictures=dataset.is_picture if dataset.pictures else None,
        marks=(~dataset.is_picture).astype(np.uint8) if mixed else None,
        mark_names=("Picture", "Text") if mixed else (),
        labels=class_labels(projection.coordinates, colors) if flat and isinstance(colors, Categories) else (),
        note=METHODS[projection.method].reading,
    )


def opened(points: MapPoints, workspace: Workspace, neighbors: Neighbors | None) -> MapPoints:
    """Return a map with the wanted card, on which the open item is ringed and joined to its nearest neighbors."""
    row, points = workspace.item, replace(points, card=workspace.state(MapState).card)
    if row is None or row >= len(points.texts):
        return points
    near = () if neighbors is None else tuple(neighbors.indices[row, :SHOWN_NEIGHBORS].tolist())
    return replace(points, lines=MapLines(row, near))


def show(points: MapPoints, selection: Selection, key: str, height: int) -> MapEvent | None:
    """Draw the map of a page that is all about it; return what was just picked out."""
    return embedding_map(points, key=key, theme=theme(), selected=selection.rows, height=height, fill=True)


def is_mixed(dataset: Dataset, encoder: str) -> bool:
    """Say whether an encoder puts pictures and texts of a data set into one space."""
    if not dataset.pictures or dataset.is_picture.all():
        return False
    return Modality.IMAGE in encoders.resolve(encoder).reads


@lru_cache(maxsize=8)
def _gap(space: Embed, engine: Engine) -> ModalityGap:
    return modality_gap(space.load(engine.store), engine.dataset(space.dataset).is_picture)


def gap(engine: Engine, dataset: Dataset, workspace: Workspace) -> ModalityGap | None:
    """Return how far pictures and texts lie apart; None where they do not share a space, or are not embedded yet."""
    if not is_mixed(dataset, workspace.encoder):
        return None
    space = engine.embedding(dataset, workspace.encoder)
    return _gap(space, engine) if engine.ready(space) else None


def axes(projection: Projection) -> tuple[str, ...]:
    """Return what the axes mean; nothing for a method whose axes mean nothing."""
    variance = projection.explained_variance
    return () if variance is None else tuple(f"PC{i} ({share:.1%})" for i, share in enumerate(variance, start=1))


def caption(projection: Projection, follows: str = "") -> str:
    """Return one line that says what is seen, how far to trust it, and which map is still being drawn."""
    parts = [f"{METHODS[projection.method].title}, {len(projection.coordinates):,} points."]
    if projection.explained_variance is not None:
        parts.append(f"Explains {sum(projection.explained_variance):.1%} of the variance.")
    else:
        parts.append(METHODS[projection.method].reading)
    if projection.note:
        parts.append(projection.note)
    if follows:
        parts.append(f"{follows} follows as soon as it is drawn.")
    return " ".join(parts)


def theme() -> Theme:
    """Return the theme the visitor sees."""
    return Theme.DARK if st.context.theme.type == "dark" else Theme.LIGHT
