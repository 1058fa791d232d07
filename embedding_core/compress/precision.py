"""Unit rows with fewer bits a number, and the search for what is near in each form. With FAISS.

Douze et al. 2024, https://arxiv.org/abs/2401.08281.
"""

from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix

_DIMS_A_PIECE = 8
"""A byte for eight numbers: as small as bits."""
_ROWS_A_CODE = 16
_ROUNDS = 10
"""40 rows a code and FAISS's 25 rounds found the same to a hundredth."""


class Precision(StrEnum):
    """How a number, or a piece of a vector, is kept."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"
    """One byte: 256 steps between the least and the greatest value of its dimension."""
    BINARY = "binary"
    """One bit: above the mean of its dimension or not, compared by Hamming distance."""
    PQ = "pq"
    """Product quantization: for each piece of a vector the number of the nearest of 256 examples."""


class Coded(Protocol):
    """Rows in a smaller form, learned from some of them."""

    item_bytes: int
    """What a row takes."""
    fixed_bytes: int
    """What is kept once, however many rows there are: ranges, means, examples."""

    def add(self, rows: Matrix) -> None:
        """Take up (n, dims) rows after those that are there."""
        ...

    def nearest(self, queries: Matrix, count: int) -> NDArray[np.int64]:
        """Return (q, count) places of the nearest rows, nearest first; `count` is at most as many as there are."""
        ...


def code(rows: Matrix, precision: Precision) -> Coded:
    """Learn a form from (n, dims) unit rows and return it with them in it."""
    made: Coded = _Bits(rows) if precision is Precision.BINARY else _Numbers(rows, precision)
    made.add(rows)
    return made


class _Numbers:
    """Numbers or pieces, compared by dot products."""

    def __init__(self, rows: Matrix, precision: Precision) -> None:
        self._index = _index(rows, precision)
        self._index.train(rows)
        self.item_bytes = int(self._index.sa_code_size())
        learned = {Precision.INT8: 2 * rows.shape[1], Precision.PQ: rows.shape[1] * 2 ** code_bits(len(rows))}
        self.fixed_bytes = 4 * learned.get(precision, 0)

    def add(self, rows: Matrix) -> None:
        self._index.add(rows)

    def nearest(self, queries: Matrix, count: int) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._index.search(queries, count)[1]
        return found


def _index(rows: Matrix, precision: Precision) -> Any:
    import faiss

    dims, metric = rows.shape[1], faiss.METRIC_INNER_PRODUCT
    if precision is Precision.FLOAT32:
        return faiss.IndexFlatIP(dims)
    if precision is Precision.PQ:
        index = faiss.IndexPQ(dims, pieces(dims), code_bits(len(rows)), metric)
        learning = index.pq.cp
        learning.min_points_per_centroid = 1  # Else it complains of small data on the error stream.
        learning.max_points_per_centroid, learning.niter = _ROWS_A_CODE, _ROUNDS
        return index
    kinds = {Precision.FLOAT16: faiss.ScalarQuantizer.QT_fp16, Precision.INT8: faiss.ScalarQuantizer.QT_8bit}
    return faiss.IndexScalarQuantizer(dims, kinds[precision], metric)


def pieces(dims: int) -> int:
    """Return into how many equal pieces a vector is cut: of eight numbers, or the next larger size that fits."""
    return next(count for count in range(max(1, dims // _DIMS_A_PIECE), 0, -1) if dims % count == 0)


def code_bits(rows: int) -> int:
    """Return how many bits number the examples of a piece: 8, fewer where there are not rows enough to learn from."""
    return int(np.clip(np.log2(max(1, rows // _ROWS_A_CODE)), 1, 8))


class _Bits:
    """Packed bits, compared by Hamming distance.

    Of 10,000 rows FAISS's flat index finds the nearest in a thirtieth of the time that NumPy's `bitwise_count` takes.
    """

    def __init__(self, rows: Matrix) -> None:
        import faiss

        self._middle = rows.mean(axis=0)
        self.item_bytes = -(-rows.shape[1] // 8)
        self.fixed_bytes = 4 * rows.shape[1]
        self._index = faiss.IndexBinaryFlat(8 * self.item_bytes)

    def pack(self, rows: Matrix) -> NDArray[np.uint8]:
        """Return (n, item_bytes): the bits of each row, the last byte filled up with zeros."""
        return np.packbits(rows > self._middle, axis=1)

    def add(self, rows: Matrix) -> None:
        self._index.add(self.pack(rows))

    def nearest(self, queries: Matrix, count: int) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self._index.search(self.pack(queries), count)[1]
        return found
