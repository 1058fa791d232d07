"""Recall, nDCG and search time of smaller vectors, with held-out rows as queries."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.base.vectors import as_matrix, unit_rows
from embedding_core.compress.judged import Judged, ndcg
from embedding_core.compress.precision import Coded, Precision, code
from embedding_core.compress.rescoring import rescore
from embedding_core.compress.result import Compression, Quality, Trial, TruncationCheck
from embedding_core.compress.shortening import Reduction, Shortening, default_dims, shortenings

LEAST_ROWS = 50
_DRAWS = 5
_TIMED = 30
_EQUAL = 1e-6
"""Cosines closer than this are equal: float32's rounding."""


@dataclass(frozen=True)
class CompressionParams:
    """The dimensions, precisions and rescorings to try, and the rows to try them on."""

    k: int = 10
    """Number of neighbors."""
    queries: int = 200
    """Number of test queries: rows drawn at random, at most a fifth of them."""
    dims: tuple[int, ...] = ()
    """Numbers of dimensions to try; by default the powers of two below the full number."""
    precisions: tuple[Precision, ...] = tuple(Precision)
    """Number formats to try."""
    rescorings: tuple[int, ...] = (2, 4, 8, 16)
    """Multiples of k: so many candidates are rescored with the full vectors."""
    most_rows: int = 50_000
    """Rows to index at most; larger data is sampled."""
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "dims", tuple(self.dims))
        object.__setattr__(self, "precisions", tuple(map(Precision, self.precisions)))
        object.__setattr__(self, "rescorings", tuple(sorted(self.rescorings)))
        if not 1 <= self.k <= LEAST_ROWS // 2 or self.queries < 1 or self.most_rows < LEAST_ROWS:
            raise ParameterError(
                f"{self.k} neighbors of {self.queries} test queries among {self.most_rows} rows cannot be measured.",
                f"Choose 1 to {LEAST_ROWS // 2} neighbors, at least 1 item and {LEAST_ROWS} rows.",
            )
        if any(dims < 1 for dims in self.dims) or any(size < 1 for size in self.rescorings):
            raise ParameterError(
                f"The dimensions are {self.dims}, the rescoring factors {self.rescorings}.",
                "Choose 1 or more for each.",
            )


def compress(
    matrix: Matrix,
    params: CompressionParams = CompressionParams(),
    judged: Judged | None = None,
    progress: Progress = no_progress,
) -> Compression:
    """Compress (n, dim) rows in every way asked for, and measure how many cosine neighbors each way keeps.

    Args:
        matrix: the rows.
        params: what to try. A size that is not below `dim` is left out.
        judged: queries with judgments on all n rows, for the nDCG.
        progress: called with the number of forms that are done.

    Raises:
        InputError: there are fewer than 50 rows, or judgments do not fit them.
    """
    import faiss

    rows = unit_rows(as_matrix(matrix))
    n, dim = rows.shape
    if n < LEAST_ROWS:
        raise InputError(f"{n} rows are too few to measure compression.", f"Use at least {LEAST_ROWS} rows.")
    if judged is not None:
        judged.check(n, dim)
    ground = _Ground.of(rows, params, judged)
    dims = params.dims or default_dims(dim)
    ways = shortenings(ground.kept, tuple(size for size in dims if size < dim))
    trials: list[Trial] = []
    threads = faiss.omp_get_max_threads()
    # One core: with two, times on a busy machine are those of whoever waits for the other.
    faiss.omp_set_num_threads(1)
    try:
        for way in ways:
            for precision in params.precisions:
                progress(len(trials), len(ways) * len(params.precisions))
                trials.append(ground.trial(way, precision))
    finally:
        faiss.omp_set_num_threads(threads)
    checks = tuple(ground.check(way.dims, ways) for way in ways if way.reduction is Reduction.TRUNCATED)
    progress(len(trials), len(trials))
    answered = 0 if judged is None else len(judged.answered)
    return Compression(tuple(trials), checks, params.k, n, dim, len(ground.kept), len(ground.asked), answered)


@dataclass(frozen=True, eq=False)
class _Ground:
    """The rows that are searched, the held-out queries and their true neighbors."""

    params: CompressionParams
    kept: Matrix
    asked: Matrix
    rest: Matrix
    """The rows that are not kept: they join the others when judged queries ask."""
    order: NDArray[np.int64]
    """The row at each place of kept and rest; with judgments all rows are there."""
    cosines: Matrix
    """(asked, kept)."""
    kth: Matrix
    """(asked, 1): the cosine of the k-th nearest, less rounding."""
    full: Matrix
    """Kept and rest."""
    judged: Judged | None

    @classmethod
    def of(cls, rows: Matrix, params: CompressionParams, judged: Judged | None) -> "_Ground":
        n = len(rows)
        order = np.random.default_rng(params.seed).permutation(n)
        drawn = min(n, params.most_rows)
        held = min(params.queries, drawn // 5)
        # Last come the rows held out, before them what the sample has no room for and judged queries alone ask for.
        if judged is None:
            order = np.concatenate([order[: drawn - held], order[n - held :]])
        full = np.ascontiguousarray(rows[order])
        kept, asked = full[: drawn - held], full[len(full) - held :]
        cosines = asked @ kept.T
        place = len(kept) - params.k
        kth = np.partition(cosines, place, axis=1)[:, [place]] - np.float32(_EQUAL)
        return cls(params, kept, asked, full[drawn - held :], order, cosines, kth, full, judged)

    def recall(self, found: NDArray[np.int64]) -> float:
        """Return the recall of (asked, k) found rows: a row counts when it is as near as the k-th nearest."""
        return float((np.take_along_axis(self.cosines, found, axis=1) >= self.kth).mean())

    def trial(self, way: Shortening, precision: Precision) -> Trial:
        """Compress the rows in one way and measure it."""
        k, rescorings = self.params.k, self.params.rescorings
        if way.reduction is Reduction.NONE and precision is Precision.FLOAT32:
            rescorings = ()
        coded = code(way.apply(self.kept), precision)
        asked = way.apply(self.asked)
        # Of nested candidates the first are those of a smaller search.
        found = coded.nearest(asked, min(len(self.kept), k * max((1, *rescorings))))
        recalls, times = {0: self.recall(found[:, :k])}, {0: _milliseconds(lambda one: coded.nearest(one, k), asked)}
        for size in rescorings:
            recalls[size] = self.recall(rescore(self.kept, self.asked, found[:, : k * size], k))
            times[size] = self._rescored_milliseconds(coded, asked, min(len(self.kept), k * size))
        gains = self._gains(coded, way, rescorings)
        qualities = tuple(Quality(size, recalls[size], gains.get(size), times[size]) for size in recalls)
        fixed = coded.fixed_bytes + (0 if way.axes is None else way.axes.nbytes)
        return Trial(way.reduction, way.dims, precision, coded.item_bytes, fixed, qualities)

    def _rescored_milliseconds(self, coded: Coded, asked: Matrix, count: int) -> float:
        full = iter(self.asked)

        def search(one: Matrix) -> None:
            rescore(self.kept, next(full)[None], coded.nearest(one, count), self.params.k)

        return _milliseconds(search, asked)

    def _gains(self, coded: Coded, way: Shortening, rescorings: tuple[int, ...]) -> dict[int, float]:
        """Return the nDCG by the size of the second look, over all rows."""
        if self.judged is None:
            return {}
        k, queries = self.params.k, unit_rows(as_matrix(self.judged.queries))
        coded.add(way.apply(self.rest))
        found = coded.nearest(way.apply(queries), min(len(self.full), k * max((1, *rescorings))))
        gains = {0: ndcg(self.judged, self.order[found[:, :k]])}
        for size in rescorings:
            gains[size] = ndcg(self.judged, self.order[rescore(self.full, queries, found[:, : k * size], k)])
        return gains

    def check(self, dims: int, ways: list[Shortening]) -> TruncationCheck:
        """Compare truncation with as many dimensions drawn at random, and with PCA."""
        first, pca = (self._exact(way.apply(self.asked), way.apply(self.kept)) for way in ways if way.dims == dims)
        rng = np.random.default_rng(self.params.seed)
        draws = [rng.permutation(self.full.shape[1])[:dims] for _ in range(_DRAWS)]
        drawn = tuple(self._exact(unit_rows(self.asked[:, some]), unit_rows(self.kept[:, some])) for some in draws)
        return TruncationCheck(dims, first, drawn, pca)

    def _exact(self, asked: Matrix, kept: Matrix) -> float:
        """Return the recall of an exact search in another space."""
        products = asked @ kept.T
        place = products.shape[1] - self.params.k
        return self.recall(np.argpartition(products, place, axis=1)[:, place:].astype(np.int64))


def _milliseconds(search: Callable[[Matrix], object], queries: Matrix) -> float:
    """Return the median time of a search for one query."""
    times = []
    for place in range(min(_TIMED, len(queries))):
        start = time.perf_counter()
        search(queries[place : place + 1])
        times.append(time.perf_counter() - start)
    return 1000 * median(times)
