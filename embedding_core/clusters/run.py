"""Clustering by any of the algorithms."""

import numpy as np

from embedding_core.base.types import Indices, Matrix, Progress, no_progress
from embedding_core.base.vectors import as_matrix, unit_rows
from embedding_core.clusters.agglomerative import agglomerative
from embedding_core.clusters.centers import nearest_center
from embedding_core.clusters.hdbscan import hdbscan
from embedding_core.clusters.kmeans import kmeans
from embedding_core.clusters.params import AgglomerativeParams, ClusterParams, FeatureSpace, HDBSCANParams, KMeansParams
from embedding_core.clusters.result import Clusters, by_size

PAIR_ROWS = 15_000
"""All pairs of so many rows take 0.9 GB, 2 GB with their tree; of more, a sample is clustered and the rest follows."""


def cluster(matrix: Matrix, params: ClusterParams, progress: Progress = no_progress) -> Clusters:
    """Cluster (n, dim) rows; the largest cluster is number 0.

    Raises:
        InputError: the matrix has no row.
    """
    rows = prepared(matrix, params.feature_space)
    if isinstance(params, KMeansParams):
        labels, note = kmeans(rows, params)
    else:
        labels, note = _by_pairs(rows, params, progress)
    progress(1, 1)
    if params.feature_space is FeatureSpace.DIRECTIONS:
        note = " ".join(part for part in (note, _without_direction(rows)) if part)
    return Clusters.measured(rows, by_size(labels), note)


def _without_direction(rows: Matrix) -> str:
    count = int(np.count_nonzero(~rows.any(axis=1)))
    if not count:
        return ""
    vectors = "1 vector is zero and has" if count == 1 else f"{count:,} vectors are zero and have"
    return f"{vectors} no direction: their cosine with any other counts as 0."


def prepared(matrix: Matrix, feature_space: FeatureSpace) -> Matrix:
    """Return rows in the feature space they are clustered in.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    return unit_rows(matrix) if feature_space is FeatureSpace.DIRECTIONS else matrix


def _by_pairs(matrix: Matrix, params: HDBSCANParams | AgglomerativeParams, progress: Progress) -> tuple[Indices, str]:
    n = len(matrix)
    sample = np.arange(n)
    if n > PAIR_ROWS:
        sample = np.sort(np.random.default_rng(0).choice(n, PAIR_ROWS, replace=False))
    if isinstance(params, HDBSCANParams):
        of_sample, note = hdbscan(matrix[sample], params, progress)
    else:
        of_sample, note = agglomerative(matrix[sample], params, progress)
    if n <= PAIR_ROWS:
        return of_sample, note
    labels = of_sample[nearest_center(matrix, matrix[sample])]
    labels[sample] = of_sample
    return (
        labels,
        (
            f"A sample of {PAIR_ROWS:,} items was clustered; every other item joined the cluster of its nearest "
            f"neighbor in the sample. {note}"
        ).strip(),
    )
