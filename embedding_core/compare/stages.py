"""From two spaces of the same rows to where they agree."""

from dataclasses import dataclass, field
from typing import ClassVar

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress
from embedding_core.compare import Comparison, ComparisonParams, compare_neighborhoods, linear_cka
from embedding_core.compare.cka import LEAST_ROWS
from embedding_core.encoders.stages import Embed
from embedding_core.neighbors.exact import NeighborsParams
from embedding_core.neighbors.stages import SHARED_NEIGHBORS, FindNeighbors


@dataclass(frozen=True, eq=False)
class Compared:
    """Two spaces of the same rows."""

    neighborhoods: Comparison
    cka: float | None
    """None where it is not defined: fewer than 4 rows, or all of them equal in one space."""


@dataclass(frozen=True)
class CompareSpaces(Stage):
    """The same rows by two encoders."""

    left: Embed
    right: Embed
    params: ComparisonParams = field(default_factory=ComparisonParams)
    kind: ClassVar[str] = "comparison"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.left.key, self.right.key, self.params)

    @property
    def title(self) -> str:
        return "Comparing two encoders"

    @property
    def neighbors(self) -> tuple[FindNeighbors, FindNeighbors]:
        """The neighbors in both spaces."""
        params = NeighborsParams(k=max(SHARED_NEIGHBORS, self.params.k))
        return FindNeighbors(self.left, params), FindNeighbors(self.right, params)

    def needs(self) -> tuple[Stage, ...]:
        return self.neighbors

    def make(self, store: Store, progress: Progress) -> None:
        left, right = (stage.load(store) for stage in self.neighbors)
        found = compare_neighborhoods(left, right, self.params)
        progress(1, 2)
        enough = len(found.overlaps) >= LEAST_ROWS
        cka = linear_cka(self.left.load(store), self.right.load(store)) if enough else None
        about = {"k": found.k, "chance": found.chance, "cka": cka}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {"overlaps": found.overlaps, "wider": found.wider})

    def load(self, store: Store) -> Compared:
        about = store.about(self.kind, self.key)
        overlaps, wider = (store.array(self.kind, self.key, name) for name in ("overlaps", "wider"))
        return Compared(Comparison(about["k"], overlaps, wider, about["chance"]), about["cka"])
