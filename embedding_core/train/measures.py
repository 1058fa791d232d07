"""Measures of an encoder on held-out rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.statistics import Interval, percentile_interval, resamples, spearman
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import unit_rows
from embedding_core.classifiers.evaluate import judge
from embedding_core.classifiers.measures import score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams, fit
from embedding_core.train.examples import distinct
from embedding_core.train.split import Rows, TrainingSplit
from embedding_core.train.training_data import Pairing, TrainingData

if TYPE_CHECKING:
    from embedding_core.data.labels import Labels

KNN, LINEAR = "kNN accuracy", "linear probe accuracy"
SPEARMAN, RECALL, NEARER = "Spearman correlation", "recall@1", "triplet accuracy"
_NEIGHBORS = 5
_RESAMPLES = 1_000
_SEED = 0

Encode = Callable[[list[str]], Matrix]


@dataclass(frozen=True)
class HeldOutMeasure:
    """One measure of held-out rows."""

    name: str
    dims: int
    """The number of leading dimensions of the vectors that were used."""
    value: float
    low: float
    """95 % of resamples of the measured rows give a value from `low` to `high`."""
    high: float


def names(pairing: Pairing) -> tuple[str, ...]:
    """Return the names of the measures for a kind of training data; the first is also measured during training."""
    return {
        Pairing.LABELS: (KNN, LINEAR),
        Pairing.PAIRS: (RECALL,),
        Pairing.SCORED: (SPEARMAN,),
        Pairing.TRIPLETS: (NEARER,),
    }[pairing]


def measure(
    training_data: TrainingData, split: TrainingSplit, encode: Encode, dims: tuple[int, ...] = ()
) -> tuple[HeldOutMeasure, ...]:
    """Return the measures of the test rows with intervals, of all dimensions and of leading ones.

    Raises:
        InputError: the rows to train on hold fewer than two classes.
    """
    vectors = _encoded(training_data, encode)
    sizes = [vectors.shape[1], *(size for size in dims if size < vectors.shape[1])]
    return tuple(
        HeldOutMeasure(name, size, found.value, found.low, found.high)
        for size in sizes
        for name in names(training_data.pairing)
        for found in [_interval(name, training_data, split.train, split.test, vectors[:, :size])]
    )


def watch(training_data: TrainingData, split: TrainingSplit, encode: Encode) -> float:
    """Return the first measure of the validation rows."""
    rows = split.watch
    if training_data.pairing is Pairing.LABELS:
        wanted = np.concatenate([split.train, rows])
        training_data, split = training_data.take(wanted), TrainingSplit(np.arange(len(split.train)), rows, rows)
        rows = np.arange(len(split.train), len(wanted))
    else:
        training_data = training_data.take(rows)
        rows = np.arange(len(rows))
    found = _interval(
        names(training_data.pairing)[0], training_data, split.train, rows, _encoded(training_data, encode)
    )
    return found.value


def _encoded(training_data: TrainingData, encode: Encode) -> Matrix:
    return unit_rows(encode(list(distinct(training_data))))


def _interval(name: str, training_data: TrainingData, train: Rows, test: Rows, vectors: Matrix) -> Interval:
    if name in (KNN, LINEAR):
        return _accuracy(
            training_data, train, test, vectors, ClassifierMethod.KNN if name == KNN else ClassifierMethod.LOGISTIC
        )
    vectors = unit_rows(vectors)
    codes = training_data.codes[test]
    nearness = np.einsum("ij,ij->i", vectors[codes[:, 0]], vectors[codes[:, 1]])
    if name == SPEARMAN:
        return spearman_interval(nearness, np.asarray(training_data.scores)[test])
    if name == NEARER:
        return share(nearness > np.einsum("ij,ij->i", vectors[codes[:, 0]], vectors[codes[:, 2]]))
    return share(_found_first(codes, vectors))


def _accuracy(
    training_data: TrainingData, train: Rows, test: Rows, vectors: Matrix, method: ClassifierMethod
) -> Interval:
    labels, rows = cast("Labels", training_data.labels), vectors[training_data.codes[:, 0]]
    classifier = fit(rows, labels.only(train), ClassifierParams(method, k=_NEIGHBORS))
    return score(judge(classifier, rows, labels.only(test))).accuracy


def _found_first(codes: NDArray[np.int32], vectors: Matrix) -> NDArray[np.bool_]:
    """Return whether the positive nearest to each anchor is one of its own, (n,)."""
    positives = np.unique(codes[:, 1])
    scores = vectors[codes[:, 0]] @ vectors[positives].T
    # A text that stands on both sides is no answer to itself.
    scores[codes[:, :1] == positives[None]] = -np.inf
    own = set(map(tuple, codes[:, :2].tolist()))
    nearest = positives[scores.argmax(axis=1)]
    found = zip(codes[:, 0].tolist(), nearest.tolist(), strict=True)
    return np.array([pair in own for pair in found])


def share(hits: NDArray[np.bool_]) -> Interval:
    """Return the share of hits (n,) with its percentile bootstrap interval."""
    n, part = len(hits), float(hits.mean())
    # The number of hits in a resample is binomial, so no row needs to be drawn.
    return percentile_interval(part, np.random.default_rng(_SEED).binomial(n, part, _RESAMPLES) / n)


def spearman_interval(found: Vector, wanted: Vector) -> Interval:
    """Return Spearman's rank correlation of two (n,) with its bootstrap interval; 0 where one is constant."""

    def of(rows: NDArray[np.int64]) -> float:
        return spearman(found[rows], wanted[rows], if_constant=0.0)

    drawn = [of(rows) for block in resamples(len(found), _RESAMPLES) for rows in block]
    return percentile_interval(of(np.arange(len(found))), np.array(drawn))
