"""Approximate nearest-neighbor indexes, compared on a space."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.encoders.stages import Embed
from embedding_core.search.indexes import IndexCurves, IndexesParams, IndexKind, IndexPoint, compare_indexes


@dataclass(frozen=True)
class CompareIndexes(Stage):
    """Approximate indexes of a space against the exact answer."""

    space: Embed
    params: IndexesParams = field(default_factory=IndexesParams)
    kind: ClassVar[str] = "indexes"

    @property
    def lane(self) -> Lane:
        """Minutes on large data: beside the maps, not before what is quick."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params)

    @property
    def title(self) -> str:
        return "Benchmarking ANN indexes"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        curves = compare_indexes(self.space.load(store), self.params, progress)
        with store.write(self.kind, self.key) as folder:
            (folder / "curves.json").write_text(json.dumps(asdict(curves)))

    def load(self, store: Store) -> IndexCurves:
        record: dict[str, Any] = json.loads((store.open(self.kind, self.key) / "curves.json").read_text())
        points = (IndexPoint(**point | {"kind": IndexKind(point["kind"])}) for point in record["points"])
        return IndexCurves(tuple(points), record["rows"])
