"""k-means for a sweep over k: ours against scikit-learn's, one thread and as many starts each."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from embedding_core import encoders
from embedding_core.base.types import Indices, Matrix
from embedding_core.base.vectors import unit_rows
from embedding_core.clusters.sweep import GRID, _fit

_SEED = 0


def run(texts: list[str], labels: Sequence[str]) -> dict[str, object]:
    """Return processor seconds, the sum of inertias and the mean ARI to the labels over all k of a sweep.

    Args:
        texts: (n,) to embed with the default encoder.
        labels: (n,) the class of each.
    """
    rows = unit_rows(encoders.load(encoders.resolve(encoders.DEFAULT_ENCODER)).encode_documents(texts))
    classes = len(set(labels))
    ways = {"ours": _ours, "scikit-learn": _stock}
    found: dict[str, object] = {"rows": len(rows), "dim": rows.shape[1], "classes": classes, "ks": list(GRID)}
    with threadpool_limits(1):
        for name, fit in ways.items():
            fit(rows[:200], 5)
            found[name] = _measured(fit, rows, labels, classes)
    return found


def _measured(
    fit: Callable[[Matrix, int], tuple[Indices, float]], rows: Matrix, labels: Sequence[str], classes: int
) -> dict[str, float]:
    start = time.process_time()
    fitted = {k: fit(rows, k) for k in sorted({*GRID, classes})}
    seconds = time.process_time() - start
    return {
        "processor_s": round(seconds, 2),
        "inertia": round(sum(inertia for _, inertia in fitted.values()), 2),
        "ari": round(float(np.mean([adjusted_rand_score(labels, found) for found, _ in fitted.values()])), 4),
        "ari_at_classes": round(float(adjusted_rand_score(labels, fitted[classes][0])), 4),
    }


def _ours(rows: Matrix, k: int) -> tuple[Indices, float]:
    labels, _, inertia = _fit(rows, k, _SEED)
    return labels, inertia


def _stock(rows: Matrix, k: int) -> tuple[Indices, float]:
    model = KMeans(k, n_init=1, random_state=_SEED).fit(rows)
    return model.labels_, float(model.inertia_)
