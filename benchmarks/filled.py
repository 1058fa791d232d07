"""More vectors than there are texts: real ones, and made ones between them."""

from pathlib import Path

import numpy as np

from embedding_core.base.types import Matrix
from embedding_core.base.vectors import unit_rows

_BLOCK = 50_000
_NOISE = 1 / 3


def fill(real: Matrix, rows: int, path: Path) -> Matrix:
    """Return a memory map of real rows and made ones, each the middle of two real rows with noise a third as long."""
    rng = np.random.default_rng(1)
    full: Matrix = np.lib.format.open_memmap(path, "w+", np.float32, (rows, real.shape[1]))
    full[: len(real)] = real[:rows]
    for start in range(len(real), rows, _BLOCK):
        count = min(_BLOCK, rows - start)
        one, other = real[rng.integers(len(real), size=(2, count))]
        noise = unit_rows(rng.normal(size=one.shape).astype(np.float32))
        full[start : start + count] = unit_rows(unit_rows(one + other) + np.float32(_NOISE) * noise)
    full.flush()
    return np.load(path, mmap_mode="r", allow_pickle=False)
