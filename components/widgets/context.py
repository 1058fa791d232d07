"""What an analysis on a page stands on: the data set in its space, and whoever looks at it."""

from dataclasses import dataclass
from typing import Any

from components.app import job_panel
from embedding_core.base.stage import Stage
from embedding_core.base.types import Matrix
from embedding_core.data.dataset import Dataset
from embedding_core.encoders.stages import Embed
from embedding_core.engine import Engine
from embedding_core.workspace import Selection


@dataclass(frozen=True, eq=False)
class AnalysisContext:
    """An embedded data set on a page; its vectors are ready."""

    engine: Engine
    dataset: Dataset
    space: Embed
    owner: str
    selection: Selection

    @property
    def vectors(self) -> Matrix:
        """The vectors of all items, (n, dim)."""
        return self.space.load(self.engine.store)

    def result(self, stage: Stage, *, height: int = 320, wait: float = 1.0) -> Any | None:
        """Return the result of a stage, or None with a placeholder, or what went wrong, in its place."""
        return job_panel.result(self.engine, stage, self.owner, height=height, wait=wait)

    @property
    def key(self) -> str:
        """Begins the keys of widgets whose values belong to this data set."""
        return self.dataset.key[:8]


def open_context(
    engine: Engine, dataset: Dataset, encoder: str, owner: str, selection: Selection
) -> AnalysisContext | None:
    """Return the analysis context, or None with a placeholder while the data set is being embedded."""
    space = engine.embedding(dataset, encoder)
    if job_panel.result(engine, space, owner) is None:
        return None
    return AnalysisContext(engine, dataset, space, owner, selection)
