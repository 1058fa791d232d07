"""Where in a picture a phrase is found: the contribution of each patch to the cosine with it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Vector


@dataclass(frozen=True, eq=False)
class PhraseMap:
    """The contribution of each patch of a picture to its cosine with a phrase."""

    values: NDArray[np.float32]
    """(rows, columns): their mean is the score, if the parts add up to the picture."""
    contrasted: bool
    """Another phrase's values are taken off."""

    @property
    def score(self) -> float:
        """The cosine of the whole picture with the phrase."""
        return float(self.values.mean())

    @property
    def best(self) -> tuple[int, int]:
        """The row and column of the patch that adds most."""
        row, column = np.unravel_index(int(self.values.argmax()), self.values.shape)
        return int(row), int(column)


def find_phrase(parts: NDArray[np.float32], phrase: Vector, other: Vector | None = None) -> PhraseMap:
    """Return what each patch (rows, columns, dim) adds to the cosine of the picture with a phrase (dim,).

    The parts are divided by the length of their mean, so that values are cosines of the whole taken apart; with another
    phrase, the difference between the two.

    Raises:
        InputError: the shapes do not fit.
    """
    if parts.ndim != 3 or parts.shape[-1:] != phrase.shape or not parts.size:
        raise InputError(
            f"Patches of shape {parts.shape} and a text of shape {phrase.shape} cannot be compared.",
            "Use the same encoder for both.",
        )
    length = float(np.linalg.norm(parts.reshape(-1, parts.shape[-1]).mean(axis=0)))
    wanted = _unit(phrase) - (0 if other is None else _unit(other))
    values: NDArray[np.float32] = (parts @ wanted / (length or 1)).astype(np.float32)
    return PhraseMap(values, other is not None)


def _unit(vector: Vector) -> Vector:
    unit: Vector = vector / (float(np.linalg.norm(vector)) or 1)
    return unit
