"""Similarity of two items by four measures, each with its random baseline."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.statistics import random_pairs
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import as_matrix
from embedding_core.similarity.random_baseline import PAIRS

_BLOCK_PAIRS = 2_048


class SimilarityMeasure(StrEnum):
    """A measure of similarity or distance of two vectors."""

    COSINE = "cosine"
    DOT = "dot product"
    EUCLIDEAN = "Euclidean distance"
    ANGLE = "angle"
    """In degrees."""

    @property
    def near_is_small(self) -> bool:
        """Whether it is a distance: a smaller value means more similar."""
        return self in (SimilarityMeasure.EUCLIDEAN, SimilarityMeasure.ANGLE)


@dataclass(frozen=True, eq=False)
class PairMeasure:
    """The value of one measure for two items."""

    measure: SimilarityMeasure
    value: float
    less_alike: float
    """0 to 1: the share of random pairs of the data set that are less similar; ties count half."""
    random_baseline: NDArray[np.float64]
    """(pairs,) of the random pairs, ascending; empty when the data set has one row."""


Chance = Mapping[SimilarityMeasure, NDArray[np.float64]]
"""The random baseline of each measure: (pairs,) ascending; empty when there is one row."""


def measure_chance(matrix: Matrix) -> Chance:
    """Return the random baseline of (n, dim) rows for every measure.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    left, right = random_pairs(len(matrix), PAIRS)
    # Block by block: all pairs at once, in double precision, would take a gigabyte.
    blocks = [
        _measure(matrix[left[start : start + _BLOCK_PAIRS]], matrix[right[start : start + _BLOCK_PAIRS]])
        for start in range(0, len(left), _BLOCK_PAIRS)
    ]
    none = np.empty(0)
    return {
        measure: np.sort(np.concatenate([none, *(block[measure] for block in blocks)])) for measure in SimilarityMeasure
    }


def compare(left: Vector, right: Vector, chance: Chance) -> tuple[PairMeasure, ...]:
    """Return every measure of two vectors (dim,), with their place among random pairs.

    Raises:
        InputError: the vectors are of different lengths.
    """
    if left.shape != right.shape:
        raise InputError(
            f"Vectors of {left.shape} and {right.shape} cannot be compared.", "Use the same encoder for both."
        )
    found = _measure(left[None], right[None])
    return tuple(_placed(measure, float(found[measure][0]), chance[measure]) for measure in SimilarityMeasure)


def _measure(left: Matrix, right: Matrix) -> dict[SimilarityMeasure, NDArray[np.float64]]:
    a, b = left.astype(np.float64), right.astype(np.float64)
    dot: NDArray[np.float64] = np.einsum("ij,ij->i", a, b)
    scale = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosine = np.clip(np.where(scale > 0, dot / np.where(scale > 0, scale, 1), 0), -1, 1).round(6)
    angle = np.degrees(np.arccos(cosine))
    distance = np.linalg.norm(a - b, axis=1)
    return {
        SimilarityMeasure.COSINE: cosine,
        SimilarityMeasure.DOT: dot,
        SimilarityMeasure.EUCLIDEAN: distance,
        SimilarityMeasure.ANGLE: angle,
    }


def _placed(measure: SimilarityMeasure, value: float, random_baseline: NDArray[np.float64]) -> PairMeasure:
    below, up_to = (np.searchsorted(random_baseline, value, side=side) for side in ("left", "right"))
    share = float(below + up_to) / (2 * max(1, len(random_baseline)))
    return PairMeasure(
        measure, value, 1 - share if measure.near_is_small and len(random_baseline) else share, random_baseline
    )
