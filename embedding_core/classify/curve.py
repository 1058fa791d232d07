"""Learning curves: scores by the number of labeled rows per class."""

from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.classifiers.evaluate import judge
from embedding_core.classifiers.measures import score
from embedding_core.classifiers.methods import ClassifierParams, fit
from embedding_core.classifiers.split import SplitParams, assign_folds
from embedding_core.data.labels import Labels


@dataclass(frozen=True)
class CurveParams:
    """The numbers of labeled rows per class to train on, and the repeats of each."""

    sizes: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    repeats: int = 3

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(sorted(set(self.sizes))))
        if not self.sizes or self.sizes[0] < 1:
            raise ParameterError(f"The sizes are {self.sizes}.", "Choose numbers of rows, each at least 1.")
        if self.repeats < 1:
            raise ParameterError(f"The number of repeats is {self.repeats}.", "Choose at least 1.")


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """The scores on held-out rows after training on a growing number of rows per class."""

    sizes: tuple[int, ...]
    """Rows of a class, or all it has if fewer; the last is where every class gave all."""
    accuracy: Matrix
    """(sizes, repeats) float32; another draw of the rows each."""
    macro_f1: Matrix
    """(sizes, repeats) float32."""
    tested: int
    """How many rows were set aside, the same for all."""


def learning_curve(
    vectors: Matrix,
    labels: Labels,
    params: ClassifierParams = ClassifierParams(),
    split: SplitParams = SplitParams(),
    curve: CurveParams = CurveParams(),
    progress: Progress = no_progress,
) -> LearningCurve:
    """Train on more and more rows per class of the other folds, and test on the first fold.

    Raises:
        InputError: fewer than two classes have rows to learn from, or none has two.
    """
    folds = assign_folds(labels, split)
    train = labels.only(labels.known[folds[labels.known] != 0])
    test = labels.only(labels.known[folds[labels.known] == 0])
    most = int(train.counts.max())
    sizes = (*(size for size in curve.sizes if size < most), most)
    results = np.zeros((2, len(sizes), curve.repeats), np.float32)
    draws = [np.random.default_rng([split.seed, repeat]).permutation(train.known) for repeat in range(curve.repeats)]
    total = curve.repeats * sum(sizes)
    done = 0
    for i, size in enumerate(sizes):
        for j, order in enumerate(draws):
            # With all rows there is but one draw.
            if size < most or j == 0:
                model = fit(vectors, train.only(_first_of_each(train, order, size)), params)
                scores = score(judge(model, vectors, test), resamples=1)
                results[:, i, j] = scores.accuracy.value, scores.macro_f1.value
            else:
                results[:, i, j] = results[:, i, 0]
            done += size
            progress(done, total)
    return LearningCurve(sizes, results[0], results[1], len(test.known))


def _first_of_each(
    labels: Labels, order: np.ndarray[tuple[int, ...], np.dtype[np.intp]], size: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """Return the first rows of each class in an order; a smaller size gives a part of what a larger one gives."""
    codes = labels.codes[order]
    return np.concatenate([order[codes == code][:size] for code in np.flatnonzero(labels.counts)])
