"""Edits of a clustering: a list of plain records, applied one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Indices, Key, Matrix
from embedding_core.clusters.centers import means, nearest_center
from embedding_core.clusters.kmeans import kmeans
from embedding_core.clusters.params import KMeansParams
from embedding_core.clusters.result import NOISE, Clusters

_SPLIT_RESTARTS = 4


@dataclass(frozen=True)
class Rename:
    """Rename a cluster."""

    number: int
    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(self.name.split()))
        if not self.name:
            raise ParameterError("The name is empty.", "Enter at least one character.")


@dataclass(frozen=True)
class Merge:
    """Merge several clusters into one, which keeps the first number."""

    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(set(self.numbers)) < 2:
            raise ParameterError(f"Only {len(set(self.numbers))} cluster was chosen to merge.", "Choose at least two.")


@dataclass(frozen=True)
class Split:
    """Split a cluster in two by k-means; the smaller part gets the next free number."""

    number: int


@dataclass(frozen=True)
class Move:
    """Move rows to a cluster."""

    rows: tuple[int, ...]
    number: int


@dataclass(frozen=True)
class AdoptNoise:
    """Assign every noise row to the cluster whose center is nearest."""


Edit: TypeAlias = Rename | Merge | Split | Move | AdoptNoise


@dataclass(frozen=True)
class ClusterEdits:
    """The edits of one clustering, in the order they were made."""

    of: Key
    """Names the clustering: the numbers in the records mean nothing in another one."""
    records: tuple[Edit, ...] = ()

    def then(self, edit: Edit) -> "ClusterEdits":
        """Return these edits with one more at the end."""
        return ClusterEdits(self.of, (*self.records, edit))

    def undone(self) -> "ClusterEdits":
        """Return these edits without the last."""
        return ClusterEdits(self.of, self.records[:-1])

    @property
    def moving(self) -> tuple[Edit, ...]:
        """The edits that change the cluster of a row: all but renames."""
        return tuple(edit for edit in self.records if not isinstance(edit, Rename))

    def name(self, number: int, found: str) -> str:
        """Return the name of a cluster: its last new name, else the one that was found."""
        names = [edit.name for edit in self.records if isinstance(edit, Rename) and edit.number == number]
        return names[-1] if names else found


def edited(matrix: Matrix, clusters: Clusters, edits: Sequence[Edit]) -> Clusters:
    """Return a clustering of (n, dim) rows with edits applied; the rows are prepared as for `cluster`.

    Raises:
        ParameterError: an edit names a cluster or a row that does not exist, or splits a cluster of equal rows.
    """
    labels, count = clusters.labels.copy(), len(clusters.centers)
    for edit in edits:
        if isinstance(edit, Merge):
            _check(labels, edit.numbers)
            labels[np.isin(labels, edit.numbers)] = edit.numbers[0]
        elif isinstance(edit, Split):
            _check(labels, (edit.number,))
            labels[_smaller_part(matrix, labels, edit.number)] = count
            count += 1
        elif isinstance(edit, Move):
            _check(labels, (edit.number,))
            if not all(0 <= row < len(labels) for row in edit.rows):
                raise ParameterError(f"There is no row {max(edit.rows)}.", f"There are {len(labels):,}.")
            labels[list(edit.rows)] = edit.number
        elif isinstance(edit, AdoptNoise):
            _adopt_noise(matrix, labels, count)
    return Clusters.measured(matrix, labels, clusters.note, numbers=count)


def _check(labels: Indices, numbers: Sequence[int]) -> None:
    for number in numbers:
        if number == NOISE or number not in labels:
            raise ParameterError(f"There is no cluster {number}.", "It was merged or emptied before.")


def _smaller_part(matrix: Matrix, labels: Indices, number: int) -> Indices:
    rows = np.flatnonzero(labels == number).astype(np.int32)
    halves, _ = kmeans(matrix[rows], KMeansParams(k=2, restarts=_SPLIT_RESTARTS))
    if halves.max() == 0:
        raise ParameterError("All items of that cluster are equal.", "It cannot be split.")
    smaller: Indices = rows[halves == np.bincount(halves).argmin()]
    return smaller


def _adopt_noise(matrix: Matrix, labels: Indices, count: int) -> None:
    numbers = np.unique(labels[labels != NOISE])
    noise = labels == NOISE
    if not len(numbers) or not noise.any():
        return
    centers = means(matrix, labels, count)[numbers]
    labels[noise] = numbers[nearest_center(matrix[noise], centers)]
