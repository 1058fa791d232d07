"""Mining of hard negatives: texts that an encoder finds similar though they do not belong together.

Found among the nearest neighbors. One that is about as near as a text's own positive may well belong to it without
being marked so, and would teach the contrary: a margin below the positive's similarity keeps those out (the "positive-
aware" mining of Moreira et al. 2024, https://arxiv.org/abs/2407.15831).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix
from embedding_core.base.vectors import unit_rows

NO_NEGATIVE = -1
"""No candidate is left."""
_BLOCK_BYTES = 128 * 1024**2


@dataclass(frozen=True)
class MiningParams:
    """How similar a hard negative may be, and the number of candidates it is drawn from."""

    margin: float = 0.05
    """At least this share less similar than the positive."""
    among: int = 5
    """One of the so many nearest that are left, at random: always the nearest would repeat a few rows."""
    seed: int = 0


def hard_negatives(
    vectors: Matrix,
    anchors: Indices,
    positives: Indices,
    same: NDArray[np.integer],
    params: MiningParams,
    candidates: Indices | None = None,
) -> Indices:
    """Return a hard negative for each pair of rows: (m,) int32, or `NO_NEGATIVE`.

    Args:
        vectors: of all texts, (n, dim).
        anchors: (m,) rows.
        positives: (m,) rows that belong to them.
        same: (n,) rows with equal numbers belong together and are never negatives of each other.
        params: how near.
        candidates: (c,) rows to choose from; None for all.
    """
    rows = unit_rows(vectors)
    pool = np.arange(len(rows), dtype=np.int32) if candidates is None else candidates
    rng = np.random.default_rng(params.seed)
    found = np.full(len(anchors), NO_NEGATIVE, np.int32)
    size = max(1, _BLOCK_BYTES // (4 * len(pool)))
    for start in range(0, len(anchors), size):
        here, other = anchors[start : start + size], positives[start : start + size]
        scores = rows[here] @ rows[pool].T
        own = np.einsum("ij,ij->i", rows[here], rows[other])
        near = scores > (own - params.margin * np.abs(own))[:, None]
        scores[near | (same[pool][None] == same[here][:, None]) | (same[pool][None] == same[other][:, None])] = -np.inf
        k = min(params.among, len(pool))
        best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
        usable = np.isfinite(np.take_along_axis(scores, best, axis=1))
        # Random order, the usable ones first: the first of them is one of the usable ones at random.
        order = np.argsort(rng.random(best.shape) + ~usable, axis=1)[:, :1]
        picked = np.take_along_axis(best, order, axis=1)[:, 0]
        found[start : start + size] = np.where(usable.any(axis=1), pool[picked], NO_NEGATIVE)
    return found
