"""Stratified folds, for cross-validation or a hold-out."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices
from embedding_core.data.labels import Labels

TRAINS_ONLY = -1
"""The fold of a row that is never tested on: it has no label, or is the only one of its class."""


@dataclass(frozen=True)
class SplitParams:
    """The number of stratified folds, and how many of them are tested on."""

    folds: int = 5
    tested: int | None = None
    """1 tests on the first part alone, a plain hold-out; None on each in turn."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise ParameterError(f"The number of folds is {self.folds}.", "Choose at least 2.")
        if self.tested is not None and not 1 <= self.tested <= self.folds:
            raise ParameterError(
                f"{self.tested} of {self.folds} folds cannot be tested.", "Choose 1 to the number of folds."
            )
        if self.seed < 0:
            raise ParameterError(f"The seed is {self.seed}.", "Use 0 or above.")

    @property
    def rounds(self) -> range:
        """The numbers of the folds to test on."""
        return range(self.folds if self.tested is None else self.tested)


def assign_folds(labels: Labels, params: SplitParams) -> Indices:
    """Return the fold of each row, (n,) int32: each class dealt out evenly, and all folds of about the same size.

    Raises:
        InputError: no class has two rows.
    """
    folds = np.full(len(labels.codes), TRAINS_ONLY, np.int32)
    rng = np.random.default_rng(params.seed)
    dealt = 0
    for code in np.flatnonzero(labels.counts > 1):
        rows = rng.permutation(np.flatnonzero(labels.codes == code))
        folds[rows] = (dealt + np.arange(len(rows))) % params.folds
        dealt += len(rows)
    if dealt == 0:
        raise InputError("No class has two rows, so there is nothing to test on.", "Label more rows.")
    return folds
