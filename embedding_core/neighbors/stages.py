"""The graph of nearest neighbors of a space, made once and shared by all that need it."""

from dataclasses import dataclass, field
from typing import ClassVar

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress
from embedding_core.neighbors.exact import Neighbors, NeighborsParams, nearest_neighbors

SHARED_NEIGHBORS = 32
"""Neighbors kept for every row, whatever smaller number an analysis asks for."""


@dataclass(frozen=True)
class FindNeighbors(Stage):
    """The nearest neighbors of every row in the original space, shared by all that need them."""

    space: Stage
    """Whose artifact is a matrix of vectors."""
    params: NeighborsParams = field(default_factory=NeighborsParams)
    kind: ClassVar[str] = "neighbors"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params)

    @property
    def title(self) -> str:
        return "Finding nearest neighbors"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        found = nearest_neighbors(self.space.load(store), self.params, progress)
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"indices": found.indices, "similarities": found.similarities})

    def load(self, store: Store) -> Neighbors:
        indices, similarities = (store.array(self.kind, self.key, name) for name in ("indices", "similarities"))
        return Neighbors(indices, similarities, self.params.metric)
