"""Labels: the class of each row, where it has one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = -1
"""The code of a row without a label."""


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of the rows of a data set."""

    names: tuple[str, ...]
    """The classes, sorted."""
    codes: Indices
    """(n,) int32, the place of each row's class among the names, or `UNKNOWN`."""

    @cached_property
    def known(self) -> NDArray[np.intp]:
        """The rows that have a label."""
        return np.flatnonzero(self.codes != UNKNOWN)

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """The number of rows of each class: (names,)."""
        return np.bincount(self.codes[self.known], minlength=len(self.names))

    def only(self, rows: NDArray[np.intp]) -> "Labels":
        """Return the labels of these rows alone; all other rows are unlabeled."""
        codes = np.full_like(self.codes, UNKNOWN)
        codes[rows] = self.codes[rows]
        return Labels(self.names, codes)


def labels_of(column: "pd.Series[Any]", names: tuple[str, ...] = ()) -> Labels:
    """Return the labels that a column holds; an empty cell is none.

    `names` come first, in their order, whether or not the column has them: so labels of two files can be compared.

    Raises:
        InputError: the column holds no label.
    """
    values = column.astype("string").str.strip().fillna("").to_numpy(dtype=object)
    found = {str(value) for value in values} - {""}
    if not found:
        raise InputError(f"The column {str(column.name)!r} has no labels.", "Choose a column with class names.")
    every = (*names, *sorted(found - set(names)))
    place = {name: code for code, name in enumerate(every)}
    codes = np.fromiter((place.get(value, UNKNOWN) for value in values), dtype=np.int32, count=len(values))
    return Labels(every, codes)


def labels_like(column: "pd.Series[Any]", names: Sequence[str]) -> Labels:
    """Return the labels that a column holds, taken for one of the names where case and underscores alone differ.

    Raises:
        InputError: the column holds no label.
    """
    known = {_plain(name): name for name in reversed(names)}
    texts = column.astype("string").str.strip()
    return labels_of(texts.map(lambda text: known.get(_plain(text), text), na_action="ignore"), tuple(names))


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
