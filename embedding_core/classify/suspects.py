"""Labels that a classifier doubts which had not seen them."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.types import Indices, Vector
from embedding_core.classifiers.evaluate import Predictions


@dataclass(frozen=True, eq=False)
class Suspects:
    """Rows whose label may be wrong, the surest first."""

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
    """Return rows taken for another class with at least the confidence that is usual for that class.

    Usual is the mean probability of a class for the rows that have its label: confident learning, Northcutt, Jiang and
    Chuang 2021, https://arxiv.org/abs/1911.00068. Sorted by how much more probable the suggestion is.
    """
    classes = len(predictions.names)
    counts = np.bincount(predictions.truth, minlength=classes)
    default = np.bincount(predictions.truth, predictions.given, classes) / np.maximum(counts, 1)
    default[counts == 0] = np.inf
    doubted = np.flatnonzero(~predictions.right & (predictions.confidence >= default[predictions.predicted]))
    margin = predictions.confidence[doubted] - predictions.given[doubted]
    found = doubted[np.argsort(-margin, kind="stable")]
    return Suspects(
        predictions.rows[found],
        predictions.truth[found],
        predictions.predicted[found],
        predictions.given[found],
        predictions.confidence[found],
    )
