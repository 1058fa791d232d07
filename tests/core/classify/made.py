"""Vectors in classes, to learn from."""

import numpy as np

from embedding_core.data.labels import Labels


def made(sizes: tuple[int, ...] = (30, 30, 30), noise: float = 0.6, seed: int = 0) -> tuple[np.ndarray, Labels]:
    """Return rows round one direction a class, shuffled, and their labels."""
    rng = np.random.default_rng(seed)
    centers = np.random.default_rng(99).normal(size=(len(sizes), 16))
    codes = rng.permutation(np.repeat(np.arange(len(sizes)), sizes)).astype(np.int32)
    rows = (centers[codes] + noise * rng.normal(size=(len(codes), 16))).astype(np.float32)
    return rows, Labels(tuple(f"class {code}" for code in range(len(sizes))), codes)
