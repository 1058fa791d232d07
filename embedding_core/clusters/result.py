"""The result of clustering: the cluster of each row and its silhouette."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.clusters.centers import means
from embedding_core.clusters.silhouette import silhouettes

NOISE = -1


@dataclass(frozen=True, eq=False)
class Clusters:
    """A cluster for every row.

    A cluster is known by its number, which edits do not change: after a merge some numbers stand for no row.
    """

    labels: Indices
    """(n,) int32, `NOISE` for a row in no cluster."""
    centers: Matrix = field(metadata={"key": "centres"})
    """(numbers, dim) float32, the mean of each cluster's rows; 0 where there is none."""
    silhouettes: Vector
    """(n,) float32, -1 to 1; NaN for noise, and everywhere where there are fewer than two clusters."""
    note: str = ""
    """What a person should know about this result, in sentences; empty when all is as asked for."""

    @classmethod
    def measured(cls, matrix: Matrix, labels: Indices, note: str = "", numbers: int = 0) -> "Clusters":
        """Return a clustering of (n, dim) rows by their labels; of at least so many numbers."""
        count = max(numbers, int(labels.max(initial=NOISE)) + 1)
        return cls(labels, means(matrix, labels, count), silhouettes(matrix, labels), note)

    @cached_property
    def sizes(self) -> Indices:
        """(numbers,) int32: the number of rows of each cluster."""
        return np.bincount(self.labels[self.labels >= 0], minlength=len(self.centers)).astype(np.int32)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The clusters that have rows, largest first."""
        order = np.argsort(-self.sizes, kind="stable")
        return tuple(int(number) for number in order if self.sizes[number])

    @property
    def k(self) -> int:
        """The number of clusters that have rows."""
        return len(self.numbers)

    @property
    def noise(self) -> int:
        """The number of noise rows."""
        return int(np.count_nonzero(self.labels == NOISE))

    @property
    def silhouette(self) -> float | None:
        """The mean over the rows that have one, None where there is none."""
        known = self.silhouettes[np.isfinite(self.silhouettes)]
        return float(known.mean(dtype=np.float64)) if len(known) else None

    def rows(self, number: int) -> NDArray[np.int64]:
        """Return the rows of a cluster, ascending."""
        return np.flatnonzero(self.labels == number)

    def silhouette_of(self, number: int) -> float | None:
        """Return the mean silhouette of a cluster, None where there is none."""
        known = self.silhouettes[self.labels == number]
        known = known[np.isfinite(known)]
        return float(known.mean(dtype=np.float64)) if len(known) else None

    def central(self, matrix: Matrix, number: int, count: int = 3) -> Indices:
        """Return the rows of a cluster nearest to its center, nearest first."""
        rows = self.rows(number)
        far = np.linalg.norm(matrix[rows] - self.centers[number], axis=1).round(6)
        return rows[np.argsort(far, kind="stable")[:count]].astype(np.int32)

    def borderline(self, count: int) -> Indices:
        """Return the rows of the lowest silhouette, lowest first."""
        order = np.argsort(self.silhouettes, kind="stable")  # NaN comes last
        return order[: min(count, int(np.isfinite(self.silhouettes).sum()))].astype(np.int32)


def by_size(labels: Indices) -> Indices:
    """Return labels renumbered from 0, the commonest first, equally common ones by their first row; noise stays."""
    found, first, counts = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    place = np.full(int(labels.max(initial=NOISE)) + 2, NOISE, np.int32)
    place[found[order]] = np.arange(len(found), dtype=np.int32)
    return place[labels]
