"""Two items: four ways to say how alike they are, each against random pairs of the data set."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import InputError
from embedding_core.neighbors import as_matrix
from embedding_core.similarity.null import random_pairs
from embedding_core.types import Matrix, Vector


class Measure(StrEnum):
    """A way to say how alike two vectors are."""

    COSINE = "cosine"
    DOT = "dot product"
    EUCLIDEAN = "Euclidean distance"
    ANGLE = "angle"
    """In degrees."""

    @property
    def near_is_small(self) -> bool:
        """Whether a smaller value means more alike."""
        return self in (Measure.EUCLIDEAN, Measure.ANGLE)


@dataclass(frozen=True, eq=False)
class PairMeasure:
    """One measure of two items."""

    measure: Measure
    value: float
    less_alike: float
    """0 to 1: the share of random pairs of the data set that are less alike; ties count half."""
    null: NDArray[np.float64]
    """(pairs,) of the random pairs, ascending; empty when the data set has one row."""


def compare(left: Vector, right: Vector, matrix: Matrix) -> tuple[PairMeasure, ...]:
    """Measure two vectors (dim,) by every measure, and against random pairs of (n, dim) rows.

    Raises:
        InputError: the vectors are of different lengths.
    """
    matrix = as_matrix(matrix)
    if left.shape != right.shape or left.shape != matrix.shape[1:]:
        shapes = f"{left.shape}, {right.shape} and {matrix.shape[1:]}"
        raise InputError(f"Vectors of {shapes} cannot be compared.", "Encode all the same way.")
    found = _measure(left[None], right[None])
    first, second = random_pairs(len(matrix))
    by_chance = _measure(matrix[first], matrix[second])
    return tuple(_placed(measure, float(found[measure][0]), by_chance[measure]) for measure in Measure)


def _measure(left: Matrix, right: Matrix) -> dict[Measure, NDArray[np.float64]]:
    a, b = left.astype(np.float64), right.astype(np.float64)
    dot: NDArray[np.float64] = np.einsum("ij,ij->i", a, b)
    scale = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosine = np.clip(np.where(scale > 0, dot / np.where(scale > 0, scale, 1), 0), -1, 1).round(6)
    angle = np.degrees(np.arccos(cosine))
    distance = np.linalg.norm(a - b, axis=1)
    return {Measure.COSINE: cosine, Measure.DOT: dot, Measure.EUCLIDEAN: distance, Measure.ANGLE: angle}


def _placed(measure: Measure, value: float, null: NDArray[np.float64]) -> PairMeasure:
    null = np.sort(null)
    below, up_to = (np.searchsorted(null, value, side=side) for side in ("left", "right"))
    share = float(below + up_to) / (2 * max(1, len(null)))
    return PairMeasure(measure, value, 1 - share if measure.near_is_small and len(null) else share, null)
