"""Approximate nearest-neighbor indexes, compared on a space."""

from dataclasses import dataclass, field

from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Progress
from embedding_core.encoders.stages import Embed
from embedding_core.search.indexes import IndexCurves, IndexesParams, compare_indexes


@dataclass(frozen=True)
class CompareIndexes(Stage[IndexCurves]):
    """Approximate indexes of a space against the exact answer."""

    space: Embed
    params: IndexesParams = field(default_factory=IndexesParams)
    kind = "indexes"
    title = "Benchmarking ANN indexes"
    lane = Lane.MAP
    """Minutes on large data: beside the maps, not before what is quick."""

    def compute(self, store: Store, progress: Progress) -> IndexCurves:
        return compare_indexes(self.space.load(store), self.params, progress)
