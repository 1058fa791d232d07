"""Operations on matrices of vectors: checks, lengths, normalization and cosines."""

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.choices import member
from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix, Vector

COSINE_DECIMALS = 6
"""More are noise in float32; without them equal rows are equally near."""


class Metric(StrEnum):
    """A similarity of two vectors, larger for nearer ones."""

    COSINE = "cosine"
    """The cosine of the angle between them, 0 when one has no length."""
    DOT = "dot"
    """Their dot product."""
    EUCLIDEAN = "euclidean"
    """Minus the straight-line distance between them."""

    @classmethod
    def of(cls, name: str) -> "Metric":
        """Return the metric of that name.

        Raises:
            ParameterError: there is none.
        """
        return member(cls, name, "metric")


def as_matrix(matrix: NDArray[Any]) -> Matrix:
    """Return (n, dim) float32 without copying where it is that already.

    Raises:
        InputError: there is no row, or rows hold nothing.
    """
    if matrix.ndim != 2 or matrix.size == 0:
        raise InputError(
            f"An array of shape {matrix.shape} contains no vectors.",
            "Use a two-dimensional array of numbers, (rows, dimensions).",
        )
    return np.asarray(matrix, dtype=np.float32)


def lengths(matrix: Matrix) -> NDArray[np.float64]:
    """Return the Euclidean length of each row: (n,), without overflow."""
    squares: NDArray[np.float64] = np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64)
    return np.sqrt(squares)


def unit_rows(matrix: Matrix) -> Matrix:
    """Return rows of length 1, read-only; a row without length stays as it is.

    Rows that are so already are not copied, so whoever wrote into the result would at times write into `matrix`.
    """
    length = lengths(matrix).astype(np.float32)
    if np.allclose(length, 1, rtol=0, atol=1e-6):
        unit = matrix.view()
    else:
        length[length == 0] = 1
        unit = matrix / length[:, None]
    unit.flags.writeable = False
    return unit


def as_cosines(products: Vector, scale: Vector | np.float32) -> Vector:
    """Return dot products over the products of two lengths: (n,), 0 where a length is 0."""
    cosines = products / np.where(scale > 0, scale, np.float32(1))
    return np.clip(cosines.round(COSINE_DECIMALS), -1, 1)
