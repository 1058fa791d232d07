"""What a matrix of vectors must be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix
from embedding_core.data.table import check_rows

NUMBER_KINDS = "fiub"
"""NumPy's letters for the types that are numbers."""
CHECKED_ROWS = 65_536
STACK_HINT = "Save a plain numeric array: numpy.save(path, numpy.stack(rows).astype('float32'))."


def check_matrix(array: NDArray[Any], name: str) -> Matrix:
    """Return an array as an (n, dim) float32 matrix, once it is one.

    Raises:
        InputError: it holds no numbers, is no matrix, or has values that are not finite in float32.
    """
    check_kind(array.dtype.kind, name)
    check_shape(array.shape, name)
    check_rows(len(array), name, load_config())
    with np.errstate(over="ignore", invalid="ignore"):
        matrix: Matrix = np.ascontiguousarray(array, dtype=np.float32)
    _check_finite(array, matrix, name)
    return matrix


def check_kind(kind: str, name: str) -> None:
    """Refuse arrays of anything but numbers, told by NumPy's letter for the type.

    Raises:
        InputError: the values are no numbers.
    """
    if kind == "O":
        raise InputError(f"{name} holds Python objects, which are a pickle and can run code when opened.", STACK_HINT)
    if kind == "c":
        raise InputError(f"{name} contains complex numbers.", "Use their real parts or their absolute values.")
    if kind not in NUMBER_KINDS:
        what = {"U": "text", "S": "bytes", "V": "records of several fields"}.get(kind, "dates")
        raise InputError(
            f"{name} contains {what}, not numbers.", "Use an array of floats with shape (rows, dimensions)."
        )


def check_shape(shape: tuple[int, ...], name: str) -> None:
    """Refuse shapes that are not (n, dim) with at least one row of at least two numbers.

    Raises:
        InputError: it is another shape.
    """
    if len(shape) == 1:
        message = f"{name} is one row of {shape[0]:,} numbers, shape {shape}; it must be (rows, dimensions)."
        raise InputError(message, "Restore the shape with array.reshape(rows, -1).")
    if len(shape) != 2:
        message = f"{name} has shape {shape}; it must be (rows, dimensions)."
        raise InputError(message, "Make it two-dimensional with array.reshape(len(array), -1).")
    if shape[0] == 0:
        raise InputError(f"{name} has no rows, shape {shape}.", "Use an array with at least one row.")
    if shape[1] < 2:
        raise InputError(
            f"{name} has {shape[1]} dimensions, shape {shape}.", "Each vector needs at least two dimensions."
        )


def _check_finite(array: NDArray[Any], matrix: Matrix, name: str) -> None:
    bad = np.concatenate(
        [~np.isfinite(matrix[i : i + CHECKED_ROWS]).all(axis=1) for i in range(0, len(matrix), CHECKED_ROWS)]
    )
    if not bad.any():
        return
    rows = np.flatnonzero(bad)
    bad_rows = array[rows]
    if np.isnan(bad_rows).any():
        what = "NaN"
    else:
        what = "infinity" if np.isinf(bad_rows).any() else "numbers too large for float32"
    message = f"{name} has {what} in {len(rows):,} of {len(matrix):,} rows (first: row {rows[0]:,}, counting from 0)."
    raise InputError(message, "Remove these rows or find their cause; numpy.isfinite finds them.")
