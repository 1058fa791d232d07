"""Learning classes and testing them on every fold, against plain scikit-learn on the same vectors."""

import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from embedding_core.base.types import Matrix
from embedding_core.classifiers.evaluate import cross_validate
from embedding_core.classifiers.measures import score
from embedding_core.classifiers.methods import ClassifierMethod, ClassifierParams
from embedding_core.classifiers.split import SplitParams, assign_folds
from embedding_core.data.labels import Labels

_SEEN = SplitParams(tested=1)


def run(rows: int = 10_003, classes: int = 77, dim: int = 384, repeats: int = 3) -> dict[str, object]:
    """Return median seconds to learn from four fifths of the rows, and the accuracy on the others."""
    vectors, labels = _made(rows, classes, dim)
    ways: dict[str, Callable[[], float]] = {
        **{f"ours_{method}": _ours(vectors, labels, method) for method in ClassifierMethod},
        **{f"scikit_learn_{method}": _theirs(vectors, labels, method) for method in ClassifierMethod},
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    accuracy: dict[str, float] = {}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            accuracy[name] = round(way(), 4)
            seconds[name].append(time.perf_counter() - start)
    start = time.perf_counter()
    intervals = score(cross_validate(vectors, labels, ClassifierParams(ClassifierMethod.CENTROID)))
    return {
        "rows": rows,
        "classes": classes,
        "dim": dim,
        "seconds": {name: round(median(taken), 2) for name, taken in seconds.items()},
        "accuracy": accuracy,
        "five_folds_centroid_with_intervals_s": round(time.perf_counter() - start, 2),
        "interval_width": round(intervals.accuracy.high - intervals.accuracy.low, 4),
    }


def _made(rows: int, classes: int, dim: int) -> tuple[Matrix, Labels]:
    """Return unit rows round a direction a class, so noisy that some lie nearer to another."""
    rng = np.random.default_rng(0)
    codes = rng.integers(classes, size=rows).astype(np.int32)
    vectors = rng.normal(size=(classes, dim))[codes] + 4 * rng.normal(size=(rows, dim))
    unit: Matrix = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit, Labels(tuple(f"class {code:03}" for code in range(classes)), codes)


def _ours(vectors: Matrix, labels: Labels, method: ClassifierMethod) -> Callable[[], float]:
    def way() -> float:
        found = cross_validate(vectors, labels, ClassifierParams(method), _SEEN)
        return float(found.right.mean())

    return way


def _theirs(vectors: Matrix, labels: Labels, method: ClassifierMethod) -> Callable[[], float]:
    """Return the same by scikit-learn's class as it comes, with the same rows held out."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid

    made: dict[ClassifierMethod, Callable[[], Any]] = {
        ClassifierMethod.LOGISTIC: lambda: LogisticRegression(C=10, max_iter=1_000),
        ClassifierMethod.KNN: lambda: KNeighborsClassifier(10, weights="distance", metric="cosine"),
        ClassifierMethod.CENTROID: NearestCentroid,
    }
    held = assign_folds(labels, _SEEN) == 0

    def way() -> float:
        model = made[method]().fit(vectors[~held], labels.codes[~held])
        return float((model.predict(vectors[held]) == labels.codes[held]).mean())

    return way


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
