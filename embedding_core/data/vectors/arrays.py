"""Files of arrays: npy, npz and safetensors. Nothing in them is ever unpickled."""

import json
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix
from embedding_core.data.columns import ArrowColumn, column_from_values
from embedding_core.data.detect import check_unpacked
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport
from embedding_core.data.vectors.matrices import NUMBER_KINDS, as_matrix, check_kind, check_shape

VECTOR_COLUMN = "vector"
USUAL_NAMES = ("vectors", "vector", "embeddings", "embedding", "emb", "x", "features", "arr_0")
DAMAGE = (  # what numpy, zipfile and json raise on files that are cut, patched or made up
    *(ValueError, TypeError, KeyError, EOFError, OSError, RuntimeError, SyntaxError, tokenize.TokenError),
    *(struct.error, zipfile.BadZipFile, zlib.error),
)
TENSOR_TYPES = {  # https://github.com/huggingface/safetensors#format
    **{"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "BOOL": "?"},
    **{"I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1"},
}


@dataclass(frozen=True)
class _Entry:
    """One array of a file: known by its header, loaded when chosen."""

    name: str
    shape: tuple[int, ...]
    kind: str
    """NumPy's letter for the type: f, i, u, b, c, U, O, …"""
    load: Callable[[], NDArray[Any]]


def read_arrays(path: Path, form: Format, options: ReadOptions, name: str) -> RawTable:
    """Read the vectors of a file as a column, with its arrays of one value a row as further columns.

    Raises:
        InputError: the file is damaged, or no array in it is a matrix of numbers.
    """
    listed = {Format.NPY: _list_npy, Format.NPZ: _list_npz, Format.SAFETENSORS: _list_safetensors}[form]
    try:
        entries = listed(path, name)
        chosen = _choose(entries, options.sheet, name)
        check_kind(chosen.kind, name)
        check_shape(chosen.shape, name)
        matrix = as_matrix(chosen.load(), name)
    except DAMAGE as error:
        raise InputError(f"{name} is a damaged {form} file: {error}.", "Save it again.") from None
    names, columns = [VECTOR_COLUMN], [vector_column(matrix)]
    for entry in entries:
        if entry.shape == matrix.shape[:1] and entry.kind in NUMBER_KINDS + "U":
            names.append(entry.name)
            columns.append(_column(entry.load()))
    matrices = tuple(entry.name for entry in entries if len(entry.shape) == 2) if form is not Format.NPY else ()
    return RawTable(names, columns, ReadReport(form, sheet=chosen.name or None, sheets=matrices))


def read_values(path: Path, name: str) -> ArrowColumn:
    """Read an npy file with one value a row as a column.

    Raises:
        InputError: it is damaged, or has another shape.
    """
    try:
        (entry,) = _list_npy(path, name)
        if len(entry.shape) == 1 and entry.kind in NUMBER_KINDS + "U":
            return _column(entry.load())
    except DAMAGE as error:
        raise InputError(f"{name} is a damaged npy file: {error}.", "Save it again.") from None
    message = f"{name} has shape {entry.shape}; metadata has one number or text per row."
    raise InputError(message, "Save a one-dimensional array, or a table.")


def vector_column(matrix: Matrix) -> ArrowColumn:
    """Return (n, dim) as a column of vectors."""
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), matrix.shape[1])


def _choose(entries: list[_Entry], wanted: str | None, name: str) -> _Entry:
    """Return the array that holds the vectors: the one asked for, one of a usual name, or the largest."""
    if not entries:
        raise InputError(f"{name} has no array.", "Use a file with one array of shape (rows, dimensions).")
    by_name = {entry.name: entry for entry in entries}
    if wanted is not None and wanted not in by_name:
        raise InputError(f"{name} has no array {wanted!r}.", f"Choose one of: {', '.join(by_name)}.")
    if wanted is not None or len(entries) == 1:
        return by_name[wanted] if wanted is not None else entries[0]
    matrices = [entry for entry in entries if len(entry.shape) == 2 and entry.kind in NUMBER_KINDS]
    if not matrices:
        summary = ", ".join(f"{entry.name} {entry.shape}" for entry in entries[:5])
        raise InputError(
            f"No array of {name} is a matrix of numbers: {summary}.", "The shape must be (rows, dimensions)."
        )
    default = [entry for entry in matrices if entry.name.lower() in USUAL_NAMES]
    return max(default or matrices, key=lambda entry: math.prod(entry.shape))


def _column(array: NDArray[Any]) -> ArrowColumn:
    return column_from_values(array.tolist())


def _list_npy(path: Path, name: str) -> list[_Entry]:
    with path.open("rb") as file:
        shape, kind = _npy_header(file, path.stat().st_size, name)
    return [_Entry("", shape, kind, partial(np.load, path, allow_pickle=False))]


def _list_npz(path: Path, name: str) -> list[_Entry]:
    entries = []
    with zipfile.ZipFile(path) as archive:
        check_unpacked(sum(member.file_size for member in archive.infolist()), name)
        for member in archive.infolist():
            with archive.open(member) as file:
                shape, kind = _npy_header(file, member.file_size, name)
            key = member.filename.removesuffix(".npy")
            entries.append(_Entry(key, shape, kind, partial(_load_member, path, member.filename)))
    return entries


def _load_member(path: Path, member: str) -> NDArray[Any]:
    with zipfile.ZipFile(path) as archive, archive.open(member) as file:
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    return array


def _npy_header(file: IO[bytes], size: int, name: str) -> tuple[tuple[int, ...], str]:
    """Return the shape and kind of an array, having checked that the file is long enough to hold it."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if dtype.hasobject:
        return shape, "O"
    promised, held = math.prod(shape) * dtype.itemsize, size - file.tell()
    if promised > held:
        message = f"{name} is truncated: its header announces {promised:,} bytes, {held:,} are present."
        raise InputError(message, "Copy or download it again.")
    return shape, dtype.kind


def _list_safetensors(path: Path, name: str) -> list[_Entry]:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    held = path.stat().st_size - 8 - length
    entries = []
    for key, about in header.items():
        if about["dtype"] not in TENSOR_TYPES:
            continue
        shape, (begin, end), dtype = (
            tuple(about["shape"]),
            about["data_offsets"],
            np.dtype(TENSOR_TYPES[about["dtype"]]),
        )
        if not 0 <= begin <= end <= held or end - begin != math.prod(shape) * dtype.itemsize:
            message = f"{name} is damaged: {key!r} has shape {shape} but bytes {begin:,} to {end:,} of {held:,}."
            raise InputError(message, "Copy or download it again.")
        bfloat = about["dtype"] == "BF16"
        load = partial(_load_tensor, path, 8 + length + begin, shape, dtype, bfloat)
        entries.append(_Entry(key, shape, "f" if bfloat else dtype.kind, load))
    return entries


def _load_tensor(path: Path, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any], bfloat: bool) -> NDArray[Any]:
    array = np.fromfile(path, dtype, math.prod(shape), offset=offset).reshape(shape)
    # bfloat16 is the upper half of a float32.
    return (array.astype("<u4") << 16).view("<f4") if bfloat else array
