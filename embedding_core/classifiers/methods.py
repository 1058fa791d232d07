"""Three classifiers of vectors: k-nearest neighbors, nearest centroid and logistic regression."""

import warnings
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.choices import member
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.base.vectors import as_matrix, unit_rows
from embedding_core.classifiers.classifier import Classifier, LinearClassifier, NeighborClassifier, softmax
from embedding_core.data.labels import Labels

_MOST_STEPS = 1_000
_TOLERANCE = 1e-3
"""Of the gradient: finer changed nothing that could be seen in tests, and took three times as long."""
_LEAST_SPREAD = 0.1
"""A dimension whose standard deviation is below this share of the root mean square is scaled no further."""
_SCALES = np.geomspace(2, 200, 41)
"""What cosines with class centers are multiplied by, to choose from."""


class ClassifierMethod(StrEnum):
    """A kind of classifier."""

    LOGISTIC = "logistic"
    """Logistic regression on the vectors, a linear probe."""
    KNN = "knn"
    """The classes of the nearest labeled rows."""
    CENTROID = "centroid"
    """The nearest of the classes' mean directions."""


@dataclass(frozen=True)
class ClassifierParams:
    """The kind of classifier and its parameters."""

    method: ClassifierMethod = ClassifierMethod.LOGISTIC
    c: float = 0.05
    """Logistic regression: inverse of the regularization strength, for dimensions of variance 1."""
    k: int = 10
    """kNN: number of neighbors that vote."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", member(ClassifierMethod, self.method, "method"))
        if not self.c > 0:
            raise ParameterError(f"C is {self.c:g}.", "Choose a number above 0.")
        if self.k < 1:
            raise ParameterError(f"The number of neighbors is {self.k}.", "Choose at least 1.")


def fit(vectors: Matrix, labels: Labels, params: ClassifierParams = ClassifierParams()) -> Classifier:
    """Learn classes from the labeled rows of (n, dim); a class without rows is never found.

    Raises:
        InputError: fewer than two classes have rows.
    """
    if np.count_nonzero(labels.counts) < 2:
        raise InputError("Fewer than two classes have labeled rows.", "Label rows of at least two classes.")
    rows, codes = unit_rows(as_matrix(vectors[labels.known])), labels.codes[labels.known]
    if params.method is ClassifierMethod.KNN:
        return NeighborClassifier(rows, codes, params.k, len(labels.names))
    learn = _centroids if params.method is ClassifierMethod.CENTROID else _logistic
    present = np.flatnonzero(labels.counts)
    weights, bias = learn(rows, np.searchsorted(present, codes), params)
    if len(present) == len(labels.names):
        return LinearClassifier(weights, bias)
    every = LinearClassifier(
        np.zeros((len(labels.names), rows.shape[1]), np.float32), np.full(len(labels.names), -np.inf, np.float32)
    )
    every.weights[present], every.bias[present] = weights, bias
    return every


def _logistic(rows: Matrix, codes: NDArray[np.intp], params: ClassifierParams) -> tuple[Matrix, NDArray[np.float32]]:
    """Return weights and bias; classes count alike, however many rows each has."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    typical = float(np.sqrt(np.square(spread).mean()))
    spread = np.maximum(spread, _LEAST_SPREAD * typical) if typical > 0 else np.ones_like(spread)
    model = LogisticRegression(C=params.c, class_weight="balanced", max_iter=_MOST_STEPS, tol=_TOLERANCE)
    with warnings.catch_warnings():
        # That there are many classes for so few rows, or that the last digits still move, is no news here.
        warnings.simplefilter("ignore")
        model.fit((rows - mean) / spread, codes)
    weights, bias = model.coef_, model.intercept_
    if len(weights) == 1:  # Of two classes scikit-learn gives the second's against the first.
        weights, bias = np.concatenate([0 * weights, weights]), np.concatenate([0 * bias, bias])
    # The scaling goes into the weights, so that the vectors themselves are asked.
    weights = weights / spread
    return weights.astype(np.float32), (bias - weights @ mean).astype(np.float32)


def _centroids(rows: Matrix, codes: NDArray[np.intp], params: ClassifierParams) -> tuple[Matrix, NDArray[np.float32]]:
    """Return weights and bias; how sure to be is fitted with each row left out of its own class."""
    sums = np.zeros((codes.max() + 1, rows.shape[1]), np.float32)
    np.add.at(sums, codes, rows)
    cosines = rows @ unit_rows(sums).T
    counts = np.bincount(codes)
    mates = np.flatnonzero(counts[codes] > 1)
    scale = 20.0
    if len(mates):
        own = unit_rows(sums[codes[mates]] - rows[mates])
        cosines[mates, codes[mates]] = np.einsum("ij,ij->i", own, rows[mates])
        scale = min(_SCALES, key=lambda scale: _nll(scale * cosines[mates], codes[mates]))
    return (np.float32(scale) * unit_rows(sums)).astype(np.float32), np.zeros(len(sums), np.float32)


def _nll(logits: Matrix, codes: NDArray[np.intp]) -> float:
    """Return the mean negative log-likelihood."""
    given = softmax(logits)[np.arange(len(codes)), codes]
    return float(-np.log(np.maximum(given, 1e-12)).mean())
