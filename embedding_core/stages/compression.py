"""From vectors to what smaller ones would keep of them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import numpy as np

from embedding_core.compression import (
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
from embedding_core.evaluation import Judgements, checked
from embedding_core.fingerprint import fingerprint
from embedding_core.stages.base import Lane, Stage
from embedding_core.stages.space import Embed, EncodeQueries
from embedding_core.store import Store
from embedding_core.types import Key, Matrix, Progress


@dataclass(frozen=True)
class JudgedTexts:
    """Queries as texts, and which rows answer them how well."""

    queries: tuple[str, ...]
    judgements: tuple[tuple[int, int, float], ...]
    """A query's number, a row's number, a grade; above 0 it answers."""

    @classmethod
    def of(cls, judgements: Judgements, ids: Sequence[str]) -> "JudgedTexts":
        """Return what judgements say of the rows that have these ids.

        Raises:
            InputError: no judged query is answered by any of the rows.
        """
        known = checked(judgements, ids)
        rows = {name: row for row, name in enumerate(ids)}
        told = (
            (place, rows[name], float(grade))
            for place, query in enumerate(known.queries)
            for name, grade in known.grades[query].items()
        )
        return cls(tuple(known.queries.values()), tuple(told))

    def asked(self, vectors: Matrix) -> Judged:
        """Return the judgements of the queries that have these vectors, (queries, dim)."""
        told = np.array(self.judgements, np.float64).reshape(-1, 3)
        return Judged(vectors, told[:, :2].astype(np.int64), told[:, 2])


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
        return "Trying smaller vectors"

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
        told: dict[str, Any] = json.loads((store.open(self.kind, self.key) / "compression.json").read_text())
        trials = tuple(map(_trial, told.pop("trials")))
        checks = tuple(TruncationCheck(**one | {"drawn": tuple(one["drawn"])}) for one in told.pop("checks"))
        return Compression(trials, checks, **told)


def _trial(told: dict[str, Any]) -> Trial:
    named = {"reduction": Reduction(told["reduction"]), "precision": Precision(told["precision"])}
    return Trial(**told | named | {"qualities": tuple(Quality(**one) for one in told["qualities"])})
