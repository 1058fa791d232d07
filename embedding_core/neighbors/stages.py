"""The graph of nearest neighbors of a space, made once and shared by all that need it."""

from dataclasses import dataclass, field

from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.neighbors.exact import Neighbors, NeighborsParams, nearest_neighbors

SHARED_NEIGHBORS = 32
"""Neighbors kept for every row, whatever smaller number an analysis asks for."""


@dataclass(frozen=True)
class FindNeighbors(Stage[Neighbors]):
    """The nearest neighbors of every row in the original space, shared by all that need them."""

    space: Stage
    """Whose artifact is a matrix of vectors."""
    params: NeighborsParams = field(default_factory=NeighborsParams)
    kind = "neighbors"
    title = "Finding nearest neighbors"

    def compute(self, store: Store, progress: Progress) -> Neighbors:
        return nearest_neighbors(self.space.load(store), self.params, progress)

    def load(self, store: Store) -> Neighbors:
        # The first artifacts do not say by which metric, and their keys are still in use.
        indices, similarities = (store.array(self.kind, self.key, name) for name in ("indices", "similarities"))
        return Neighbors(indices, similarities, self.params.metric)
