"""From vectors to what smaller ones would keep of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Matrix, Progress
from embedding_core.compress import (
    Compression,
    CompressionParams,
    Judged,
    compress,
)
from embedding_core.data.judgments import Judgments, checked
from embedding_core.encoders.stages import Embed, EncodeQueries


@dataclass(frozen=True)
class JudgedTexts:
    """Queries as texts, and which rows answer them how well."""

    queries: tuple[str, ...]
    judgments: tuple[tuple[int, int, float], ...] = field(metadata={"key": "judgements"})
    """A query's number, a row's number, a grade; above 0 it answers."""

    @classmethod
    def of(cls, judgments: Judgments, ids: Sequence[str]) -> "JudgedTexts":
        """Return what judgments say of the rows that have these ids.

        Raises:
            InputError: no judged query is answered by any of the rows.
        """
        known = checked(judgments, ids)
        rows = {name: row for row, name in enumerate(ids)}
        triples = (
            (place, rows[name], float(grade))
            for place, query in enumerate(known.queries)
            for name, grade in known.grades[query].items()
        )
        return cls(tuple(known.queries.values()), tuple(triples))

    def asked(self, vectors: Matrix) -> Judged:
        """Return the judgments of the queries that have these vectors, (queries, dim)."""
        triples = np.array(self.judgments, np.float64).reshape(-1, 3)
        return Judged(vectors, triples[:, :2].astype(np.int64), triples[:, 2])


@dataclass(frozen=True)
class Compress(Stage[Compression]):
    """Smaller forms of a space against the full one."""

    space: Embed
    params: CompressionParams = field(default_factory=CompressionParams)
    judged: JudgedTexts | None = None
    kind = "compression"
    title = "Measuring compression"
    lane = Lane.MAP
    """Minutes on large data: beside the maps, not before what is quick."""

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,) if self.judged is None else (self.space, self._queries(self.judged))

    def _queries(self, judged: JudgedTexts) -> EncodeQueries:
        return EncodeQueries(judged.queries, self.space)

    def compute(self, store: Store, progress: Progress) -> Compression:
        judged = None if self.judged is None else self.judged.asked(self._queries(self.judged).load(store))
        return compress(self.space.load(store), self.params, judged, progress)
