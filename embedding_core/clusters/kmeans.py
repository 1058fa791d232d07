"""k-means by scikit-learn, in mini-batches where there are many rows."""

import numpy as np

from embedding_core.base.types import Indices, Matrix
from embedding_core.clusters.params import KMeansParams

FULL_ROWS = 50_000
"""With more rows each step looks at a batch of them (Sculley 2010, doi:10.1145/1772690.1772862)."""
BATCH_ROWS = 4_096


def kmeans(matrix: Matrix, params: KMeansParams) -> tuple[Indices, str]:
    """Return (n,) labels of (n, dim) rows and a note for the reader, empty where there is none."""
    import warnings

    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    k = min(params.k, distinct_rows(matrix))
    how = {"n_clusters": k, "random_state": params.seed, "n_init": params.restarts}
    batched = len(matrix) > FULL_ROWS
    model = MiniBatchKMeans(batch_size=BATCH_ROWS, **how) if batched else KMeans(**how)
    with warnings.catch_warnings():
        # Rows equal but for rounding: fewer centers than asked for are right, and the note says so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        labels = model.fit(matrix).labels_.astype(np.int32)
    notes = [fewer_note(len(np.unique(labels)), params.k)]
    if batched:
        notes.append(
            f"With more than {FULL_ROWS:,} items, the centers are computed from mini-batches of {BATCH_ROWS:,}."
        )
    return labels, " ".join(filter(None, notes))


def distinct_rows(matrix: Matrix) -> int:
    """Return the number of different rows."""
    return len({row.tobytes() for row in matrix})


def fewer_note(found: int, wanted: int) -> str:
    """Return a note when fewer clusters were found than wanted, else an empty text."""
    if found >= wanted:
        return ""
    items = f"{found:,} different items" if found > 1 else "1 different item"
    return f"{wanted:,} clusters were requested, but {items} allow no more."
