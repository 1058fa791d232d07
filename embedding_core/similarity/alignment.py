"""Alignment of the tokens of two texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.base.types import Matrix
from embedding_core.base.vectors import as_matrix, unit_rows


@dataclass(frozen=True, eq=False)
class Alignment:
    """The cosine of every token of one text with every token of another."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    cosines: Matrix
    """(left, right) float32."""

    @property
    def score(self) -> float:
        """The mean cosine of each token with its best match, averaged over both directions."""
        return float(np.concatenate([self.cosines.max(axis=0), self.cosines.max(axis=1)]).mean())


def align(left: Sequence[str], left_vectors: Matrix, right: Sequence[str], right_vectors: Matrix) -> Alignment:
    """Compare the token vectors (tokens, dim) of two texts.

    Raises:
        InputError: a text has no token.
    """
    a, b = unit_rows(as_matrix(left_vectors)), unit_rows(as_matrix(right_vectors))
    cosines: Matrix = np.clip(a @ b.T, -1, 1)
    return Alignment(tuple(left), tuple(right), cosines)
