"""The same map drawn by umap-learn itself, for whoever wants to hold ours against it.

McInnes, Healy and Melville 2018, https://arxiv.org/abs/1802.03426; https://umap-learn.readthedocs.io.
"""

import io
import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from embedding_core.base.types import Matrix, Progress
from embedding_core.neighbors.exact import Neighbors


@dataclass
class _EpochCounter:
    """Reads the epoch from what tqdm writes for a person; tqdm gives no other way to be watched or stopped."""

    progress: Progress
    epochs: int
    seen: int = -1

    def write(self, text: str) -> None:
        """Pass on an epoch that was not heard of before."""
        from tqdm import tqdm

        epoch = text.strip()
        if not epoch.isdigit() or int(epoch) <= self.seen:
            return
        self.seen = int(epoch)
        try:
            self.progress(self.seen, self.epochs)
        except BaseException:
            # tqdm holds its lock while it writes and keeps it when that fails: the next bar in this process would wait
            # for ever. Its other writes, with the lock in a `with`, repeat an epoch and do not come here.
            tqdm.get_lock().release()
            raise

    def flush(self) -> None:
        """Keep nothing back."""


class UMAPSettings(Protocol):
    """UMAP's parameters, as umap-learn understands them."""

    @property
    def n_neighbors(self) -> int:
        """Rows of a neighborhood, the row itself included."""

    @property
    def min_dist(self) -> float:
        """How near points may lie."""

    @property
    def dims(self) -> int:
        """Axes of the map."""

    @property
    def seed(self) -> int:
        """Names the random numbers."""


def umap_learn(matrix: Matrix, neighbors: Neighbors, params: UMAPSettings, epochs: int, progress: Progress) -> Matrix:
    """Return (n, dims) coordinates by umap-learn, from neighbors that are known.

    Args:
        matrix: (n, dim) vectors; only their PCA is looked at, to start from.
        neighbors: at least n_neighbors - 1 of each row.
        params: as umap-learn understands them.
        epochs: how often points move.
        progress: called with epochs; may stop the work.
    """
    with warnings.catch_warnings():
        # It says that tensorflow is not there, which nothing here needs.
        warnings.simplefilter("ignore", ImportWarning)
        from umap import UMAP

    known = params.n_neighbors - 1
    itself = np.arange(len(matrix), dtype=np.int32)[:, None]
    indices = np.hstack([itself, neighbors.indices[:, :known]])
    distances = np.hstack([np.zeros_like(itself, np.float32), neighbors.distances()[:, :known]])
    counter = _EpochCounter(progress, epochs)
    model = UMAP(
        n_neighbors=params.n_neighbors,
        min_dist=params.min_dist,
        n_components=params.dims,
        n_epochs=epochs,
        init="pca",
        metric=str(neighbors.metric),
        random_state=params.seed,
        n_jobs=1,
        precomputed_knn=(indices, np.maximum(distances, 0)),
        verbose=True,
        tqdm_kwds={"file": counter, "mininterval": 0, "miniters": 1, "bar_format": "{n}\n"},
    )
    # It can be watched only when verbose, and then it prints; that it cannot place new rows is no news here.
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "precomputed_knn", UserWarning)
        return np.asarray(model.fit_transform(matrix), dtype=np.float32)
