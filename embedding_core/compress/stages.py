"""From vectors to what smaller ones would keep of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import numpy as np

from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Matrix, Progress
from embedding_core.compress import (
    Compression,
    CompressionParams,
    Judged,
    Precision,
    Quality,
    Reduction,
    Trial,
    TruncationCheck,
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
        record = (
            (place, rows[name], float(grade))
            for place, query in enumerate(known.queries)
            for name, grade in known.grades[query].items()
        )
        return cls(tuple(known.queries.values()), tuple(record))

    def asked(self, vectors: Matrix) -> Judged:
        """Return the judgments of the queries that have these vectors, (queries, dim)."""
        record = np.array(self.judgments, np.float64).reshape(-1, 3)
        return Judged(vectors, record[:, :2].astype(np.int64), record[:, 2])


@dataclass(frozen=True)
class Compress(Stage):
    """Smaller forms of a space against the full one."""

    space: Embed
    params: CompressionParams = field(default_factory=CompressionParams)
    judged: JudgedTexts | None = None
    kind: ClassVar[str] = "compression"

    @property
    def lane(self) -> Lane:
        """Minutes on large data: beside the maps, not before what is quick."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params, self.judged)

    @property
    def title(self) -> str:
        return "Measuring compression"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,) if self.judged is None else (self.space, self._queries(self.judged))

    def _queries(self, judged: JudgedTexts) -> EncodeQueries:
        return EncodeQueries(judged.queries, self.space)

    def make(self, store: Store, progress: Progress) -> None:
        judged = None if self.judged is None else self.judged.asked(self._queries(self.judged).load(store))
        made = compress(self.space.load(store), self.params, judged, progress)
        with store.write(self.kind, self.key) as folder:
            (folder / "compression.json").write_text(json.dumps(asdict(made)))

    def load(self, store: Store) -> Compression:
        record: dict[str, Any] = json.loads((store.open(self.kind, self.key) / "compression.json").read_text())
        trials = tuple(map(_trial, record.pop("trials")))
        checks = tuple(TruncationCheck(**one | {"drawn": tuple(one["drawn"])}) for one in record.pop("checks"))
        return Compression(trials, checks, **record)


def _trial(record: dict[str, Any]) -> Trial:
    named = {"reduction": Reduction(record["reduction"]), "precision": Precision(record["precision"])}
    return Trial(**record | named | {"qualities": tuple(Quality(**one) for one in record["qualities"])})
