"""Texts in batches by their number of tokens, and which of a batch are of equal length."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

MOST_TOKENS, LEAST_TOKENS = 2_048, 256
"""Of a batch: enough for multiplications at full speed, little enough to tell progress and heed a cancel often."""


def batches(lengths: NDArray[np.int64], cores: int) -> Iterator[list[int]]:
    """Yield row numbers in batches, longest texts first, without the empty ones.

    A batch is a share of the tokens left, so that the last ones are small and all cores end at about the same time.
    """
    left, size = int(lengths.sum()), 0
    rows: list[int] = []
    for row in np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths)].tolist():
        if rows and size + lengths[row] > min(MOST_TOKENS, max(LEAST_TOKENS, left // (2 * cores))):
            yield rows
            left -= size
            rows, size = [], 0
        rows.append(row)
        size += int(lengths[row])
    if rows:
        yield rows


def runs_of(lengths: list[int]) -> Iterator[tuple[slice, int, int]]:
    """Yield (where their tokens lie, how many, their length) for texts of equal length behind each other."""
    start = 0
    for length, same in groupby(lengths):
        n = len(list(same))
        yield slice(start, start + n * length), n, length
        start += n * length
