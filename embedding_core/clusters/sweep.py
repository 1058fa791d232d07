"""A sweep over the number of clusters: k-means for each k, with measures and a recommendation."""

import os
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.parallel import in_batches
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.clusters.kmeans import distinct_rows
from embedding_core.clusters.params import FeatureSpace, check_seed
from embedding_core.clusters.recommend import SweepScores, recommend
from embedding_core.clusters.run import prepared
from embedding_core.clusters.silhouette import silhouettes

if TYPE_CHECKING:
    from sklearn.cluster import KMeans

GRID = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 65, 80, 100)
ROWS_A_CLUSTER = 10
"""The largest k leaves so many rows to a cluster in the mean."""
MEASURED_ROWS = 12_000
"""Of more rows a sample is measured."""
BOOTSTRAP_ROWS = 3_000
"""A bootstrap sample has at most so many draws."""

MOST_STARTS = 4
STARTED_ROWS = 4_000
"""k-means has as many starts (`n_init`) as make up so many rows."""


@dataclass(frozen=True)
class SweepParams:
    """The values of k to try, and the bootstrap samples of each."""

    ks: tuple[int, ...] = GRID
    bootstraps: int = 4
    """On how many bootstrap samples, each with another seed, k-means is run again."""
    seed: int = 0
    feature_space: FeatureSpace = field(default=FeatureSpace.DIRECTIONS, metadata={"key": "over"})

    def __post_init__(self) -> None:
        object.__setattr__(self, "feature_space", FeatureSpace(self.feature_space))
        check_seed(self.seed)
        if not self.ks or min(self.ks) < 2:
            raise ParameterError(f"The sweep covers k = {self.ks}.", "Choose at least one k, each at least 2.")
        object.__setattr__(self, "ks", tuple(sorted(set(self.ks))))
        if self.bootstraps < 2:
            raise ParameterError(f"{self.bootstraps} bootstrap samples cannot be compared.", "Choose at least 2.")


@dataclass(frozen=True)
class Sweep:
    """The measures of each k and the recommended k."""

    measured: tuple[SweepScores, ...]
    """One a k, ascending; none when there are too few different rows."""
    recommended: int
    reason: str
    """Why, in a sentence or two."""
    rows: int
    """How many rows were measured."""


def sweep(matrix: Matrix, params: SweepParams = SweepParams(), progress: Progress = no_progress) -> Sweep:
    """Measure k-means on (n, dim) for each k, up to a k of n / 10.

    Stability: each bootstrap sample gives centers, every row goes to the nearest of them, and the groupings that come
    of it are compared pair by pair; after Ben-Hur, Elisseeff and Guyon 2002, doi:10.1142/9789812799623_0002.

    Raises:
        InputError: the matrix has no row.
    """
    rows = prepared(matrix, params.feature_space)
    rng = np.random.default_rng(params.seed)
    if len(rows) > MEASURED_ROWS:
        rows = rows[np.sort(rng.choice(len(rows), MEASURED_ROWS, replace=False))]
    different = distinct_rows(rows)
    most = min(different, len(rows) - 1, max(2, len(rows) // ROWS_A_CLUSTER))
    ks = [k for k in params.ks if k <= most]
    samples = [rng.integers(len(rows), size=min(len(rows), BOOTSTRAP_ROWS)) for _ in range(params.bootstraps)]
    measured = _measure_all(rows, ks, samples, params.seed, progress)
    progress(1, 1)
    found, reason = recommend(measured, different)
    return Sweep(measured, found, reason, len(rows))


def _measure_all(
    rows: Matrix, ks: list[int], samples: list[NDArray[np.int64]], seed: int, progress: Progress
) -> tuple[SweepScores, ...]:
    """Return the measures of each k, one k per core: the threads of runs as small as these wait for each other."""
    import warnings

    import sklearn.cluster
    import sklearn.metrics  # noqa: F401  their threads are limited below
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    found: dict[int, SweepScores] = {}

    def work(places: range) -> None:
        # OpenMP's limit is that of one thread, BLAS's that of the process.
        with threadpool_limits(1, user_api="openmp"):
            for place in places:
                found[ks[place]] = _measure(rows, ks[place], samples, seed)

    def report(done: float, total: float) -> None:
        # The time that a k takes grows with it.
        progress(sum(ks[: int(done)]), sum(ks))

    progress(0, 1)
    with threadpool_limits(1), warnings.catch_warnings():
        # A bootstrap sample may have fewer different rows than k: then fewer clusters are right.
        warnings.simplefilter("ignore", ConvergenceWarning)
        in_batches(work, len(ks), 1, report, os.cpu_count() or 1)
    return tuple(found[k] for k in ks)


def _measure(rows: Matrix, k: int, samples: list[NDArray[np.int64]], seed: int) -> SweepScores:
    from sklearn.metrics import adjusted_rand_score, calinski_harabasz_score, davies_bouldin_score

    model = _fit(rows, k, seed)
    labels = model.labels_
    groupings = [_fit(rows[sample], k, seed + turn).predict(rows) for turn, sample in enumerate(samples, start=1)]
    agree = [adjusted_rand_score(one, other) for one, other in combinations(groupings, 2)]
    return SweepScores(
        k,
        float(np.nanmean(silhouettes(rows, labels))),
        float(calinski_harabasz_score(rows, labels)),
        float(davies_bouldin_score(rows, labels)),
        float(model.inertia_),
        float(np.mean(agree)),
    )


def _fit(rows: Matrix, k: int, seed: int) -> "KMeans":
    """Fit k-means, from several starts where there are few rows."""
    from sklearn.cluster import KMeans

    starts = max(1, min(MOST_STARTS, STARTED_ROWS // len(rows)))
    return KMeans(k, n_init=starts, random_state=seed).fit(rows)
