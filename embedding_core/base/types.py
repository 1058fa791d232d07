"""Type aliases for the arrays that stages exchange."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float32]
"""Vectors, one a row: (n, dim) float32."""

Halves: TypeAlias = NDArray[np.float16]
"""Vectors kept small, one a row: (n, dim) float16."""

Vector: TypeAlias = NDArray[np.float32]
"""One number a row, or one vector: (n,) or (dim,) float32."""

Indices: TypeAlias = NDArray[np.int32]
"""Row numbers: (n,) or (n, k) int32."""

Key: TypeAlias = str
"""A SHA-256 in hexadecimal, 64 characters: the name of an artifact."""

Progress: TypeAlias = Callable[[float, float], None]
"""Called with (done, total), in any unit that grows evenly with time; raises JobCancelledError to stop the work."""


def no_progress(done: float, total: float) -> None:
    """Ignore progress."""
