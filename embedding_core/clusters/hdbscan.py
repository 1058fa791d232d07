"""HDBSCAN, Campello, Moulavi and Sander 2013, doi:10.1007/978-3-642-37456-2_14; the tree and its cuts scikit-learn's.

The minimum spanning tree of mutual reachability is found here, by Prim's algorithm over one float32 matrix of distances
made by a matrix product. scikit-learn is given that tree alone: with `min_samples=1` a tree's edges stay what they are.
Its own search in hundreds of dimensions takes minutes, or several times the memory: docs/decisions/0030-clusters.md.
"""

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Indices, Matrix, Progress, Vector, no_progress
from embedding_core.clusters.kmeans import distinct_rows
from embedding_core.clusters.pairs import distances
from embedding_core.clusters.params import HDBSCANParams

_BLOCK = 1_024
_REPORT_EVERY = 500
_TINY = 1e-12
"""A sparse matrix takes 0 for no edge: equal rows are so far apart."""


def hdbscan(matrix: Matrix, params: HDBSCANParams, progress: Progress = no_progress) -> tuple[Indices, str]:
    """Return (n,) labels of (n, dim) rows, -1 for noise, and a note for the reader, empty where there is none."""
    from scipy.sparse import csr_matrix
    from sklearn.cluster import HDBSCAN

    n = len(matrix)
    near = min(params.min_samples or params.min_cluster_size, n)
    if n < params.min_cluster_size:
        return np.full(
            n, -1, np.int32
        ), f"There are fewer items ({n:,}) than the min cluster size ({params.min_cluster_size:,})."
    if distinct_rows(matrix) == 1:
        return np.zeros(n, np.int32), "All items are equal."
    rows, columns, lengths = spanning_tree(matrix, near, progress)
    edges = (np.r_[lengths, lengths], (np.r_[rows, columns], np.r_[columns, rows]))
    tree = csr_matrix(edges, shape=(n, n))
    model = HDBSCAN(
        min_cluster_size=params.min_cluster_size,
        min_samples=1,
        metric="precomputed",
        cluster_selection_method=params.cluster_selection.value,
        copy=True,
    )
    labels = model.fit(tree).labels_.astype(np.int32)
    none = (
        f"No group of {params.min_cluster_size:,} items is denser than the rest, so all items are noise. Try a smaller "
        "min cluster size."
    )
    return labels, "" if labels.max() >= 0 else none


def spanning_tree(
    matrix: Matrix, near: int, progress: Progress = no_progress
) -> tuple[Indices, Indices, NDArray[np.float64]]:
    """Return the n - 1 edges of the minimum spanning tree of mutual reachability, Euclidean: from, to, length.

    `near` is the number of rows, the row itself included, within a row's core distance.
    """
    n = len(matrix)
    apart = distances(matrix, progress, share=0.5)
    core = _core_distances(apart, near)
    reach, origin = np.full(n, np.inf, np.float32), np.zeros(n, np.int32)
    edges, lengths = np.empty((n - 1, 2), np.int32), np.empty(n - 1)
    at = 0
    outside = np.ones(n, dtype=bool)
    for step in range(n - 1):
        outside[at] = False
        reach[at] = np.inf
        through = np.maximum(np.maximum(apart[at], core), core[at])
        nearer = outside & (through < reach)
        reach[nearer], origin[nearer] = through[nearer], at
        at = int(reach.argmin())
        edges[step], lengths[step] = (origin[at], at), reach[at]
        if step % _REPORT_EVERY == 0:
            progress(n + step, 2 * n)
    return edges[:, 0], edges[:, 1], np.maximum(lengths, _TINY)


def _core_distances(apart: Matrix, near: int) -> Vector:
    core = np.empty(len(apart), np.float32)
    for start in range(0, len(apart), _BLOCK):
        part = slice(start, start + _BLOCK)
        core[part] = np.partition(apart[part], near - 1, axis=1)[:, near - 1]
    return core
