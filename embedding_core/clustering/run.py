"""Rows in, clusters out, by whichever algorithm."""

import numpy as np

from embedding_core.clustering.agglomerative import agglomerative
from embedding_core.clustering.hdbscan import hdbscan
from embedding_core.clustering.kmeans import kmeans
from embedding_core.clustering.params import AgglomerativeParams, ClusterParams, HDBSCANParams, KMeansParams, Over
from embedding_core.clustering.result import Clusters, by_size
from embedding_core.neighbors import as_matrix, unit_rows
from embedding_core.types import Indices, Matrix, Progress, no_progress

PAIR_ROWS = 15_000
"""All pairs of so many rows take 0.9 GB, 2 GB with their tree; of more, a sample is clustered and the rest follows."""
_BLOCK = 1_024


def cluster(matrix: Matrix, params: ClusterParams, progress: Progress = no_progress) -> Clusters:
    """Cluster (n, dim) rows; the largest cluster is number 0.

    Raises:
        InputError: the matrix has no row.
    """
    rows = prepared(matrix, params.over)
    if isinstance(params, KMeansParams):
        labels, note = kmeans(rows, params)
    else:
        labels, note = _by_pairs(rows, params, progress)
    progress(1, 1)
    return Clusters.measured(rows, by_size(labels), note)


def prepared(matrix: Matrix, over: Over) -> Matrix:
    """Return rows as they are clustered.

    Raises:
        InputError: the matrix has no row.
    """
    matrix = as_matrix(matrix)
    return unit_rows(matrix) if over is Over.DIRECTIONS else matrix


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
    labels = of_sample[_nearest(matrix, matrix[sample])]
    labels[sample] = of_sample
    return (
        labels,
        f"A sample of {PAIR_ROWS:,} items was clustered; each other one went with its nearest in it. {note}".strip(),
    )


def _nearest(matrix: Matrix, among: Matrix) -> Indices:
    """Return for each row the row of `among` at the least Euclidean distance, (n,)."""
    half = np.square(among).sum(axis=1) / 2
    blocks = range(0, len(matrix), _BLOCK)
    return np.concatenate([(matrix[i : i + _BLOCK] @ among.T - half).argmax(axis=1) for i in blocks]).astype(np.int32)
