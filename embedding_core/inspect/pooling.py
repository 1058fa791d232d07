"""Pooling of token vectors into one vector, and the contribution of each token."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows

CLOSE = 0.95
"""The cosine above which a mean is close to another."""


class PoolingMethod(StrEnum):
    """A way to pool token vectors."""

    MEAN = "mean"
    CLS = "cls"
    MAX = "max"


@dataclass(frozen=True, eq=False)
class Pooled:
    """The token vectors of one text pooled in every way, and the contribution of each token to the mean."""

    vectors: Matrix
    """(3, dim), of length 1, in the order of `PoolingMethod`."""
    cosines: Matrix
    """(3, 3) float32: of each way with each other."""
    shares: Vector
    """(tokens,): how much of the mean's length comes from a token's direction; they sum to 1, and one against the
    mean is negative."""
    to_mean: Vector
    """(tokens,): cosine of a token with the mean."""
    effects: Vector
    """(tokens,): 1 - the cosine of the mean with the mean without that token; 0 of a token that stands alone."""
    growing: Vector
    """(tokens,): cosine of the mean of the tokens up to here with the mean of all."""

    @property
    def settled(self) -> int:
        """After how many tokens the mean has come close to the mean of all."""
        close = self.growing[:-1] > CLOSE
        return int(np.argmax(close)) + 1 if close.any() else len(self.growing)


def pool(vectors: Matrix, how: PoolingMethod) -> Vector:
    """Return one vector (dim,) for token vectors (tokens, dim), of whatever length comes out.

    Raises:
        InputError: there is no token, or a number among them is not finite.
    """
    tokens = as_matrix(vectors)
    pooled: Vector = tokens[0]
    if how is not PoolingMethod.CLS:
        pooled = tokens.max(axis=0) if how is PoolingMethod.MAX else tokens.mean(axis=0)
    return pooled


def compare_poolings(vectors: Matrix) -> Pooled:
    """Pool token vectors (tokens, dim) in every way, the token that stands for CLS first, and take the mean apart.

    Raises:
        InputError: there is no token, or a number among them is not finite.
    """
    tokens = as_matrix(vectors)
    n = len(tokens)
    pooled = unit_rows(np.stack([pool(tokens, how) for how in PoolingMethod]))
    mean = tokens.mean(axis=0)
    others = (tokens.sum(axis=0) - tokens) / max(n - 1, 1)
    means = np.cumsum(tokens, axis=0, dtype=np.float64) / np.arange(1, n + 1)[:, None]
    effects = 1 - _cosines(others, mean) if n > 1 else np.zeros(n, np.float32)
    return Pooled(
        vectors=pooled,
        cosines=np.clip(pooled @ pooled.T, -1, 1),
        shares=tokens @ mean / max(n * float(mean @ mean), np.finfo(np.float32).tiny),
        to_mean=_cosines(tokens, mean),
        effects=effects,
        growing=_cosines(means.astype(np.float32), mean),
    )


def _cosines(vectors: Matrix, other: Vector) -> Vector:
    cosines: Vector = np.clip(unit_rows(vectors) @ unit_rows(other[None])[0], -1, 1)
    return cosines
