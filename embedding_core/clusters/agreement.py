"""Agreement of clusters with labels: adjusted Rand index and normalized mutual information."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices


@dataclass(frozen=True, eq=False)
class Agreement:
    """Clusters against labels; noise counts as one cluster more, rows without a label are left out."""

    table: pd.DataFrame
    """The contingency table: counts of rows by cluster number (index) and label (columns, most frequent first)."""
    adjusted_rand: float
    """The adjusted Rand index: 0 on average for random labels, 1 for identical groupings."""
    nmi: float
    """Normalized mutual information, 0 to 1."""
    rows: int
    """The number of rows with a label."""


def agreement(labels: Indices, classes: "pd.Series[Any]") -> Agreement:
    """Return the agreement of (n,) cluster labels with the class of each row.

    Adjusted Rand index: Hubert and Arabie 1985, doi:10.1007/BF01908075. Mutual information is normalized by the
    arithmetic mean of the entropies.

    Raises:
        InputError: there are not as many classes as labels.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    column = classes.reset_index(drop=True)
    if len(column) != len(labels):
        message = f"There are {len(labels):,} clustered rows but {len(column):,} labels."
        raise InputError(message, "Each row needs exactly one of each.")
    known = (column.notna() & (column.astype("string").fillna("") != "")).to_numpy(dtype=bool)
    names = column[known].astype("string").astype(object)
    table = pd.crosstab(pd.Series(labels[known], name="cluster"), names.set_axis(range(int(known.sum()))))
    table = table[table.sum().sort_values(ascending=False, kind="stable").index]
    of_known, (codes, _) = labels[known], pd.factorize(names)
    return Agreement(
        table,
        float(adjusted_rand_score(codes, of_known)),
        float(normalized_mutual_info_score(codes, of_known)),
        len(of_known),
    )
