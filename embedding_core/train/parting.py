"""Splits whose test rows share no text with the training rows, or as little as possible.

Judgments of one query all hold that query, and triplets often share what does not belong: such rows cannot be parted
by all their texts. They are then parted by some, and what may be on both sides has a name.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]
Turns = NDArray[np.intp]

_OVER = 1.2
"""Groups are held out whole: so much more than was asked for is no harm."""
_ENOUGH = 0.5
"""Fewer than this share of the rows that were asked for is not worth measuring: they are parted another way."""
_LEAST_TRAINED = 0.5
"""At least this share of the rows that are not held out must be left when those between both sides are left out."""
_LEAST_OF_ONE_QUERY = 0.25
"""There is no other way to part these: half of the texts are on one side, and a quarter of the triplets."""


class Parting(StrEnum):
    """What test rows do not share with training rows."""

    TEXTS = "texts"
    """No text at all."""
    PAIRS = "pairs"
    """Of triplets: no first and no second text; the third may have been trained on."""
    QUERIES = "queries"
    """No first text; what belongs to it or does not may have been trained on."""
    DOCUMENTS = "documents"
    """No text but the first, the query."""
    FILE = "file"
    """A file of its own is measured whole, whatever it shares."""


_SHARED = {
    Parting.PAIRS: "the negative of a triplet",
    Parting.QUERIES: "the positives or negatives of a query",
    Parting.DOCUMENTS: "the query",
    Parting.FILE: "a text",
}


@dataclass(frozen=True, eq=False)
class Parted:
    """The training and the test rows, (n,) bool each; a row in neither is left out."""

    train: Mask
    test: Mask
    parting: Parting


def part(codes: Codes, held_out: float, rng: np.random.Generator) -> Parted:
    """Split rows of texts (n, columns), equal codes for equal texts, in the strictest way that leaves enough of both.

    Raises:
        InputError: the rows hang together so that no way does.
    """
    n, width = codes.shape
    wanted, rest = held_out * n, (1 - held_out) * n
    enough, floor = max(2.0, _ENOUGH * wanted), max(2.0, _LEAST_TRAINED * rest)
    held = _whole_groups(codes, wanted, min(_OVER * wanted, n - floor), rng)
    if held.sum() >= enough:
        return Parted(~held, held, Parting.TEXTS)
    for parting, columns in _by_query(width):
        train, held = _grown(codes, columns, _turns_by_query(codes, columns, rng), wanted, floor)
        if held.sum() >= enough and train.sum() >= floor:
            return Parted(train, held, parting)
    columns, floor = tuple(range(1, width)), max(2.0, _LEAST_OF_ONE_QUERY * rest)
    # Each text that is held out takes its rows from those to train on: no more than enough.
    train, held = _grown(codes, columns, _turns_by_column(codes, columns, rng), enough, floor)
    if held.sum() >= enough and train.sum() >= floor:
        return Parted(train, held, Parting.DOCUMENTS)
    raise InputError(
        f"All {n:,} rows share texts with each other, so no rows can be held out for measuring.",
        "Add rows with other texts, judge more queries, or measure on a separate file: train --test FILE.",
    )


def _by_query(width: int) -> tuple[tuple[Parting, tuple[int, ...]], ...]:
    """Return how rows of two or three texts are parted query by query, the strictest first, and by which columns."""
    by_pairs = ((Parting.PAIRS, (0, 1)),) if width > 2 else ()
    return (Parting.TEXTS, tuple(range(width))), *by_pairs, (Parting.QUERIES, (0,))


def _whole_groups(codes: Codes, wanted: float, most: float, rng: np.random.Generator) -> Mask:
    """Hold out whole groups of rows that share texts, so that nothing has to be left out."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = int(codes.max()) + 1
    first = np.repeat(codes[:, 0], codes.shape[1] - 1)
    edges = coo_matrix((np.ones(len(first)), (first, codes[:, 1:].ravel())), shape=(size, size))
    _, component = connected_components(edges, directed=False)
    group = component[codes[:, 0]]
    sizes = np.bincount(group)
    taken, chosen = 0, []
    for one in rng.permutation(np.flatnonzero(sizes)).tolist():
        # A group larger than all that is to be held out is trained on.
        if taken < wanted and taken + sizes[one] <= most:
            taken += int(sizes[one])
            chosen.append(one)
    return np.isin(group, chosen)


def _turns_by_query(codes: Codes, columns: tuple[int, ...], rng: np.random.Generator) -> Turns:
    """Return when each text is held out: all those of a query's rows at once."""
    _, query = np.unique(codes[:, 0], return_inverse=True)
    turn = rng.permutation(int(query.max()) + 1)[query]
    turns = np.full(int(codes.max()) + 1, len(codes))
    for column in columns:
        np.minimum.at(turns, codes[:, column], turn)
    return turns


def _turns_by_column(codes: Codes, columns: tuple[int, ...], rng: np.random.Generator) -> Turns:
    """Return when each text is held out: of each column the same share, whatever rows they stand in."""
    texts = [np.unique(codes[:, column]) for column in columns]
    most = max(map(len, texts))
    turns = np.full(int(codes.max()) + 1, len(codes))
    for of_column in texts:
        turn = np.arange(len(of_column)) * most // len(of_column)
        np.minimum.at(turns, rng.permutation(of_column), turn)
    return turns


def _grown(codes: Codes, columns: tuple[int, ...], turns: Turns, wanted: float, floor: float) -> tuple[Mask, Mask]:
    """Hold out texts until so many rows have no others in these columns, or so few have none; return trained, measured.

    A row is trained on when it has none of those texts, and left out when it has some.
    """

    def sides(so_far: int) -> tuple[Mask, Mask]:
        held = turns < so_far
        train: Mask = ~np.asarray(held[codes].any(axis=1))
        test: Mask = np.asarray(held[codes[:, columns]].all(axis=1))
        return train, test

    steps = range(len(codes))
    reached = bisect_left(steps, wanted, key=lambda step: int(sides(step)[1].sum()))
    kept = bisect_right(steps, -floor, key=lambda step: -int(sides(step)[0].sum())) - 1
    return sides(min(reached, kept))


def apart(parting: Parting, shared: int, left_out: int) -> str:
    """Return in a sentence or two what the test rows share with the training rows; both counts are rows."""
    sentence = "The rows for measuring share no text with the rows for training."
    if shared:
        sentence = f"{shared:,} of the rows for measuring share {_SHARED[parting]} with rows for training."
    return f"{sentence} {left_out:,} rows were skipped to keep the two sets apart." if left_out else sentence
