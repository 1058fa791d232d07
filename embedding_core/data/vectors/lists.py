"""Lists of numbers in the cells of a column, as vectors of one length."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at
from numpy.typing import NDArray

MIN_DIM = 2
SAME_LENGTH = 0.8
"""Of the lists that hold something, at least this share must have one length; the others are then left empty."""


@dataclass(frozen=True, eq=False)
class ListColumn:
    """A column of vectors; None where its lists are none."""

    column: pa.ChunkedArray | None
    """Fixed-size lists of float, null where a row has no vector."""
    warning: str = ""
    """What a person has to see of it, to follow the column's name."""


def is_list(kind: pa.DataType) -> bool:
    """Say whether an Arrow type is one of lists."""
    return bool(at.is_list(kind) or at.is_large_list(kind) or at.is_fixed_size_list(kind))


def is_number_list(kind: pa.DataType) -> bool:
    """Say whether an Arrow type is one of lists of numbers."""
    return is_list(kind) and bool(at.is_floating(kind.value_type) or at.is_integer(kind.value_type))


def is_vector_list(kind: pa.DataType) -> bool:
    """Say whether an Arrow type is one of lists of lists of numbers, however deep."""
    return is_list(kind) and (is_number_list(kind.value_type) or is_vector_list(kind.value_type))


def equal_lists(column: pa.ChunkedArray) -> ListColumn:
    """Return lists of numbers as vectors when nearly all have one length; the others become null."""
    lengths = pc.list_value_length(column)
    counts = {int(c["values"]): int(c["counts"]) for c in pc.value_counts(lengths).to_pylist() if c["values"]}
    if not counts:
        return ListColumn(None)
    dim, filled = max(counts, key=lambda length: counts[length]), sum(counts.values())
    if dim < MIN_DIM:
        return ListColumn(None)
    if counts[dim] < SAME_LENGTH * filled:
        low, high = min(counts), max(counts)
        return ListColumn(None, f"contains lists of {low:,} to {high:,} numbers, so it was not read as vectors.")
    number = column.type.value_type
    number = number if at.is_floating(number) else pa.float64()
    if counts[dim] == len(column):
        return ListColumn(column.cast(pa.list_(number, dim)))
    whole = np.asarray(pc.fill_null(pc.equal(lengths, dim), False))
    flat = pc.list_flatten(column.filter(pa.array(whole))).cast(number)
    vectors = np.zeros((len(column), dim), flat.to_numpy().dtype)
    vectors[whole] = flat.to_numpy().reshape(-1, dim)
    found = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), dim, mask=pa.array(~whole))
    wrong = np.flatnonzero(~whole & (np.asarray(pc.fill_null(lengths, 0)) > 0))
    return ListColumn(pa.chunked_array([found]), _of_another_length(wrong, dim))


def mean_lists(column: pa.ChunkedArray) -> ListColumn:
    """Return lists of vectors as the mean vector of each row.

    Several vectors a row are those of tokens, patches or passages: none of them is the row, and their mean is what most
    encoders make of them.
    """
    inner = _one_chunk(column)
    rows: NDArray[np.int64] = np.arange(len(column))
    while is_list(inner.type.value_type):
        rows = rows[pc.list_parent_indices(inner).to_numpy(zero_copy_only=False)]
        inner = pc.list_flatten(inner)
    lengths = np.asarray(pc.fill_null(pc.list_value_length(inner), 0))
    rows = rows[lengths > 0]
    sizes = np.unique(lengths[lengths > 0])
    if len(sizes) == 0 or sizes[0] < MIN_DIM:
        return ListColumn(None)
    if len(sizes) > 1:
        what = f"contains vectors of {sizes[0]:,} to {sizes[-1]:,} numbers, so it was not read as vectors."
        return ListColumn(None, what)
    dim = int(sizes[0])
    flat = pc.list_flatten(inner).cast(pa.float64()).to_numpy(zero_copy_only=False).reshape(-1, dim)
    held = np.bincount(rows, minlength=len(column))
    sums = np.zeros((len(column), dim))
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    sums[rows[starts]] = np.add.reduceat(flat, starts)
    means = (sums / np.maximum(held, 1)[:, None]).astype(np.float32)
    found = pa.FixedSizeListArray.from_arrays(pa.array(means.reshape(-1)), dim, mask=pa.array(held == 0))
    if held.max() == 1:
        return ListColumn(pa.chunked_array([found]))
    few, many = held[held > 0].min(), held.max()
    counted = f"{many:,}" if few == many else f"{few:,} to {many:,}"
    return ListColumn(pa.chunked_array([found]), f"contains {counted} vectors per row; the mean of each row is used.")


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def _of_another_length(rows: NDArray[np.intp], dim: int) -> str:
    if not len(rows):
        return ""
    lists = "1 list" if len(rows) == 1 else f"{len(rows):,} lists"
    return f"has {lists} of another length than {dim:,} (first: row {rows[0]:,}, counting from 0), taken for missing."
