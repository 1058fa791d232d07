"""Which columns may hold labels."""

from typing import Any

import pandas as pd

from embedding_core.data.dataset import Dataset

_MOST_CLASSES = 1_000


_MOST_NUMBERS = 20


def label_columns(dataset: Dataset) -> list[str]:
    """Return the columns that may hold labels: the data set's own first, then those with at most 1,000 values."""
    counts = {str(name): _values(dataset.columns[name]) for name in dataset.columns}
    fitting = [name for name, count in counts.items() if 1 <= count <= _MOST_CLASSES]
    return sorted(fitting, key=lambda name: name != dataset.label)


def _values(column: "pd.Series[Any]") -> int:
    """Return how many different labels a column holds; measurements are none."""
    if pd.api.types.is_float_dtype(column) and column.nunique() > _MOST_NUMBERS:
        return 0
    texts = column.dropna().astype("string").str.strip()
    return int(texts[texts != ""].nunique())
