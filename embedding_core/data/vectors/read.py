"""Vectors that come ready-made, with what is known of each."""

from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix
from embedding_core.data.columns import holds_vectors, unique_names
from embedding_core.data.detect import check_size
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport, Table, finish, text_column
from embedding_core.data.tables.decode import decode
from embedding_core.data.tables.records import split_lines
from embedding_core.data.vectors.arrays import VECTOR_COLUMN
from embedding_core.data.vectors.matrices import check_matrix

_AUTO = ReadOptions()


def vector_columns(table: Table) -> list[str]:
    """Return the columns whose cells are vectors of one length."""
    return [str(name) for name in table.frame.columns if holds_vectors(table.frame[name])]


def matrix_of(table: Table, column: str, name: str) -> Matrix:
    """Return a column of vectors as an (n, dim) float32 matrix.

    Raises:
        InputError: there is no such column, cells are empty, lengths differ, or values are not finite.
    """
    if column not in vector_columns(table):
        has = ", ".join(vector_columns(table)) or "none"
        raise InputError(f"{name} has no column of vectors {column!r}.", f"Columns of vectors: {has}.")
    cells = table.frame[column]
    if (missing := np.flatnonzero(cells.isna())).size:
        message = f"Column {column!r} of {name} has no vector in {missing.size:,} of {len(cells):,} rows"
        raise InputError(f"{message} (first: row {missing[0]:,}, counting from 0).", "Remove these rows.")
    lengths = cells.map(len)
    if (low := lengths.min()) != (high := lengths.max()):
        message = f"The vectors in column {column!r} of {name} have {low:,} to {high:,} numbers."
        raise InputError(message, "All must have the same length.")
    return check_matrix(np.stack(cells.to_list()), f"Column {column!r} of {name}")


def read_vectors(
    path: Path,
    name: str,
    companion: Path | None = None,
    companion_name: str | None = None,
    options: ReadOptions = _AUTO,
) -> Table:
    """Read vectors as a table with one column of them, what a companion file says of each row beside it.

    Args:
        path: npy, npz, safetensors, a table with a column of lists, or numbers between tabs (TensorFlow Projector).
        name: what the file is called.
        companion: a table with one row a vector; a .tsv is read as the Projector does: a header from two columns on.
        companion_name: what it is called.
        options: which array or sheet to take.

    Raises:
        InputError: there are no vectors, they cannot be used, or the companion has another number of rows.
    """
    table = read_table(path, name, options)
    columns = vector_columns(table)
    if not columns:
        table, columns = _pack(table, name), [VECTOR_COLUMN]
    matrix_of(table, columns[0], name)
    if companion is None:
        return table
    known_as = companion_name or companion.name
    about = _read_companion(companion, known_as, len(table.frame))
    if len(about.frame) != len(table.frame):
        message = f"{name} has {len(table.frame):,} vectors but {known_as} has {len(about.frame):,} rows."
        raise InputError(message, "Each vector needs exactly one row.")
    frame = pd.concat([table.frame, about.frame], axis=1)
    frame.columns = pd.Index(unique_names(list(frame.columns))[0])
    notes = (*table.how.notes, *about.how.notes)
    return Table(frame, replace(table.how, columns=frame.shape[1], notes=notes))


def _pack(table: Table, name: str) -> Table:
    """Return a table of numbers and nothing else as a table with one column of vectors."""
    frame = table.frame
    if not all(pd.api.types.is_numeric_dtype(dtype) for dtype in frame.dtypes):
        message = (
            f"{name} contains no vectors: it has no column of lists of numbers, and not all of its columns are numbers."
        )
        raise InputError(
            message, "Supported are npy, npz, safetensors, a Parquet list column, and tab-separated numbers."
        )
    matrix = check_matrix(frame.to_numpy(np.float64, na_value=np.nan), name)
    return Table(pd.DataFrame({VECTOR_COLUMN: list(matrix)}), replace(table.how, columns=1))


def _read_companion(path: Path, name: str, rows: int) -> Table:
    if PurePath(name).suffix.lower() != ".tsv":
        return read_table(path, name)
    check_size(path, name)
    decoded = decode(path.read_bytes(), None, name)
    lines = [line.rstrip("\r\n") for line in split_lines(decoded.data.decode())]
    cells = [line.split("\t") for line in lines]
    width = len(cells[0])
    # Of one column the Projector expects no header, of several it does; the number of vectors tells what was written.
    header = len(cells) == rows + 1 if len(cells) in (rows, rows + 1) else width > 1
    names = cells.pop(0) if header else [f"column {i + 1}" for i in range(width)] if width > 1 else ["label"]
    columns = [text_column([row[i] if i < len(row) else "" for row in cells]) for i in range(width)]
    report = ReadReport(Format.TSV, decoded.encoding, "\t", header, notes=decoded.notes)
    return finish(RawTable(names, columns, report, as_text=True), name)
