"""How every row of a data set scores for one query, by one engine, and the best of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Vector

Mask = NDArray[np.bool_]
"""Which rows may be found: (n,) bool."""
NOT_FOUND = np.float32(-np.inf)
"""The score of a row that an engine has nothing to say of."""


@dataclass(frozen=True, eq=False)
class Hits:
    """What a search found, best first, equally good rows by number."""

    rows: Indices
    """(k,) int32."""
    scores: Vector
    """(k,) float32, by the engine."""
    percentiles: Vector
    """(k,) float32, 0 to 1: the share of all rows, or of a random sample of them, that score lower for this query."""
    null_percentiles: Vector
    """(k,) float32, 0 to 1: the share of scores by chance that are lower. A hit no better than that is chance."""


@dataclass(frozen=True, eq=False)
class Scores:
    """The score of every row for one query; a larger one is better."""

    values: Vector
    """(n,) float32, minus infinity for a row that was not found."""
    null: Vector
    """(m,) float32 ascending: what scores come about by chance."""

    sample: Vector | None = None
    """(m,) float32 ascending: what random rows score, where not every row was scored; percentiles are then among it."""

    @cached_property
    def _ascending(self) -> Vector:
        return np.sort(self.values) if self.sample is None else self.sample

    def best(self, k: int, among: Mask | None = None) -> Hits:
        """Return the k best rows, of those that may be found; fewer when fewer were."""
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
        return Hits(rows.astype(np.int32), found, share_below(self._ascending, found), share_below(self.null, found))

    def ranks(self, among: Mask | None = None) -> Indices:
        """Return (n,) int32: 1 for the best row that may be found, and so on; 0 for one that was not found."""
        rows = self._found(among)
        ranks = np.zeros(len(self.values), np.int32)
        ranks[rows[np.argsort(-self.values[rows], kind="stable")]] = np.arange(1, len(rows) + 1)
        return ranks


def share_below(ascending: Vector, scores: Vector) -> Vector:
    """Return for each score the share of others that are lower: (k,), 0 when there are no others."""
    below = np.searchsorted(ascending, scores, side="left")
    return (below / max(1, len(ascending))).astype(np.float32)
