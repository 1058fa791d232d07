"""The backgrounds and indexes that searches keep in memory between queries."""

from contextlib import suppress

from embedding_core.base.engine import StageEngine
from embedding_core.base.errors import ArtifactMissingError
from embedding_core.base.vectors import Metric
from embedding_core.encoders.stages import Embed
from embedding_core.ranking.approximate import ApproximateIndex
from embedding_core.ranking.dense import Background, background
from embedding_core.ranking.vector_index import IndexVectors

_INDEXES = 2
"""Of a million rows one takes 0.4 GB."""


def background_of(engine: StageEngine, space: Embed, metric: Metric) -> Background:
    """Return the background of a space, which has been computed."""
    known: Background = engine.remember(
        "background", (space.key, metric), lambda: background(space.load(engine.store), metric)
    )
    return known


def vector_index_of(engine: StageEngine, stage: IndexVectors) -> ApproximateIndex | None:
    """Return the index of a space; None while it has not been built."""
    with suppress(ArtifactMissingError):  # Not built, or found damaged on reading, and dropped.
        index: ApproximateIndex = engine.remember(
            "vector index", stage.key, lambda: stage.load(engine.store), most=_INDEXES
        )
        return index
    return None
