"""How far clusters agree with labels that people gave."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices


@dataclass(frozen=True, eq=False)
class Agreement:
    """Clusters against labels; noise counts as one more cluster, a row without a label does not count."""

    table: pd.DataFrame
    """How many rows each cluster (index: its number) has of each label (columns, commonest first)."""
    adjusted_rand: float
    """The share of pairs that both put together or both apart, above chance: 0 is chance, 1 the same grouping."""
    nmi: float
    """What one says about the other, as a share of the mean of what each says: 0 nothing, 1 everything."""
    rows: int
    """How many rows have a label."""


def agreement(labels: Indices, classes: "pd.Series[Any]") -> Agreement:
    """Compare (n,) cluster labels with a class for each row.

    Adjusted Rand index: Hubert and Arabie 1985, doi:10.1007/BF01908075. Mutual information is normalized by the
    arithmetic mean of the entropies, as in scikit-learn.

    Raises:
        InputError: there are not as many classes as labels.
    """
    column = classes.reset_index(drop=True)
    if len(column) != len(labels):
        message = f"There are {len(labels):,} clustered rows but {len(column):,} labels."
        raise InputError(message, "Each row needs exactly one of each.")
    known = (column.notna() & (column.astype("string").fillna("") != "")).to_numpy(dtype=bool)
    names = column[known].astype("string").astype(object)
    table = pd.crosstab(pd.Series(labels[known], name="cluster"), names.set_axis(range(int(known.sum()))))
    table = table[table.sum().sort_values(ascending=False, kind="stable").index]
    counts = table.to_numpy(dtype=np.float64)
    return Agreement(table, adjusted_rand(counts), _nmi(counts), int(known.sum()))


def adjusted_rand(counts: NDArray[np.float64]) -> float:
    """Return the adjusted Rand index of a table of counts, 1 where both sides group alike."""
    total = float(_pairs(counts.sum()))
    together = float(_pairs(counts).sum())
    rows, columns = (float(_pairs(counts.sum(axis=axis)).sum()) for axis in (1, 0))
    if total == 0:
        return 1.0
    chance, most = rows * columns / total, (rows + columns) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)


def _pairs(counts: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(counts * (counts - 1) / 2)


def _nmi(counts: NDArray[np.float64]) -> float:
    if counts.size == 0:
        return 1.0
    joint = counts / counts.sum()
    sides = joint.sum(axis=1), joint.sum(axis=0)
    entropy = sum(_entropy(side) for side in sides)
    if entropy == 0:
        return 1.0
    return float(max(0.0, 2 * (entropy - _entropy(joint.ravel())) / entropy))


def _entropy(shares: NDArray[np.float64]) -> float:
    shares = shares[shares > 0]
    return float(-(shares * np.log(shares)).sum())
