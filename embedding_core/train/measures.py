"""How well an encoder does on what it was not trained on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import unit_rows
from embedding_core.classifiers.evaluate import judge
from embedding_core.classifiers.measures import Interval, score
from embedding_core.classifiers.methods import ClassifierParams, Method, fit
from embedding_core.train.examples import distinct
from embedding_core.train.split import Rows, Split
from embedding_core.train.training_data import Pairing, TrainingData

if TYPE_CHECKING:
    from embedding_core.data.labels import Labels

KNN, LINEAR = "kNN accuracy", "linear probe accuracy"
SPEARMAN, RECALL, NEARER = "Spearman correlation", "recall@1", "triplet accuracy"
_NEIGHBORS = 5
_RESAMPLES = 1_000
_OUTSIDE = 0.025
_SEED = 0

Encode = Callable[[list[str]], Matrix]


@dataclass(frozen=True)
class Measure:
    """One measure of held-out rows."""

    name: str
    dims: int
    """Of how many dimensions it was taken, the first of the vector."""
    value: float
    low: float
    """95 of 100 resamples of the measured rows lie between `low` and `high`."""
    high: float


def names(pairing: Pairing) -> tuple[str, ...]:
    """Return what is measured of a kind of material, the first of them also during training."""
    return {
        Pairing.LABELS: (KNN, LINEAR),
        Pairing.PAIRS: (RECALL,),
        Pairing.SCORED: (SPEARMAN,),
        Pairing.TRIPLETS: (NEARER,),
    }[pairing]


def measure(
    training_data: TrainingData, split: Split, encode: Encode, dims: tuple[int, ...] = ()
) -> tuple[Measure, ...]:
    """Return the measures of the test rows with intervals, in the whole space and in its first few dimensions.

    Raises:
        InputError: the rows to train on hold fewer than two classes.
    """
    vectors = _encoded(training_data, encode)
    sizes = [vectors.shape[1], *(size for size in dims if size < vectors.shape[1])]
    return tuple(
        Measure(name, size, found.value, found.low, found.high)
        for size in sizes
        for name in names(training_data.pairing)
        for found in [_interval(name, training_data, split.train, split.test, vectors[:, :size])]
    )


def watch(training_data: TrainingData, split: Split, encode: Encode) -> float:
    """Return the first measure of the watched rows."""
    rows = split.watch
    if training_data.pairing is Pairing.LABELS:
        wanted = np.concatenate([split.train, rows])
        training_data, split = training_data.take(wanted), Split(np.arange(len(split.train)), rows, rows)
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
        return _accuracy(training_data, train, test, vectors, Method.KNN if name == KNN else Method.LOGISTIC)
    vectors = unit_rows(vectors)
    codes = training_data.codes[test]
    nearness = np.einsum("ij,ij->i", vectors[codes[:, 0]], vectors[codes[:, 1]])
    if name == SPEARMAN:
        return spearman(nearness, np.asarray(training_data.scores)[test])
    if name == NEARER:
        return share(nearness > np.einsum("ij,ij->i", vectors[codes[:, 0]], vectors[codes[:, 2]]))
    return share(_found_first(codes, vectors))


def _accuracy(training_data: TrainingData, train: Rows, test: Rows, vectors: Matrix, method: Method) -> Interval:
    labels, rows = cast("Labels", training_data.labels), vectors[training_data.codes[:, 0]]
    classifier = fit(rows, labels.only(train), ClassifierParams(method, k=_NEIGHBORS))
    return score(judge(classifier, rows, labels.only(test))).accuracy


def _found_first(codes: NDArray[np.int32], vectors: Matrix) -> NDArray[np.bool_]:
    """Return whether the partner nearest to each anchor is one of its own, (n,)."""
    positives = np.unique(codes[:, 1])
    scores = vectors[codes[:, 0]] @ vectors[positives].T
    # A text that stands on both sides is no answer to itself.
    scores[codes[:, :1] == positives[None]] = -np.inf
    own = set(map(tuple, codes[:, :2].tolist()))
    nearest = positives[scores.argmax(axis=1)]
    found = zip(codes[:, 0].tolist(), nearest.tolist(), strict=True)
    return np.array([pair in own for pair in found])


def share(hits: NDArray[np.bool_]) -> Interval:
    """Return how many hits there are of all, with a percentile bootstrap interval (Efron and Tibshirani 1993)."""
    n, part = len(hits), float(hits.mean())
    drawn = np.random.default_rng(_SEED).binomial(n, part, _RESAMPLES) / n
    return Interval(part, *map(float, np.quantile(drawn, [_OUTSIDE, 1 - _OUTSIDE])))


def spearman(found: Vector, wanted: Vector) -> Interval:
    """Return the rank correlation of two rows of numbers with a percentile bootstrap interval; 0 where one is flat."""
    from scipy.stats import rankdata

    rng, n = np.random.default_rng(_SEED), len(found)

    def of(rows: NDArray[np.int64]) -> float:
        ranks = [rankdata(values[rows]) for values in (found, wanted)]
        spread = np.std(ranks, axis=1)
        return float(np.corrcoef(ranks)[0, 1]) if spread.all() else 0.0

    drawn = [of(rng.integers(0, n, n)) for _ in range(_RESAMPLES)]
    return Interval(of(np.arange(n)), *map(float, np.quantile(drawn, [_OUTSIDE, 1 - _OUTSIDE])))
