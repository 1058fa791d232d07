"""From vectors to a map."""

from dataclasses import dataclass
from typing import ClassVar

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress
from embedding_core.encoders.stages import Space
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import SHARED_NEIGHBORS, FindNeighbors
from embedding_core.projection import Projection, ProjectionParams, method_of


@dataclass(frozen=True)
class Project(Stage):
    """A map: every row at two or three coordinates."""

    space: Space
    params: ProjectionParams
    kind: ClassVar[str] = "projection"

    @property
    def lane(self) -> Lane:
        return method_of(self.params).lane

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params)

    @property
    def title(self) -> str:
        return f"Drawing the {method_of(self.params).title} map"

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

    def make(self, store: Store, progress: Progress) -> None:
        stage = self._neighbors
        neighbors = None if stage is None else stage.load(store)
        projection = method_of(self.params).fit(self.space.load(store), neighbors, progress)
        about = {name: value for name, value in vars(projection).items() if name != "coordinates"}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {"coordinates": projection.coordinates})

    def load(self, store: Store) -> Projection:
        about = store.about(self.kind, self.key)
        variance = about["explained_variance"]
        about["explained_variance"] = None if variance is None else tuple(variance)
        return Projection(coordinates=store.array(self.kind, self.key, "coordinates"), **about)
