"""Likely label errors: rows that a classifier which was not trained on them predicts as another class."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.types import Indices, Vector
from embedding_core.classifiers.evaluate import Predictions


@dataclass(frozen=True, eq=False)
class Suspects:
    """Rows whose label may be wrong, the most confident predictions first."""

    rows: Indices
    """(m,) int32."""
    labels: Indices
    """(m,) int32 codes, as given."""
    suggested: Indices
    """(m,) int32 codes."""
    given: Vector
    """(m,) float32, how probable the label given is."""
    confidence: Vector
    """(m,) float32, how probable the suggested one is."""


def suspect_labels(predictions: Predictions) -> Suspects:
    """Return the rows predicted as another class with at least the mean confidence of that class.

    That mean is over the rows with its label: confident learning, Northcutt, Jiang and Chuang 2021,
    https://arxiv.org/abs/1911.00068. Sorted by how much more probable the predicted class is than the label.
    """
    classes = len(predictions.names)
    counts = np.bincount(predictions.truth, minlength=classes)
    self_confidence = np.bincount(predictions.truth, predictions.given, classes) / np.maximum(counts, 1)
    self_confidence[counts == 0] = np.inf
    doubted = np.flatnonzero(~predictions.right & (predictions.confidence >= self_confidence[predictions.predicted]))
    margin = predictions.confidence[doubted] - predictions.given[doubted]
    found = doubted[np.argsort(-margin, kind="stable")]
    return Suspects(
        predictions.rows[found],
        predictions.truth[found],
        predictions.predicted[found],
        predictions.given[found],
        predictions.confidence[found],
    )
