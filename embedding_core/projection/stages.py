"""From vectors to a map."""

from collections.abc import Mapping
from dataclasses import dataclass

from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.encoders.stages import Space
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import SHARED_NEIGHBORS, FindNeighbors
from embedding_core.projection import Projection, ProjectionParams, method_of


@dataclass(frozen=True)
class Project(Stage[Projection]):
    """A map: every row at two or three coordinates."""

    space: Space
    params: ProjectionParams
    kind = "projection"

    @property
    def lane(self) -> Lane:
        return method_of(self.params).lane

    @property
    def title(self) -> str:
        return f"Drawing the {method_of(self.params).title} map"

    @property
    def libraries(self) -> Mapping[str, str]:
        return method_of(self.params).libraries

    @property
    def _neighbors(self) -> FindNeighbors | None:
        wanted = method_of(self.params).neighbors
        if not wanted:
            return None
        # Powers of two above the shared number: moving a slider by one makes no new graph.
        k = SHARED_NEIGHBORS
        while k < wanted:
            k *= 2
        return FindNeighbors(self.space, NeighborsParams(k=k))

    def needs(self) -> tuple[Stage, ...]:
        return (self._neighbors or self.space,)

    def compute(self, store: Store, progress: Progress) -> Projection:
        stage = self._neighbors
        neighbors = None if stage is None else stage.load(store)
        return method_of(self.params).fit(self.space.load(store), neighbors, progress)
