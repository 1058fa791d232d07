"""Rows to cluster, made so that the right answer is known."""

import numpy as np

from embedding_core.base.types import Indices, Matrix


def blobs(sizes: tuple[int, ...], dim: int = 8, spread: float = 0.3, seed: int = 0) -> tuple[Matrix, Indices]:
    """Return rows round one random center a size, shuffled, and which center each belongs to."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(len(sizes)), sizes)).astype(np.int32)
    centers = 3 * rng.normal(size=(len(sizes), dim))
    rows = centers[labels] + spread * rng.normal(size=(len(labels), dim))
    return rows.astype(np.float32), labels
