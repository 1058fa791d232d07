"""Centered kernel alignment: the similarity of two spaces, whatever their axes and scales."""

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix
from embedding_core.base.vectors import as_matrix

LEAST_ROWS = 4
_NOTHING = 1e-10
"""A smaller share of the squared lengths is rounding: the rows are equal."""


def linear_cka(left: Matrix, right: Matrix) -> float | None:
    """Return the linear centered kernel alignment of (n, a) and (n, b) vectors of the same n rows, debiased.

    1 when one space is the other turned, mirrored or scaled; about 0, also a little below, when they have nothing to do
    with each other; None when all rows of one are equal. Kornblith et al. 2019, https://arxiv.org/abs/1905.00414. The
    plain measure tends to 1 with few rows of many numbers; the unbiased products are those of Song et al. 2012,
    https://jmlr.org/papers/v13/song12a.html, in the space of features as in Kornblith's own code.

    Raises:
        InputError: there are fewer than 4 rows, or not as many on both sides.
    """
    if len(left) != len(right) or len(left) < LEAST_ROWS:
        raise InputError(
            f"Spaces of {len(left):,} and {len(right):,} rows cannot be compared.",
            f"Use at least {LEAST_ROWS} rows, the same in both spaces.",
        )
    one, other = _centered(left), _centered(right)
    if one is None or other is None:
        return None
    cross, first, second = _product(one, other), _product(one, one), _product(other, other)
    if min(first, second) <= 0:
        return None
    return float(cross / np.sqrt(first * second))


def _centered(matrix: Matrix) -> NDArray[np.float64] | None:
    """Return the rows about their mean, scaled to a mean length of 1; None when they are all equal."""
    rows = as_matrix(matrix).astype(np.float64)
    centered = rows - rows.mean(axis=0)
    square = float(np.square(centered).sum(axis=1).mean())
    if square <= _NOTHING * float(np.square(rows).sum(axis=1).mean()):
        return None
    scaled: NDArray[np.float64] = centered / np.sqrt(square)
    return scaled


def _product(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the sum over pairs of different rows of the products of their kernels, as if the mean were known."""
    n = len(one)
    squares = [np.square(rows).sum(axis=1) for rows in (one, other)]
    plain = float(np.square(one.T @ other).sum())
    own = float(squares[0] @ squares[1])
    means = float(squares[0].sum() * squares[1].sum())
    return plain - n / (n - 2) * own + means / ((n - 1) * (n - 2))
