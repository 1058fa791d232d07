"""Build and measure an inverted file: k-means on a sample, every row in the list of its center, recall by search.

Recall counts a hit that is as near as the k-th of the exact ones: which of equal rows is found makes no difference.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix, Progress, Vector, no_progress
from embedding_core.base.vectors import as_matrix, lengths, unit_rows
from embedding_core.ranking.approximate import (
    DEPTHS,
    ApproximateIndex,
    IndexQuality,
    backgrounds_of,
    candidates,
    score_nearest,
)
from embedding_core.ranking.dense import background, score_vectors

LEAST_ROWS = 1_000
SAMPLED = 10_000
"""Rows that percentiles are estimated from: at 99% that is right to 0.1%."""
_ROWS_A_CENTER = 50
"""Of the sample that k-means learns from; FAISS asks for 39 or more."""
_ROUNDS = 10
_BLOCK_ROWS = 50_000
_TIMED = 10
_EQUAL = 1e-6
_UNIT = 1e-4
_SEED = 0

Tick = Callable[[], None]
"""Says that one more of about equal steps is done."""


@dataclass(frozen=True)
class ApproximateParams:
    """The target recall of an index and the queries to measure it with."""

    recall: float = 0.95
    """Of the exact first 10, and of the exact first 100, at least this share is found, 0 to 1."""
    queries: int = 200
    """Rows of the data that are searched for to measure it."""
    share: float = 1 / 8
    """Of the lists at least this share is looked into, above 0, at most 1.

    Rows are easy to find the neighbors of: these lie in the same list. What people type lies between the lists. Of
    250,000 made sentences 0.4% of the lists were enough for rows (recall@10 1.00), and gave typed words 0.59; an eighth
    of the lists gives them 0.94.
    """

    def __post_init__(self) -> None:
        if not 0 < self.recall <= 1:
            raise ParameterError(f"The target recall is {self.recall}.", "Choose one above 0, at most 1.")
        if self.queries < 1:
            raise ParameterError(f"The number of queries is {self.queries}.", "Choose at least 1.")
        if not 0 < self.share <= 1:
            raise ParameterError(f"The share of the lists is {self.share}.", "Choose one above 0, at most 1.")


def index_vectors(
    matrix: Matrix, params: ApproximateParams = ApproximateParams(), progress: Progress = no_progress
) -> ApproximateIndex:
    """Build an index of (n, dim), and choose the number of lists to search by the recall that it gives.

    Needs a byte a number, and no copy of the matrix.

    Raises:
        InputError: the matrix has fewer than 1,000 rows.
    """
    matrix = as_matrix(matrix)
    n = len(matrix)
    if n < LEAST_ROWS:
        raise InputError(
            f"There are {n:,} rows, too few for an index.", "Use exact search, which is fast at this size."
        )
    rng = np.random.default_rng(_SEED)
    count = round(np.sqrt(n))
    tick = _counted(progress, _ROUNDS + 2 * -(-n // _BLOCK_ROWS) + count.bit_length() + _TIMED)
    start = time.perf_counter()
    learned = np.ascontiguousarray(unit_rows(_drawn(matrix, _ROWS_A_CENTER * count, rng)))
    lists, unit = _filled(matrix, _centers(learned, count, tick), learned, tick)
    sample = _drawn(matrix, SAMPLED, rng)
    asked = rng.choice(n, min(n, params.queries), replace=False)
    true = _true_nearest(matrix, asked, tick)
    probed, recalls = _enough(matrix, lists, asked, true, params, tick)
    quality = IndexQuality(
        queries=len(asked),
        recall=recalls[0],
        deep_recall=recalls[1],
        milliseconds=0,
        exact_milliseconds=0,
        lists=count,
        probed=probed,
        size=_size(lists),
        build_seconds=round(time.perf_counter() - start, 3),
    )
    index = ApproximateIndex(lists, sample, backgrounds_of(sample, unit), quality)
    quick, exact = _timed(matrix, matrix[asked[:_TIMED]], index, tick)
    progress(1, 1)
    return replace(index, quality=replace(quality, milliseconds=quick, exact_milliseconds=exact))


def _counted(progress: Progress, total: int) -> Tick:
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(min(done, total - 1), total)

    return tick


def _drawn(matrix: Matrix, most: int, rng: np.random.Generator) -> Matrix:
    """Return random rows, in the order they stand, all where there are no more."""
    return np.array(matrix[np.sort(rng.choice(len(matrix), min(len(matrix), most), replace=False))])


def _blocks(matrix: Matrix) -> Iterator[tuple[int, Matrix]]:
    for start in range(0, len(matrix), _BLOCK_ROWS):
        yield start, np.array(matrix[start : start + _BLOCK_ROWS])


def _centers(sample: Matrix, count: int, tick: Tick) -> Matrix:
    """Return (count, dim) centers by spherical k-means, a round at a time so that it can be stopped."""
    import faiss

    centers: Any = None
    for _ in range(_ROUNDS):
        means = faiss.Kmeans(sample.shape[1], count, niter=1, spherical=True, seed=_SEED, min_points_per_centroid=1)
        means.train(sample, init_centroids=centers)
        centers = means.centroids
        tick()
    found: Matrix = centers
    return found


def _filled(matrix: Matrix, centers: Matrix, sample: Matrix, tick: Tick) -> tuple[Any, bool]:
    """Return the inverted file with all rows in it, and whether they all had length 1."""
    import faiss

    count, dim = centers.shape
    coarse = faiss.IndexFlatIP(dim)
    coarse.add(centers)
    byte, by_product = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    lists = faiss.IndexIVFScalarQuantizer(coarse, dim, count, byte, by_product, False)
    lists.train(sample)
    unit = True
    for _, block in _blocks(matrix):
        unit = unit and bool(np.allclose(lengths(block), 1, rtol=0, atol=_UNIT))
        lists.add(np.ascontiguousarray(unit_rows(block)))
        tick()
    return lists, unit


def _size(lists: Any) -> int:
    """Return the bytes of codes, row numbers and centers."""
    return int(lists.ntotal * (lists.code_size + 8) + 4 * lists.nlist * lists.d)


def _true_nearest(matrix: Matrix, asked: NDArray[np.int64], tick: Tick) -> Matrix:
    """Return the cosines of the exact nearest rows of each that is asked for, itself left out: (asked, 100)."""
    queries = unit_rows(np.array(matrix[asked]))
    best = np.full((len(asked), 0), 0, np.float32)
    for start, block in _blocks(matrix):
        cosines = queries @ unit_rows(block).T
        own = np.flatnonzero((asked >= start) & (asked < start + len(block)))
        cosines[own, asked[own] - start] = -np.inf
        best = np.concatenate([best, cosines], axis=1)
        cut = best.shape[1] - max(DEPTHS)
        best = np.partition(best, cut, axis=1)[:, cut:]
        tick()
    return np.sort(best, axis=1)[:, ::-1]


def _enough(
    matrix: Matrix, lists: Any, asked: NDArray[np.int64], true: Matrix, params: ApproximateParams, tick: Tick
) -> tuple[int, list[float]]:
    """Return into how many lists to look so that recall suffices at each depth, and what it is then."""
    probed = int(np.ceil(params.share * lists.nlist))
    while True:
        recalls = _recalls(matrix, lists, asked, true, probed)
        tick()
        if min(recalls) >= params.recall or probed == lists.nlist:
            return probed, recalls
        probed = min(2 * probed, lists.nlist)


def _recalls(matrix: Matrix, lists: Any, asked: NDArray[np.int64], true: Matrix, probed: int) -> list[float]:
    right = dict.fromkeys(DEPTHS, 0)
    for row, truth in zip(asked, true, strict=True):
        query = unit_rows(np.array(matrix[row : row + 1]))[0]
        others = candidates(lists, query, probed)
        others = others[others != row]
        found = np.sort(unit_rows(np.array(matrix[others])) @ query)[::-1]
        for depth in DEPTHS:
            right[depth] += int(np.count_nonzero(found[:depth] >= truth[depth - 1] - _EQUAL))
    return [round(right[depth] / (depth * len(asked)), 4) for depth in DEPTHS]


def _timed(matrix: Matrix, queries: Matrix, index: ApproximateIndex, tick: Tick) -> tuple[float, float]:
    """Return the median milliseconds of a query by the index and with every row compared."""
    known = background(matrix)
    ways: tuple[Callable[[Vector], object], ...] = (
        lambda query: score_nearest(matrix, query, index).best(DEPTHS[0]),
        lambda query: score_vectors(matrix, query, known).best(DEPTHS[0]),
    )
    taken: tuple[list[float], ...] = ([], [])
    for query in queries:
        for way, times in zip(ways, taken, strict=True):
            start = time.perf_counter()
            way(query)
            times.append(1000 * (time.perf_counter() - start))
        tick()
    return round(median(taken[0]), 2), round(median(taken[1]), 2)
