"""The scores of all rows of a data set for one query by one ranking method, and the best hits."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Vector

Mask = NDArray[np.bool_]
"""Which rows may be found: (n,) bool."""
NOT_FOUND = np.float32(-np.inf)
"""The score of a row that was not found."""


@dataclass(frozen=True, eq=False)
class Hits:
    """The hits of a search, best first, ties by row number."""

    rows: Indices
    """(k,) int32."""
    scores: Vector
    """(k,) float32, larger is better."""
    percentiles: Vector
    """(k,) float32, 0 to 1: the share of all rows, or of a random sample of them, that score lower for this query."""
    baseline_percentiles: Vector
    """(k,) float32, 0 to 1: the share of the random baseline that scores lower."""


@dataclass(frozen=True, eq=False)
class Scores:
    """The score of every row for one query; a larger one is better."""

    values: Vector
    """(n,) float32, minus infinity for a row that was not found."""
    random_baseline: Vector
    """(m,) float32 ascending: the scores of random pairs."""

    sample: Vector | None = None
    """(m,) float32 ascending: the scores of random rows, for percentiles where not every row was scored."""

    @cached_property
    def _ascending(self) -> Vector:
        return np.sort(self.values) if self.sample is None else self.sample

    def best(self, k: int, among: Mask | None = None) -> Hits:
        """Return the k best rows among those that a filter lets through; fewer when fewer were found."""
        rows = self._found(among)
        values = self.values[rows]
        if k < len(rows):
            kth = np.partition(values, len(values) - k)[len(values) - k]
            better = np.flatnonzero(values > kth)
            equal = np.flatnonzero(values == kth)[: k - len(better)]
            chosen = np.sort(np.concatenate([better, equal]))
            rows, values = rows[chosen], values[chosen]
        return self.of(rows[np.argsort(-values, kind="stable")])

    def _found(self, among: Mask | None) -> NDArray[np.int64]:
        """Return the rows that were found and may be, ascending."""
        found = self.values > NOT_FOUND
        return np.flatnonzero(found if among is None else found & among)

    def of(self, rows: NDArray[np.integer]) -> Hits:
        """Return these rows as hits, in this order."""
        found = self.values[rows]
        return Hits(
            rows.astype(np.int32), found, share_below(self._ascending, found), share_below(self.random_baseline, found)
        )

    def ranks(self, among: Mask | None = None) -> Indices:
        """Return the rank of each row from 1 among those that a filter lets through: (n,) int32, 0 if not found."""
        rows = self._found(among)
        ranks = np.zeros(len(self.values), np.int32)
        ranks[rows[np.argsort(-self.values[rows], kind="stable")]] = np.arange(1, len(rows) + 1)
        return ranks


def share_below(ascending: Vector, scores: Vector) -> Vector:
    """Return the share of the ascending values that is lower than each score: (k,), 0 when there are none."""
    below = np.searchsorted(ascending, scores, side="left")
    return (below / max(1, len(ascending))).astype(np.float32)
