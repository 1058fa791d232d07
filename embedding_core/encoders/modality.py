"""The gap between pictures and texts in one space, and the space without it.

Encoders with two towers put all pictures into one cone of their space and all texts into another: Liang et al. 2022,
https://arxiv.org/abs/2203.02053. The gap is measured as there: between the means of the unit vectors.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix
from embedding_core.base.vectors import unit_rows


@dataclass(frozen=True)
class ModalityGap:
    """How far apart pictures and texts lie."""

    distance: float
    """Euclidean, between the two centers of unit vectors: 0 to 2."""
    within_pictures: float
    """Mean distance of a picture from the pictures' center."""
    within_texts: float
    """Mean distance of a text from the texts' center."""
    pictures: int
    texts: int


def _check(matrix: Matrix, is_picture: NDArray[np.bool_]) -> None:
    if len(matrix) != len(is_picture):
        raise InputError(
            f"There are {len(matrix):,} vectors but {len(is_picture):,} flags.", "Give exactly one flag per row."
        )
    if is_picture.all() or not is_picture.any():
        raise InputError("There is only one modality.", "The modality gap needs pictures and texts.")


def modality_gap(matrix: Matrix, is_picture: NDArray[np.bool_]) -> ModalityGap:
    """Measure the gap in (n, dim); rows are scaled to length 1 first.

    Raises:
        InputError: there are no pictures, no texts, or not as many marks as rows.
    """
    _check(matrix, is_picture)
    unit = unit_rows(matrix)
    clouds = [unit[is_picture], unit[~is_picture]]
    centers = [cloud.mean(axis=0) for cloud in clouds]
    pictures, texts = (
        float(np.linalg.norm(cloud - center, axis=1).mean()) for cloud, center in zip(clouds, centers, strict=True)
    )
    return ModalityGap(float(np.linalg.norm(centers[0] - centers[1])), pictures, texts, len(clouds[0]), len(clouds[1]))


def centered(matrix: Matrix, is_picture: NDArray[np.bool_]) -> Matrix:
    """Return (n, dim) unit vectors after the center of its own kind was taken from each unit row.

    Raises:
        InputError: there are no pictures, no texts, or not as many marks as rows.
    """
    _check(matrix, is_picture)
    unit = unit_rows(matrix)
    # Rows of length 1 come back as the very array that was given, which may be read-only.
    centers = np.stack([unit[~is_picture].mean(axis=0), unit[is_picture].mean(axis=0)])
    return unit_rows(unit - centers[is_picture.astype(np.intp)])
