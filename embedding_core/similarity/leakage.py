"""Leakage: near-duplicates across the parts of a split."""

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.similarity.duplicates import UNGROUPED, Duplicates

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Leak:
    """Rows of one part of a split that have a near-duplicate in another."""

    part: str
    other: str
    rows: tuple[int, ...]
    """Of `part`."""
    share: float
    """Of all rows of `part`."""


def leaks(duplicates: Duplicates, split: "pd.Series[Any]") -> tuple[Leak, ...]:
    """Return the rows of each part of a split column that share a group with rows of each other part.

    The largest share first; a part without leaks into another is left out.
    """
    names = split.astype("string").fillna("").to_numpy(dtype=object)
    parts = sorted(set(names) - {""})
    found = []
    for part, other in permutations(parts, 2):
        mine, theirs = names == part, np.unique(duplicates.groups[names == other])
        rows = np.flatnonzero(mine & np.isin(duplicates.groups, theirs[theirs != UNGROUPED]))
        if len(rows):
            found.append(Leak(part, other, tuple(rows.tolist()), len(rows) / np.count_nonzero(mine)))
    return tuple(sorted(found, key=lambda leak: -leak.share))
