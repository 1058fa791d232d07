"""Agglomerative clustering: Ward's and two other linkages, by SciPy over distances made by a matrix product."""

import numpy as np

from embedding_core.base.types import Indices, Matrix, Progress, no_progress
from embedding_core.clusters.kmeans import distinct_rows, fewer_note
from embedding_core.clusters.pairs import distances
from embedding_core.clusters.params import AgglomerativeParams


def agglomerative(matrix: Matrix, params: AgglomerativeParams, progress: Progress = no_progress) -> tuple[Indices, str]:
    """Return (n,) labels of (n, dim) rows and a note for the reader, empty where there is none.

    Ward's linkage is that of Murtagh and Legendre 2014, doi:10.1007/s00357-014-9161-z (`ward.D2` in R).
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    k = min(params.k, distinct_rows(matrix))
    if k < 2:
        return np.zeros(len(matrix), np.int32), fewer_note(k, params.k)
    apart = squareform(distances(matrix, progress, share=0.3), checks=False)
    tree = linkage(apart, params.linkage.value)
    labels = (fcluster(tree, k, "maxclust") - 1).astype(np.int32)
    return labels, fewer_note(k, params.k)
