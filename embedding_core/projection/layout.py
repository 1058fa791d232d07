"""Moving points until those joined by an edge lie together: UMAP's sampled gradient descent.

In an epoch every point moves past its sampled edges and some random points, all of which it sees where they lay when
the epoch began. So points can move at the same time on many cores, and the result is the one of a single core. Each
point draws its random numbers from a stream of its own.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np

from embedding_core.base.types import Indices, Matrix, Progress, Vector

_EDGES_PER_THREAD = 50_000
_REPULSIONS = 5
"""Random points pushed away from for each edge pulled at."""
_LONGEST_STEP = np.float32(4)
_TOUCHING = 0.001
"""Keeps the push finite between points that touch."""
_BIN_BITS = 15
"""Forces are tabulated by squared distance without this many of its last bits: 256 bins an octave, 0.2 % off at most.
A power costs more than all the rest of a move."""
_INFINITY_BITS = 0x7F800000
"""Float32's infinity; the bits of every smaller number from 0 on count up to it."""
# SplitMix64 (Steele, Lea and Flood 2014) starts a stream, Knuth's MMIX generator goes on with it.
_GOLDEN, _MIX, _MIX_AGAIN = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_TIMES, _PLUS = np.uint64(6364136223846793005), np.uint64(1442695040888963407)


def optimize(
    start: Matrix,
    edges: tuple[Indices, Indices, Vector],
    curve: tuple[float, float],
    epochs: int,
    seed: int,
    progress: Progress,
) -> Matrix:
    """Return the (n, dims) positions after all epochs; dims is at most 3.

    Args:
        start: (n, dims) positions.
        edges: the graph as a compressed sparse matrix: row offsets, columns, weights.
        curve: a and b of the affinity 1 / (1 + a d^2b) of two points at distance d.
        epochs: how often each point moves.
        seed: names the random numbers.
        progress: called with epochs.
    """
    n, dims = start.shape
    progress(0, epochs)
    offsets, tails, weights = edges
    edges, forces = (offsets, tails, weights / weights.max()), _forces(*curve)
    old = np.zeros((n, 3), np.float32)
    old[:, :dims] = start
    new = old.copy()
    threads = min(os.cpu_count() or 1, 1 + len(tails) // _EDGES_PER_THREAD)
    cuts = np.searchsorted(offsets, np.linspace(0, len(tails), threads + 1)).tolist()
    cuts[-1] = n
    sweep = _compiled_sweep()
    with ThreadPoolExecutor(threads) as pool:
        for epoch in range(epochs):
            step, stream = np.float32(1 - epoch / epochs), np.uint64(seed << 32 | epoch)
            moves = [
                pool.submit(sweep, old, new, edges, forces, step, epoch, stream, first, last)
                for first, last in pairwise(cuts)
            ]
            for move in moves:
                move.result()
            old, new = new, old
            progress(epoch + 1, epochs)
    return old[:, :dims].copy()


def _forces(a: float, b: float) -> tuple[Vector, Vector]:
    """Return pull and push, per unit of distance, for each bin of squared distance: section 3.2, equations 3 and 4."""
    bins = np.arange(_INFINITY_BITS >> _BIN_BITS, dtype=np.uint32)
    middles = (bins << _BIN_BITS) + (1 << (_BIN_BITS - 1))
    square = middles.view(np.float32).astype(np.float64)
    power = a * square**b
    pull = -2 * b * power / (square * (1 + power))
    push = 2 * b / ((_TOUCHING + square) * (1 + power))
    return pull.astype(np.float32), push.astype(np.float32)


@cache
def _compiled_sweep() -> Callable[..., None]:
    """Return `_sweep` as machine code, which numba keeps on disk; other threads run while it does."""
    import numba

    compiled: Callable[..., None] = numba.njit(nogil=True, fastmath=True, cache=True)(_sweep)
    return compiled


def _sweep(
    old: Matrix,
    new: Matrix,
    edges: tuple[Indices, Indices, Vector],
    forces: tuple[Vector, Vector],
    step: np.float32,
    epoch: int,
    stream: np.uint64,
    first: int,
    last: int,
) -> None:
    """Move points first … last - 1 once, from `old` to `new`: one epoch of Algorithm 5 of the UMAP paper."""
    offsets, tails, rates = edges
    pull, push = forces
    n = np.uint64(len(old))
    for i in range(first, last):
        x, y, z = old[i, 0], old[i, 1], old[i, 2]
        state = (stream + np.uint64(i) * _GOLDEN) * _GOLDEN
        state = (state ^ (state >> np.uint64(30))) * _MIX
        state = (state ^ (state >> np.uint64(27))) * _MIX_AGAIN
        for edge in range(offsets[i], offsets[i + 1]):
            # An edge of rate r is pulled at in a share r of the epochs, evenly.
            if int(epoch * rates[edge]) == int((epoch + 1) * rates[edge]):
                continue
            for draw in range(1 + _REPULSIONS):
                j = np.int64(tails[edge])
                if draw > 0:
                    state = state * _TIMES + _PLUS
                    j = np.int64(((state >> np.uint64(32)) * n) >> np.uint64(32))
                dx, dy, dz = x - old[j, 0], y - old[j, 1], z - old[j, 2]
                square = np.float32(dx * dx + dy * dy + dz * dz)
                if square == 0 or j == i:
                    continue
                place = square.view(np.int32) >> _BIN_BITS
                force = push[place] if draw > 0 else pull[place]
                x += step * min(max(force * dx, -_LONGEST_STEP), _LONGEST_STEP)
                y += step * min(max(force * dy, -_LONGEST_STEP), _LONGEST_STEP)
                z += step * min(max(force * dz, -_LONGEST_STEP), _LONGEST_STEP)
        new[i, 0], new[i, 1], new[i, 2] = x, y, z
