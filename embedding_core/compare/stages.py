"""From two spaces of the same rows to where they agree."""

from dataclasses import dataclass, field

from embedding_core.base.stage import Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.compare import ComparisonParams, SpaceComparison, compare_neighborhoods, linear_cka
from embedding_core.compare.cka import LEAST_ROWS
from embedding_core.encoders.stages import Embed
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import SHARED_NEIGHBORS, FindNeighbors


@dataclass(frozen=True, eq=False)
class Compared:
    """Two spaces of the same rows."""

    neighborhoods: SpaceComparison
    cka: float | None
    """None where it is not defined: fewer than 4 rows, or all of them equal in one space."""


@dataclass(frozen=True)
class CompareSpaces(Stage[Compared]):
    """The same rows by two encoders."""

    left: Embed
    right: Embed
    params: ComparisonParams = field(default_factory=ComparisonParams)
    kind = "comparison"
    version = 2
    title = "Comparing two encoders"

    @property
    def neighbors(self) -> tuple[FindNeighbors, FindNeighbors]:
        """The neighbors in both spaces."""
        params = NeighborsParams(k=max(SHARED_NEIGHBORS, self.params.k))
        return FindNeighbors(self.left, params), FindNeighbors(self.right, params)

    def needs(self) -> tuple[Stage, ...]:
        return self.neighbors

    def compute(self, store: Store, progress: Progress) -> Compared:
        left, right = (stage.load(store) for stage in self.neighbors)
        found = compare_neighborhoods(left, right, self.params)
        progress(1, 2)
        enough = len(found.overlaps) >= LEAST_ROWS
        return Compared(found, linear_cka(self.left.load(store), self.right.load(store)) if enough else None)
