"""Scores of a classifier: accuracy and macro-F1 with intervals, the confusion matrix and calibration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.statistics import Interval, percentile_interval
from embedding_core.base.types import Vector
from embedding_core.classifiers.evaluate import Predictions

_RESAMPLES = 1_000
_SEED = 0


@dataclass(frozen=True)
class ClassifierScores:
    """Accuracy and macro-F1 of predictions, with bootstrap intervals."""

    rows: int
    accuracy: Interval
    macro_f1: Interval
    """The unweighted mean of the F1 of each class."""
    by_chance: float
    """The accuracy of always predicting the most frequent class."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """A reliability diagram: mean confidence and accuracy in bins of equal width."""

    confidence: Vector
    """(bins,) float32, the mean of each bin; NaN where it is empty."""
    accuracy: Vector
    """(bins,) float32; NaN where it is empty."""
    counts: NDArray[np.intp]
    """(bins,)."""
    error: float
    """The expected calibration error: the mean distance of the two, bins weighted by their rows."""


def score(predictions: Predictions, resamples: int = _RESAMPLES) -> ClassifierScores:
    """Return accuracy and macro-F1 with percentile bootstrap intervals.

    Efron and Tibshirani 1993, chapter 13. Rows that share label and prediction are alike, so a resample of the rows is
    one multinomial draw of the cells of the confusion matrix.
    """
    table = confusion(predictions)
    n, (truth, predicted) = int(table.sum()), np.nonzero(table)
    counts = table[truth, predicted]
    rng = np.random.default_rng(_SEED)
    draws = rng.multinomial(n, counts / n, size=resamples)
    classes = len(table)

    def measures(cells: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        right = np.where(truth == predicted, cells, 0)
        hit, labeled, named = (
            np.stack([np.bincount(codes, row, classes) for row in of])
            for codes, of in ((truth, right), (truth, cells), (predicted, cells))
        )
        either = labeled + named
        f1 = np.divide(2 * hit, either, out=np.zeros_like(either), where=either > 0)
        return right.sum(axis=1) / n, f1.sum(axis=1) / np.count_nonzero(either, axis=1)

    accuracy, macro_f1 = (
        percentile_interval(float(value[0]), drawn)
        for value, drawn in zip(measures(counts[None]), measures(draws), strict=True)
    )
    return ClassifierScores(n, accuracy, macro_f1, by_chance=float(table.sum(axis=1).max() / n))


def confusion(predictions: Predictions) -> NDArray[np.intp]:
    """Return the confusion matrix: (classes, classes) counts of rows, labels down, predictions across."""
    classes = len(predictions.names)
    cells = np.bincount(predictions.truth.astype(np.intp) * classes + predictions.predicted, minlength=classes**2)
    return cells.reshape(classes, classes)


def calibration(predictions: Predictions, bins: int = 10) -> Calibration:
    """Return the calibration of predictions and their expected calibration error.

    Naeini et al. 2015; Guo et al. 2017, https://arxiv.org/abs/1706.04599.
    """
    places = np.minimum((predictions.confidence * bins).astype(np.intp), bins - 1)
    counts = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(places, predictions.confidence, bins) / counts
        accuracy = np.bincount(places, predictions.right, bins) / counts
    filled = counts > 0
    error = np.abs(confidence - accuracy)[filled] @ counts[filled] / counts.sum()
    return Calibration(confidence.astype(np.float32), accuracy.astype(np.float32), counts, float(error))
