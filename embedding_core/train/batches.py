"""Batches in which no example is the false negative of another."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def clean_batches(marks: NDArray[np.int32], size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Yield the rows of (n, m) marks in batches of at most `size`, in random order, no mark twice in a batch.

    With fewer marks than `size` all batches are smaller. A batch of one teaches nothing by comparison and is left out.
    """
    waiting = rng.permutation(len(marks)).tolist()
    own = [set(row) for row in marks.tolist()]
    while waiting:
        batch: list[int] = []
        taken: set[int] = set()
        passed = []
        for place, row in enumerate(waiting):
            if len(batch) == size:
                passed.extend(waiting[place:])
                break
            if taken.isdisjoint(own[row]):
                batch.append(row)
                taken |= own[row]
            else:
                passed.append(row)
        waiting = passed
        if len(batch) > 1:
            yield batch


def plain_batches(count: int, size: int, rng: np.random.Generator) -> Iterator[list[int]]:
    """Yield all rows in batches, in random order."""
    order = rng.permutation(count).tolist()
    for start in range(0, count, size):
        yield order[start : start + size]
