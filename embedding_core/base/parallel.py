"""Batches of rows in parallel, one batch per core at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from embedding_core.base.types import Progress

BATCHES_A_CORE = 2
"""At least as many where there are rows enough, so that cores end at about the same time."""


def in_batches(
    work: Callable[[range], None],
    rows: int,
    most: int,
    progress: Progress,
    cores: int,
    begin: Callable[[], None] | None = None,
) -> None:
    """Call `work` for all rows, at most so many at a time, from one thread a core; progress is in rows.

    `begin` is called in each thread first. What `progress` or `work` raises ends it, after the batches that have begun.
    """
    size = max(1, min(most, -(-rows // (cores * BATCHES_A_CORE))))
    batches = [range(start, min(rows, start + size)) for start in range(0, rows, size)]
    pool = ThreadPoolExecutor(cores, initializer=begin)
    try:
        for batch, _ in zip(batches, pool.map(work, batches), strict=True):
            progress(batch.stop, rows)
    finally:
        pool.shutdown(cancel_futures=True)
