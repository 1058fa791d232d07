"""Space quality: anisotropy, hubness, intrinsic dimension and length bias."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.statistics import random_pairs, spearman
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows
from embedding_core.neighbors.exact import Neighbors

_PAIRS = 100_000
_FEWEST_ROWS = 5
_TWO_NN_KEPT = 0.9
"""The share of rows, by the ratio of their two nearest distances, that the fit looks at: the tail is noisy."""
_EQUAL = 1e-5
"""Rows nearer than this share of the median distance are the same row but for rounding."""


@dataclass(frozen=True, eq=False)
class SpaceHealth:
    """The quality of a space, whatever map is drawn of it."""

    anisotropy: float
    """Mean cosine of random pairs, -1 to 1: near 0 vectors point everywhere, near 1 all into a narrow cone.
    Ethayarajh 2019, https://arxiv.org/abs/1909.00512."""
    hubness: float
    """Skewness of how often rows are among the k nearest of others: 0 is even, above about 1 there are hubs.
    Radovanović, Nanopoulos and Ivanović 2010, https://www.jmlr.org/papers/v11/radovanovic10a.html."""
    k: int
    """Neighbors counted for hubness."""
    occurrences: Indices
    """(n,) how often each row is among the k nearest of another."""
    dimension: float
    """Intrinsic dimension by TwoNN; NaN when there are too few different rows."""
    dim: int
    """Numbers in a vector."""
    length_bias: float | None
    """Spearman's correlation of a text's length with the mean length of its neighbors; None without texts.
    Near 0, length does not decide who is near."""

    @property
    def never(self) -> float:
        """The share of antihubs: rows that are not among the k nearest neighbors of any other."""
        return float((self.occurrences == 0).mean())


def space_health(matrix: Matrix, neighbors: Neighbors, lengths: Vector | None = None, k: int = 10) -> SpaceHealth:
    """Measure (n, dim) with the nearest neighbors of its rows and, for texts, their lengths (n,).

    Raises:
        InputError: there are fewer than 5 rows, or the neighbors or lengths are of another number.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    if n < _FEWEST_ROWS:
        raise InputError(f"A space of {n} rows cannot be measured.", f"Use at least {_FEWEST_ROWS} rows.")
    if len(neighbors.indices) != n or (lengths is not None and len(lengths) != n):
        raise InputError(
            f"The neighbors or the text lengths do not match these {n:,} rows.", "Compute the neighbors again."
        )
    nearest = neighbors.indices[:, :k]
    occurrences = np.bincount(nearest.ravel(), minlength=n).astype(np.int32)
    bias = None
    if lengths is not None and np.ptp(lengths) > 0:
        bias = spearman(lengths, lengths[nearest].mean(axis=1), if_constant=0.0)
    return SpaceHealth(
        anisotropy=mean_cosine(matrix),
        hubness=skewness(occurrences),
        k=nearest.shape[1],
        occurrences=occurrences,
        dimension=two_nn(matrix, neighbors),
        dim=matrix.shape[1],
        length_bias=bias,
    )


def mean_cosine(matrix: Matrix) -> float:
    """Return the mean cosine of random pairs of different rows of (n, dim), n being 2 or more."""
    rows = unit_rows(matrix)
    left, right = random_pairs(len(rows), _PAIRS)
    parts = (slice(start, start + 10_000) for start in range(0, _PAIRS, 10_000))
    return float(np.mean([np.einsum("ij,ij->i", rows[left[part]], rows[right[part]]).mean() for part in parts]))


def skewness(counts: Indices) -> float:
    """Return the third standardized moment of (n,); 0 when all are equal."""
    from scipy.stats import skew

    return float(skew(counts)) if np.ptp(counts) else 0.0


def two_nn(matrix: Matrix, neighbors: Neighbors) -> float:
    """Return the intrinsic dimension of (n, dim) from each row's two nearest other rows; NaN when there are too few.

    Facco and others 2017, https://doi.org/10.1038/s41598-017-11873-y. Equal rows count once.
    """
    known = neighbors.indices
    gaps = _gaps(matrix, known)
    median_gap = float(np.median(gaps)) if gaps.size else 0.0
    first = _least_above(gaps, np.full(len(gaps), _EQUAL * median_gap, np.float32))
    # A neighbor that stands twice is as far away again: the second is the next that is farther.
    second = _least_above(gaps, first)
    found = np.isfinite(second)
    ratios = np.sort(second[found] / first[found])
    ratios = ratios[: int(_TWO_NN_KEPT * len(ratios))]
    x = np.log(ratios)
    if len(ratios) < _FEWEST_ROWS or not np.any(x > 0):
        return float("nan")
    y = -np.log1p(-np.arange(1, len(x) + 1) / np.count_nonzero(found))
    return float(np.dot(x, y) / np.dot(x, x))


def _least_above(gaps: Matrix, bound: Vector) -> Vector:
    """Return each row's least gap above a bound, (n,); infinity where there is none."""
    least: Vector = np.min(gaps, axis=1, initial=np.inf, where=gaps > bound[:, None])
    return least


def _gaps(matrix: Matrix, known: Indices) -> Matrix:
    found = np.empty(known.shape, np.float32)
    size = max(1, 8_000_000 // (known.shape[1] * matrix.shape[1]))
    for start in range(0, len(matrix), size):
        part = slice(start, start + size)
        found[part] = np.linalg.norm(matrix[known[part]] - matrix[part, None], axis=2)
    return found
