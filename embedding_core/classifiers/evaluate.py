"""Predictions for rows that the classifier was not trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.classifiers.classifier import Classifier
from embedding_core.classifiers.methods import ClassifierParams, fit
from embedding_core.classifiers.split import SplitParams, assign_folds
from embedding_core.data.labels import Labels


@dataclass(frozen=True, eq=False)
class Predictions:
    """The label of each tested row and the prediction of a classifier that was not trained on it."""

    names: tuple[str, ...]
    rows: Indices
    """(m,) int32, ascending."""
    truth: Indices
    """(m,) int32 codes of the labels given."""
    predicted: Indices
    """(m,) int32 codes."""
    confidence: Vector
    """(m,) float32, how probable the predicted class is."""
    given: Vector
    """(m,) float32, how probable the label given is."""

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each prediction is correct: (m,)."""
        right: NDArray[np.bool_] = self.predicted == self.truth
        return right

    def cell(self, truth: int, predicted: int) -> tuple[int, ...]:
        """Return the rows of one class that were predicted as another: a cell of the confusion matrix."""
        return tuple(self.rows[(self.truth == truth) & (self.predicted == predicted)].tolist())


def judge(classifier: Classifier, vectors: Matrix, labels: Labels) -> Predictions:
    """Return the predictions of a classifier for the labeled rows of (n, dim)."""
    rows = labels.known
    return judge_probabilities(classifier.probabilities(vectors[rows]), labels, rows)


def judge_probabilities(probabilities: Matrix, labels: Labels, rows: NDArray[np.intp]) -> Predictions:
    """Return predictions from the probabilities (m, classes) of m labeled rows; unknown classes are never predicted."""
    truth = labels.codes[rows]
    within = truth < probabilities.shape[1]
    given = np.zeros(len(rows), np.float32)
    given[within] = probabilities[within, truth[within]]
    predicted = probabilities.argmax(axis=1).astype(np.int32)
    return Predictions(labels.names, rows.astype(np.int32), truth, predicted, probabilities.max(axis=1), given)


def cross_validate(
    vectors: Matrix,
    labels: Labels,
    params: ClassifierParams = ClassifierParams(),
    split: SplitParams = SplitParams(),
    progress: Progress = no_progress,
) -> Predictions:
    """Learn from all folds but one and judge that one, in turn; rows that train only are not judged.

    Raises:
        InputError: fewer than two classes have rows to learn from, or none has two.
    """
    folds = assign_folds(labels, split)
    parts = []
    for done, fold in enumerate(split.rounds):
        progress(done, len(split.rounds))
        train = labels.known[folds[labels.known] != fold]
        test = labels.known[folds[labels.known] == fold]
        if len(test):
            parts.append(judge(fit(vectors, labels.only(train), params), vectors, labels.only(test)))
    progress(1, 1)
    order = np.argsort(np.concatenate([part.rows for part in parts]), kind="stable")
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])[order]
        for name in ("rows", "truth", "predicted", "confidence", "given")
    }
    return Predictions(labels.names, **joined)
