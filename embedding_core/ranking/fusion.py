"""Hybrid ranking: reciprocal rank fusion. Cormack et al. 2009, https://doi.org/10.1145/1571941.1572114."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Vector
from embedding_core.ranking.scores import NOT_FOUND, Mask, Scores

_DRAWS = 10_000
_SEED = 0
_LARGEST_K, _LARGEST_WEIGHT = 10_000, 100


@dataclass(frozen=True)
class FusionParams:
    """The parameters of reciprocal rank fusion: a score is the sum of weight / (k + rank)."""

    weights: tuple[float, ...] = (1.0, 1.0)
    """One an engine."""
    k: int = 60
    """The larger, the less the first ranks count more than the next."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", tuple(self.weights))
        if not 0 <= self.k <= _LARGEST_K:
            raise ParameterError(f"The k of the fusion is {self.k}.", f"Choose 0 to {_LARGEST_K:,}; 60 is usual.")
        if not all(0 <= weight <= _LARGEST_WEIGHT for weight in self.weights) or not any(self.weights):
            raise ParameterError(
                f"The weights are {', '.join(map(str, self.weights))}.",
                f"Choose each from 0 to {_LARGEST_WEIGHT}, one of them above 0.",
            )


def fuse(engines: Sequence[Scores], params: FusionParams = FusionParams(), among: Mask | None = None) -> Scores:
    """Return the fused score of every row; a row that no engine with a weight found is not found.

    Chance is what a row scores that each engine ranks at random.

    Raises:
        ParameterError: there are not as many weights as engines.
    """
    if len(engines) != len(params.weights):
        raise ParameterError(
            f"There are {len(engines)} engines and {len(params.weights)} weights.", "Give one weight for each."
        )
    n = len(engines[0].values)
    rng = np.random.default_rng(_SEED)
    values, chance = np.zeros(n, np.float32), np.zeros(_DRAWS, np.float32)
    for scores, weight in zip(engines, params.weights, strict=True):
        ranks = scores.ranks(among)
        values += _reciprocal(ranks, weight, params.k)
        chance += _reciprocal(rng.choice(ranks, _DRAWS), weight, params.k)
    values[values == 0] = NOT_FOUND
    return Scores(values, np.sort(chance))


def _reciprocal(ranks: "np.ndarray[tuple[int], np.dtype[np.int32]]", weight: float, k: int) -> Vector:
    return np.where(ranks > 0, weight / (k + ranks.clip(1)), 0).astype(np.float32)
