"""Benchmark of ANN indexes by FAISS: recall, time and size against exact search.

Douze et al. 2024, https://arxiv.org/abs/2401.08281; HNSW: Malkov and Yashunin 2018, https://arxiv.org/abs/1603.09320;
product quantization: Jégou et al. 2011, https://doi.org/10.1109/TPAMI.2010.57.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.base.vectors import as_matrix, unit_rows

LEAST_ROWS = 100
_HNSW_LINKS = 32
_ROWS_A_LIST = 39
"""FAISS asks for as many rows for each list or code it learns."""
_SEED = 0


class IndexKind(StrEnum):
    """A kind of index."""

    FLAT = "flat"
    """Every row is compared: exact."""
    HNSW = "hnsw"
    """A graph of near rows, walked toward the query; the parameter is the number of candidates kept on the way."""
    IVF = "ivf"
    """Rows in lists round centers; the parameter is the number of lists searched."""
    LSH = "lsh"
    """Rows as bits, one for each random hyperplane; the parameter is the number of bits."""
    PQ = "pq"
    """Product quantization: rows in pieces of a byte each; the parameter is the number of pieces."""


@dataclass(frozen=True)
class IndexesParams:
    """The indexes to try, and the rows and queries to measure them with."""

    kinds: tuple[IndexKind, ...] = tuple(IndexKind)
    k: int = 10
    queries: int = 100
    """Rows of the matrix, drawn at random; a row is no answer to itself."""
    most_rows: int = 50_000
    """Larger data is sampled: building takes minutes beyond."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", tuple(map(IndexKind, self.kinds)))
        if not 1 <= self.k < LEAST_ROWS or self.queries < 1 or self.most_rows < LEAST_ROWS:
            raise ParameterError(
                f"{self.k} neighbors of {self.queries} queries among {self.most_rows} rows cannot be measured.",
                f"Choose 1 to {LEAST_ROWS - 1} neighbors, at least 1 query and {LEAST_ROWS} rows.",
            )


@dataclass(frozen=True)
class IndexPoint:
    """One index with one value of its parameter."""

    kind: IndexKind
    parameter: str = field(metadata={"key": "knob"})
    value: int
    recall: float
    """The share of the exact k nearest that it finds, 0 to 1."""
    milliseconds: float
    """The median time of one query on one core."""
    size: int
    """Bytes."""
    build_seconds: float


@dataclass(frozen=True)
class IndexCurves:
    """All points, and the number of rows they were measured on."""

    points: tuple[IndexPoint, ...]
    rows: int


def compare_indexes(
    matrix: Matrix, params: IndexesParams = IndexesParams(), progress: Progress = no_progress
) -> IndexCurves:
    """Build indexes of (n, dim) by cosine, vary their parameters, and measure recall, time and size.

    Raises:
        InputError: the matrix has fewer than 100 rows.
    """
    import faiss

    rng = np.random.default_rng(_SEED)
    rows = unit_rows(as_matrix(matrix))
    if len(rows) < LEAST_ROWS:
        raise InputError(f"There are {len(rows)} rows, too few for an index.", f"Use at least {LEAST_ROWS} rows.")
    if len(rows) > params.most_rows:
        rows = rows[np.sort(rng.choice(len(rows), params.most_rows, replace=False))]
    rows = np.ascontiguousarray(rows)
    asked = rng.choice(len(rows), min(params.queries, len(rows)), replace=False)
    exact = _exact(rows, asked, params.k)
    points: list[IndexPoint] = []
    threads = faiss.omp_get_max_threads()
    # One core: with two, times on a busy machine are those of whoever waits for the other.
    faiss.omp_set_num_threads(1)
    try:
        for done, kind in enumerate(params.kinds):
            for index, parameter, value, seconds in _built(rows, kind):
                progress(done, len(params.kinds))
                recall, milliseconds = _tried(index, rows, asked, exact)
                size = int(faiss.serialize_index(index).nbytes)
                points.append(IndexPoint(kind, parameter, value, recall, milliseconds, size, seconds))
    finally:
        faiss.omp_set_num_threads(threads)
    progress(len(params.kinds), len(params.kinds))
    return IndexCurves(tuple(points), len(rows))


def _exact(rows: Matrix, asked: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    products = rows[asked] @ rows.T
    products[np.arange(len(asked)), asked] = -np.inf
    return np.argsort(-products, axis=1, kind="stable")[:, :k]


def _built(rows: Matrix, kind: IndexKind) -> Iterator[tuple[Any, str, int, float]]:
    """Yield an index for each value of its parameter, with the name and value, and the build time in seconds."""
    import faiss

    n, dim = rows.shape
    start = time.perf_counter()
    if kind is IndexKind.FLAT:
        yield _filled(faiss.IndexFlatIP(dim), rows), "none", 0, time.perf_counter() - start
    elif kind is IndexKind.HNSW:
        index = _filled(faiss.IndexHNSWFlat(dim, _HNSW_LINKS, faiss.METRIC_INNER_PRODUCT), rows)
        seconds = time.perf_counter() - start
        for value in (8, 16, 32, 64, 128, 256):
            index.hnsw.efSearch = value
            yield index, "efSearch", value, seconds
    elif kind is IndexKind.IVF:
        lists = max(1, min(int(4 * np.sqrt(n)), n // _ROWS_A_LIST))
        index = _filled(faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT), rows)
        seconds = time.perf_counter() - start
        for value in _powers(lists):
            index.nprobe = value
            yield index, "nprobe", value, seconds
    elif kind is IndexKind.LSH:
        for bits in (dim // 2 or 1, dim, 2 * dim, 4 * dim):
            start = time.perf_counter()
            yield _filled(faiss.IndexLSH(dim, bits), rows), "bits", bits, time.perf_counter() - start
    else:
        code_bits = min(8, max(3, int(np.log2(n // _ROWS_A_LIST))))
        for pieces in (p for p in (4, 8, 16, 32, 64, 128) if dim % p == 0):
            start = time.perf_counter()
            index = faiss.IndexPQ(dim, pieces, code_bits, faiss.METRIC_INNER_PRODUCT)
            index.pq.cp.min_points_per_centroid = 1  # Else it complains of small data on the error stream.
            yield _filled(index, rows), "pieces", pieces, time.perf_counter() - start


def _filled(index: Any, rows: Matrix) -> Any:
    index.train(rows)
    index.add(rows)
    return index


def _powers(most: int) -> list[int]:
    values = [2**i for i in range(most.bit_length()) if 2**i < most]
    return [*values, most]


def _tried(index: Any, rows: Matrix, asked: NDArray[np.int64], exact: NDArray[np.int64]) -> tuple[float, float]:
    """Return recall and the median milliseconds of one query."""
    k = exact.shape[1]
    kept, times = 0, []
    for row, truth in zip(asked, exact, strict=True):
        start = time.perf_counter()
        _, found = index.search(rows[row : row + 1], k + 1)
        times.append(time.perf_counter() - start)
        others = found[0][found[0] != row][:k]
        kept += len(np.intersect1d(others, truth))
    return kept / exact.size, 1000 * median(times)
