"""Near-duplicates: all pairs above a similarity threshold, and the groups they form."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import as_matrix, unit_rows
from embedding_core.similarity.random_baseline import random_cosines

UNGROUPED = -1
"""The group of an item that has no double."""
_BLOCK_BYTES = 64 * 1024**2
_MOST_EDGES = 4_000_000
"""More pairs than these are thinned to those that hold the groups together, so that memory stays bounded."""
_NEAREST_BY_CHANCE = 0.99
_SHARE = 1 / 3
_LEAST_CROWD = 10
_SAME = 0.999
"""A suggestion goes no higher: what is that alike is the same."""
_ROUNDING = 1e-6
_STEPS = 1_000
"""Of a cosine: pairs are counted by thousandths."""


@dataclass(frozen=True)
class DuplicatesParams:
    """The similarity threshold of near-duplicates."""

    threshold: float | None = None
    """Least cosine of two duplicates. The default is suggested by random pairs, and raised where groups would chain."""

    def __post_init__(self) -> None:
        if self.threshold is not None and not -1 <= self.threshold <= 1:
            raise ParameterError(f"The threshold is {self.threshold:g}.", "Choose a cosine from -1 to 1.")


@dataclass(frozen=True, eq=False)
class Duplicates:
    """Near-duplicates in groups, larger groups first."""

    threshold: float
    pairs: int
    """How many pairs are at least that alike."""
    by_chance: float
    """The share of random pairs that are."""
    raised: bool
    """The threshold lies above what random pairs suggest, where groups would chain together."""
    groups: Indices
    """(n,) int32, the number of each item's group, or `UNGROUPED`."""
    keep: NDArray[np.bool_]
    """(n,) whether to keep the item: of each group the one most like the others, and all that are alone."""
    weakest: Indices
    """(groups, 2) int32, the pair whose link is the weakest of those that hold the group together."""
    weakest_cosines: Vector
    """(groups,) float32."""

    def rows_of(self, group: int) -> tuple[int, ...]:
        """Return the rows of a group, the one to keep first."""
        rows = np.flatnonzero(self.groups == group)
        return tuple(rows[np.argsort(~self.keep[rows], kind="stable")].tolist())

    @property
    def count(self) -> int:
        """The number of groups."""
        return len(self.weakest)


def suggest_threshold(random_baseline: Vector) -> float:
    """Return a threshold for data whose random pairs have these cosines, ascending.

    Doubles are at most a third as far apart (1 - cosine) as the nearest hundredth of random pairs: a rule of thumb that
    moves with the encoder and the data.
    """
    near = float(np.quantile(random_baseline, _NEAREST_BY_CHANCE)) if len(random_baseline) else 0.0
    return min(_SAME, round(1 - _SHARE * (1 - near), 3))


def find_duplicates(
    matrix: Matrix,
    params: DuplicatesParams = DuplicatesParams(),
    progress: Progress = no_progress,
    among: NDArray[np.bool_] | None = None,
) -> Duplicates:
    """Compare all pairs of rows of (n, dim) and group those above the threshold, directly or through others.

    Only rows of `among`, (n,), are compared, if it is given; the others are kept, in no group.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    if among is None or among.all():
        return _compared(matrix, params, progress)
    rows, n = np.flatnonzero(among).astype(np.int32), len(matrix)
    groups, keep = np.full(n, UNGROUPED, np.int32), np.ones(n, dtype=bool)
    if not len(rows):
        threshold = suggest_threshold(np.zeros(0, np.float32)) if params.threshold is None else params.threshold
        return Duplicates(threshold, 0, 0.0, False, groups, keep, np.zeros((0, 2), np.int32), np.zeros(0, np.float32))
    found = _compared(matrix[rows], params, progress)
    groups[rows], keep[rows] = found.groups, found.keep
    return replace(found, groups=groups, keep=keep, weakest=rows[found.weakest])


def _compared(matrix: Matrix, params: DuplicatesParams, progress: Progress) -> Duplicates:
    rows = unit_rows(matrix)
    random_baseline = random_cosines(rows)
    suggested = suggest_threshold(random_baseline)
    threshold = suggested if params.threshold is None else params.threshold
    counts, edges = _links(rows, threshold, progress)
    if params.threshold is None:
        threshold = _unchained(len(rows), edges, suggested)
        edges = edges.where(edges.cosines >= threshold - _ROUNDING)
        counts = counts[round(threshold * _STEPS) :]
    groups, weakest, cosines = _grouped(len(rows), edges)
    above = len(random_baseline) - int(np.searchsorted(random_baseline, threshold))
    return Duplicates(
        threshold,
        int(counts.sum()),
        above / max(1, len(random_baseline)),
        params.threshold is None and threshold > suggested,
        groups,
        _kept(rows, groups, len(weakest)),
        weakest,
        cosines,
    )


def _links(rows: Matrix, threshold: float, progress: Progress) -> tuple[NDArray[np.int64], "_Edges"]:
    """Return how many pairs reach the threshold by thousandths, and enough of them to hold their groups together.

    Pairs below 0 are counted at 0.
    """
    n = len(rows)
    size = max(1, min(1024, _BLOCK_BYTES // (4 * n)))
    edges, counts = _Edges.none(), np.zeros(_STEPS + 1, np.int64)
    for start in range(0, n, size):
        stop = min(start + size, n)
        scores = rows[start:stop] @ rows[start:].T
        left, right = np.divmod(np.flatnonzero(scores >= threshold - _ROUNDING), n - start)
        upper = right > left
        left, right = left[upper], right[upper]
        cosines = scores[left, right]
        bins = np.clip((cosines + _ROUNDING) * _STEPS, 0, _STEPS).astype(np.int64)
        counts += np.bincount(bins, minlength=_STEPS + 1)
        edges = edges.and_also(left + start, right + start, cosines)
        if len(edges.left) > _MOST_EDGES:
            edges = edges.thinned(n)
        done = 1 - (1 - stop / n) ** 2  # Later blocks have fewer columns.
        progress(done, 1)
    return counts, edges.thinned(n)


def _unchained(n: int, forest: "_Edges", threshold: float) -> float:
    """Return the threshold, raised until no group has more than the root of all items, and ten.

    In dense data each item has a near one, and so on through all: a group then says nothing. The forest has the same
    groups as all pairs at every threshold, so its links are added from the strongest on until a group is too large.
    """
    crowd = max(_LEAST_CROWD, math.isqrt(n))
    parent, sizes = list(range(n)), [1] * n

    def top(item: int) -> int:
        while parent[item] != item:
            parent[item] = item = parent[parent[item]]
        return item

    for left, right, cosine in forest.strongest_first():
        one, other = top(left), top(right)
        parent[one] = other
        sizes[other] += sizes[one]
        if sizes[other] > crowd:
            return max(threshold, min(_SAME, (math.floor((cosine + _ROUNDING) * _STEPS) + 1) / _STEPS))
    return threshold


@dataclass(frozen=True, eq=False)
class _Edges:
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    cosines: Vector

    @classmethod
    def none(cls) -> "_Edges":
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))

    def and_also(self, left: NDArray[np.int64], right: NDArray[np.int64], cosines: Vector) -> "_Edges":
        return _Edges(
            np.concatenate([self.left, left]),
            np.concatenate([self.right, right]),
            np.concatenate([self.cosines, cosines.astype(np.float32)]),
        )

    def strongest_first(self) -> Iterator[tuple[int, int, float]]:
        order = np.argsort(-self.cosines, kind="stable")
        return zip(self.left[order].tolist(), self.right[order].tolist(), self.cosines[order].tolist(), strict=True)

    def where(self, chosen: NDArray[np.bool_]) -> "_Edges":
        return _Edges(*(part[chosen] for part in vars(self).values()))

    def thinned(self, n: int) -> "_Edges":
        """Return the maximum spanning forest of some edges."""
        from scipy.sparse.csgraph import minimum_spanning_tree

        # A weight of 0 would mean no edge, so they begin at 1.
        forest = minimum_spanning_tree(_graph(n, self.left, self.right, 2 - np.minimum(self.cosines, 1))).tocoo()
        cosines = (2 - forest.data).astype(np.float32)
        return _Edges(forest.row.astype(np.int64), forest.col.astype(np.int64), cosines)


def _graph(n: int, left: NDArray[np.int64], right: NDArray[np.int64], weights: Vector) -> Any:
    from scipy.sparse import coo_array

    return coo_array((weights, (left, right)), shape=(n, n)).tocsr()


def _grouped(n: int, forest: _Edges) -> tuple[Indices, Indices, Vector]:
    """Return each item's group, and the weakest link of each group."""
    from scipy.sparse.csgraph import connected_components

    parts, part_of = connected_components(
        _graph(n, forest.left, forest.right, np.ones(len(forest.left), np.float32)), directed=False
    )
    sizes = np.bincount(part_of, minlength=parts)
    first = np.full(parts, n)
    np.minimum.at(first, part_of, np.arange(n))
    order = np.lexsort((first, -sizes))[: np.count_nonzero(sizes > 1)]
    number = np.full(parts, UNGROUPED, np.int32)
    number[order] = np.arange(len(order))
    groups = number[part_of].astype(np.int32)
    # Links from the strongest to the weakest: the last one written of each group stays.
    weakest, cosines = np.zeros((len(order), 2), np.int32), np.ones(len(order), np.float32)
    for left, right, cosine in forest.strongest_first():
        weakest[groups[left]], cosines[groups[left]] = sorted((left, right)), cosine
    return groups, weakest, cosines


def _kept(rows: Matrix, groups: Indices, count: int) -> NDArray[np.bool_]:
    """Return which to keep: of each group the one with the largest mean cosine to all of it, the first of equals."""
    keep: NDArray[np.bool_] = groups == UNGROUPED
    grouped = np.flatnonzero(~keep)
    sums = np.zeros((count, rows.shape[1]), np.float32)
    np.add.at(sums, groups[grouped], rows[grouped])
    central = np.einsum("ij,ij->i", rows[grouped], sums[groups[grouped]]).round(4)
    order = np.lexsort((grouped, -central, groups[grouped]))
    _, firsts = np.unique(groups[grouped][order], return_index=True)
    keep[grouped[order[firsts]]] = True
    return keep
