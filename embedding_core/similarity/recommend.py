"""Recommendations for a set of items by maximal marginal relevance (MMR)."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows

_CANDIDATES = 10
"""Times the number wanted: from so many nearest ones the diverse are chosen."""


@dataclass(frozen=True)
class RecommendParams:
    """The number of recommendations, and the weight of relevance against diversity."""

    k: int = 10
    mmr_lambda: float = field(default=0.7, metadata={"key": "balance"})
    """Lambda: 1 takes the nearest, 0 the most diverse."""

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ParameterError(f"The number of items is {self.k}.", "Choose at least 1.")
        if not 0 <= self.mmr_lambda <= 1:
            raise ParameterError(f"Lambda is {self.mmr_lambda:g}.", "Choose a number from 0 to 1.")


@dataclass(frozen=True, eq=False)
class Recommendations:
    """The recommended rows, in the order they were chosen."""

    rows: Indices
    """(k,) int32."""
    cosines: Vector
    """(k,) float32, with the mean direction of the set."""
    closest: Indices
    """(k,) int32, the item of the set that each is most like."""
    repeated: Vector
    """(k,) float32, the largest cosine with one chosen before; NaN for the first."""


def recommend(
    matrix: Matrix,
    liked: tuple[int, ...],
    params: RecommendParams = RecommendParams(),
    among: NDArray[np.bool_] | None = None,
) -> Recommendations:
    """Recommend rows of (n, dim) for the liked ones, which are left out, by maximal marginal relevance.

    Only rows of `among`, (n,), are recommended, if it is given.

    Carbonell and Goldstein 1998, https://doi.org/10.1145/290941.291025: each step takes the largest
    λ cosine with the set - (1 - λ) largest cosine with what was taken.

    Raises:
        InputError: no row is liked.
    """
    if not liked:
        raise InputError("No items are given.", "Choose at least one item.")
    rows = unit_rows(as_matrix(matrix))
    wanted = rows[list(liked)]
    near = rows @ unit_rows(wanted.mean(axis=0, keepdims=True))[0]
    out = np.zeros(len(rows), dtype=bool) if among is None else ~among
    out[list(liked)] = True
    near[out] = -np.inf
    pool = np.argsort(-near, kind="stable")[: min(_CANDIDATES * params.k, np.count_nonzero(~out))]
    taken: list[int] = []
    repeats: list[float] = []
    worst = np.full(len(pool), -np.inf, np.float32)
    left = np.ones(len(pool), dtype=bool)
    for _ in range(min(params.k, len(pool))):
        # Before the first is taken nothing repeats.
        penalty = np.where(np.isfinite(worst), worst, 0)
        worth = np.where(left, params.mmr_lambda * near[pool] - (1 - params.mmr_lambda) * penalty, -np.inf)
        best = int(worth.argmax()) if taken else 0
        repeats.append(float(worst[best]))
        taken.append(best)
        left[best] = False
        worst = np.maximum(worst, rows[pool] @ rows[pool[best]])
    found = pool[taken]
    closest = np.array(liked, np.int32)[(rows[found] @ wanted.T).argmax(axis=1)]
    repeated = np.array([value if np.isfinite(value) else np.nan for value in repeats], np.float32)
    return Recommendations(found.astype(np.int32), near[found], closest, repeated)
