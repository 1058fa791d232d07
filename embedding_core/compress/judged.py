"""Judged queries, and the nDCG of rankings for them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix


@dataclass(frozen=True, eq=False)
class Judged:
    """Query vectors and the relevance of rows to them."""

    queries: Matrix
    """(q, dim) float32."""
    pairs: NDArray[np.int64]
    """(m, 2): a query's number, a row's number."""
    grades: NDArray[np.float64]
    """(m,): 0 or less does not answer."""

    def check(self, rows: int, dim: int) -> None:
        """Check the judgments against the rows they are about.

        Raises:
            InputError: a row or a query is not there, lengths differ, or no row answers any query.
        """
        if self.queries.ndim != 2 or self.queries.shape[1] != dim:
            raise InputError(
                f"The queries have shape {self.queries.shape}, the rows {dim} dimensions.",
                "Encode both with the same encoder.",
            )
        for place, (name, count) in enumerate((("query", len(self.queries)), ("row", rows))):
            numbers = self.pairs[:, place]
            wrong = numbers[(numbers < 0) | (numbers >= count)]
            if len(wrong):
                raise InputError(f"Judgments name {name} {wrong[0]} of {count:,}.", "Count from 0.")
        if not (self.grades > 0).any():
            raise InputError("No judgment has a grade above 0.", "Add judgments of relevant rows, with grades above 0.")

    @property
    def answered(self) -> NDArray[np.int64]:
        """The queries with a relevant row, ascending."""
        return np.unique(self.pairs[self.grades > 0, 0])


def ndcg(judged: Judged, found: NDArray[np.int64]) -> float:
    """Return the mean normalized discounted cumulative gain of (q, k) found rows over the queries with an answer.

    A grade gains its own value, as in trec_eval's `ndcg_cut`. Järvelin and Kekäläinen 2002,
    https://doi.org/10.1145/582415.582418.
    """
    k = found.shape[1]
    discounts = 1 / np.log2(np.arange(2, k + 2))
    values = []
    for query in judged.answered:
        mine = judged.pairs[:, 0] == query
        gains = dict(zip(judged.pairs[mine, 1].tolist(), np.maximum(judged.grades[mine], 0).tolist(), strict=True))
        ideal = np.sort([*gains.values()])[::-1][:k]
        got = np.array([gains.get(row, 0.0) for row in found[query].tolist()])
        values.append(float(got @ discounts) / float(ideal @ discounts[: len(ideal)]))
    return float(np.mean(values))
