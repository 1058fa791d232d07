"""Semantic textual similarity: do cosines of sentence pairs agree with human scores?

The STS benchmark: Cer and others 2017, https://arxiv.org/abs/1708.00055.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.statistics import percentile_interval, resamples, spearman
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import unit_rows
from embedding_core.data.dataset import Dataset

SCORE_COLUMN = "score"
_FEWEST = 3
_DRAWS = 500


@dataclass(frozen=True, eq=False)
class ScoredPairs:
    """Pairs of texts with human similarity scores."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    scores: NDArray[np.float64]
    """(n,), higher is more alike; any scale."""
    left_out: int = 0
    """Rows without a score."""

    def dataset(self, name: str) -> Dataset:
        """Return all texts as one data set, first those on the left, whose rows hold the scores."""
        scores = np.concatenate([self.scores, np.full(len(self.right), np.nan)])
        return Dataset.create(name, [*self.left, *self.right], columns=pd.DataFrame({SCORE_COLUMN: scores}))


@dataclass(frozen=True, eq=False)
class PairScores:
    """The correlation of cosines with human scores."""

    spearman: float
    """Spearman's rank correlation, -1 to 1."""
    pearson: float
    low: float
    high: float
    """The 95 % bootstrap interval of Spearman's correlation goes from `low` to `high`."""
    cosines: Vector
    """(n,)"""


def read_pairs(frame: pd.DataFrame, columns: Sequence[str]) -> ScoredPairs:
    """Read two texts and a score from each row of a table.

    Raises:
        InputError: a column is not there, a score is not a number, or fewer than 3 rows have one.
    """
    if len(columns) != 3:
        raise InputError(f"{len(columns)} columns were given.", "Give three: two text columns and one score column.")
    missing = [name for name in columns if name not in frame]
    if missing:
        names = ", ".join(map(str, frame.columns[:20]))
        raise InputError(f"The table has no column {missing[0]!r}.", f"It has: {names}.")
    left, right, given = (frame[name] for name in columns)
    words: pd.Series[Any] = given.astype("string").str.strip().fillna("")
    numbers = pd.to_numeric(words.where(words != "", "nan"), errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero((words != "").to_numpy(dtype=bool) & ~np.isfinite(numbers))
    if len(wrong):
        raise InputError(
            f"{len(wrong):,} of {len(frame):,} scores in {columns[2]!r} are not numbers, the first is "
            f"{words.iloc[wrong[0]][:40]!r} in row {wrong[0] + 1:,}.",
            "Choose the score column, or correct these rows.",
        )
    kept = np.isfinite(numbers)
    if kept.sum() < _FEWEST:
        raise InputError(f"{int(kept.sum())} pairs have a score.", f"A correlation needs at least {_FEWEST} pairs.")
    texts = [tuple(column[kept].astype("string").fillna("").astype(object)) for column in (left, right)]
    return ScoredPairs(texts[0], texts[1], numbers[kept], int((~kept).sum()))


def score_pairs(vectors: Matrix, scores: NDArray[np.float64]) -> PairScores:
    """Correlate cosines with scores (n,); the vectors (2n, dim) are those of the left texts, then of the right ones.

    Raises:
        InputError: there are not two vectors a score, or all scores, or all cosines, are equal.
    """
    n = len(scores)
    if len(vectors) != 2 * n:
        raise InputError(f"There are {len(vectors):,} vectors for {n:,} pairs.", "Embed both texts of each pair.")
    rows = unit_rows(vectors)
    cosines = np.einsum("ij,ij->i", rows[:n], rows[n:])
    if np.ptp(scores) == 0 or np.ptp(cosines) == 0:
        which = "scores" if np.ptp(scores) == 0 else "cosines"
        raise InputError(f"All {which} are equal, so there is no correlation.", "Use pairs with different scores.")
    drawn = [spearman(cosines[rows], scores[rows]) for block in resamples(n, _DRAWS) for rows in block]
    found = percentile_interval(spearman(cosines, scores), np.array(drawn))
    pearson = float(np.corrcoef(cosines, scores)[0, 1])
    return PairScores(found.value, pearson, found.low, found.high, cosines)
