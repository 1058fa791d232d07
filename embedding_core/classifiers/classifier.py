"""Fitted classifiers: arrays and nothing else, so that they can be saved and shown."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows

_BLOCK_BYTES = 64 * 1024**2


class Classifier(Protocol):
    """A fitted classifier, which returns class probabilities."""

    @property
    def dim(self) -> int:
        """The dimension of the vectors it was fitted on."""
        ...

    def probabilities(self, vectors: Matrix) -> Matrix:
        """Return the probability of each class for (n, dim) vectors, (n, classes); a row sums to 1.

        Only the direction of a vector counts.

        Raises:
            InputError: the vectors have another length than those it was made from.
        """
        ...


@dataclass(frozen=True, eq=False)
class LinearClassifier:
    """A linear classifier: the softmax of one weighted sum per class."""

    weights: Matrix
    """(classes, dim)."""
    bias: Vector
    """(classes,)."""

    @property
    def dim(self) -> int:
        return int(self.weights.shape[1])

    def probabilities(self, vectors: Matrix) -> Matrix:
        return softmax(directions(vectors, self.dim) @ self.weights.T + self.bias)


@dataclass(frozen=True, eq=False)
class NeighborClassifier:
    """A k-nearest-neighbor classifier, whose neighbors vote with the weight of their cosine."""

    examples: Matrix
    """(m, dim) unit rows."""
    codes: Indices
    """(m,) int32, their classes."""
    k: int
    classes: int

    @property
    def dim(self) -> int:
        return int(self.examples.shape[1])

    def probabilities(self, vectors: Matrix) -> Matrix:
        rows = directions(vectors, self.dim)
        k = min(self.k, len(self.examples))
        size = max(1, _BLOCK_BYTES // (4 * len(self.examples)))
        votes = np.zeros((len(rows), self.classes), np.float32)
        for start in range(0, len(rows), size):
            scores = rows[start : start + size] @ self.examples.T
            nearest = np.argpartition(-scores, k - 1, axis=1)[:, :k]
            # Never nothing: where no example is any more like it than chance, they vote alike.
            weights = np.maximum(np.take_along_axis(scores, nearest, axis=1), 1e-6)
            np.add.at(votes, (np.arange(start, start + len(scores))[:, None], self.codes[nearest]), weights)
        probabilities: Matrix = votes / votes.sum(axis=1, keepdims=True)
        return probabilities


def directions(vectors: Matrix, dim: int) -> Matrix:
    """Return (n, dim) vectors with length 1.

    Raises:
        InputError: they are of another length than `dim`.
    """
    rows = as_matrix(vectors)
    if rows.shape[1] != dim:
        message = f"The vectors have {rows.shape[1]:,} dimensions; the classifier expects {dim:,}."
        raise InputError(message, "Use the encoder that the classifier was trained with.")
    return unit_rows(rows)


def softmax(logits: Matrix) -> Matrix:
    """Return the softmax of each row of (n, classes), float32."""
    from scipy import special

    probabilities: Matrix = special.softmax(logits, axis=1).astype(np.float32)
    return probabilities
