"""Vectors that come ready-made, with what is known of each."""

from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices, Matrix
from embedding_core.data.columns import holds_vectors, unique_names
from embedding_core.data.detect import check_size, find_format
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport, Table, finish, text_column
from embedding_core.data.tables.decode import Text, open_text
from embedding_core.data.tables.records import iterate_lines
from embedding_core.data.vectors.arrays import VECTOR_COLUMN, read_values, vector_column
from embedding_core.data.vectors.binary import read_raw_floats
from embedding_core.data.vectors.lists import SAME_LENGTH
from embedding_core.data.vectors.matrices import as_matrix, finite_rows

NAMED = 5
"""So many rows without a vector are named."""
TAB_SEPARATED = (".tsv", ".tab", ".txt")
_AUTO = ReadOptions()


def vector_columns(table: Table) -> list[str]:
    """Return the columns whose cells are vectors of one length."""
    return [str(name) for name in table.frame.columns if holds_vectors(table.frame[name])]


@dataclass(frozen=True, eq=False)
class RowVectors:
    """The vectors of the rows that have one."""

    matrix: Matrix
    """(m, dim) float32, finite."""
    rows: Indices
    """(m,) the row of each, ascending."""
    warning: str = ""
    """Which rows have none, as a sentence; empty when all have one."""


def row_vectors(frame: pd.DataFrame, column: str, name: str) -> RowVectors:
    """Return the vectors in a column, without the rows that are empty or hold what is no finite number.

    Raises:
        InputError: there is no such column, no row has a vector, or lengths differ.
    """
    columns = [str(other) for other in frame.columns if holds_vectors(frame[other])]
    if column not in columns:
        raise InputError(
            f"{name} has no column of vectors {column!r}.", f"Columns of vectors: {', '.join(columns) or 'none'}."
        )
    cells = frame[column].reset_index(drop=True)
    filled = cells[cells.notna()]
    lengths = filled.map(len)
    dim = int(lengths.mode()[0])
    if (lengths == dim).mean() < SAME_LENGTH:
        message = f"The vectors in column {column!r} of {name} have {lengths.min():,} to {lengths.max():,} numbers."
        raise InputError(message, "All must have the same length.")
    filled = filled[lengths == dim]
    matrix = as_matrix(np.stack(filled.to_list()), f"Column {column!r} of {name}")
    finite = finite_rows(matrix)
    rows: Indices = filled.index.to_numpy()[finite]
    without = np.setdiff1d(np.arange(len(cells)), rows)
    if not len(without):
        return RowVectors(matrix, rows)
    reasons = {
        "empty": int(cells.isna().sum()),
        f"not {dim:,} numbers": int((lengths != dim).sum()),
        "NaN or infinite": int((~finite).sum()),
    }
    why = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items() if count)
    if not len(rows):
        message = f"No row of {name} has a vector in column {column!r} ({why})."
        raise InputError(message, "numpy.isfinite finds the rows that are not finite.")
    # Its own index, since a sample has other row numbers than the table it was drawn from.
    named = ", ".join(str(frame.index[row]) for row in without[:NAMED]) + (", …" if len(without) > NAMED else "")
    verb = "has" if len(without) == 1 else "have"
    warning = (
        f"{len(without):,} of {len(cells):,} rows {verb} no vector in column {column!r} and "
        f"{'was' if len(without) == 1 else 'were'} left out ({why}; rows {named}, counting from 0)."
    )
    return RowVectors(matrix[finite], rows, warning)


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
    raw_floats = find_format(path, name) is Format.RAW_FLOATS
    if companion is not None and raw_floats:
        table = _raw_floats(path, name, companion, companion_name or companion.name)
    else:
        table = read_table(path, name, options)
    if not vector_columns(table):
        table = _pack(table, name)
    if companion is None:
        return table
    known_as = companion_name or companion.name
    about = read_companion(companion, known_as, len(table.frame))
    if len(about.frame) != len(table.frame):
        message = f"{name} has {len(table.frame):,} vectors but {known_as} has {len(about.frame):,} rows."
        raise InputError(message, "Each vector needs exactly one row.")
    frame = pd.concat([table.frame, about.frame], axis=1)
    frame.columns = pd.Index(unique_names(list(frame.columns))[0])
    notes, warnings = (*table.how.notes, *about.how.notes), (*table.how.warnings, *about.how.warnings)
    return Table(frame, replace(table.how, columns=frame.shape[1], notes=notes, warnings=warnings))


def _raw_floats(path: Path, name: str, companion: Path, companion_name: str) -> Table:
    """Read bare numbers as a matrix of as many rows as the companion has, its first line a header or not."""
    if PurePath(companion_name).suffix.lower() in TAB_SEPARATED:
        lines = _lines(companion, companion_name)[0]
        rows = [len(lines) - 1, len(lines)] if "\t" in lines[0] else [len(lines), len(lines) - 1]
    else:
        rows = [len(read_table(companion, companion_name).frame)]
    matrix = read_raw_floats(path, rows, name)
    return finish(RawTable([VECTOR_COLUMN], [vector_column(matrix)], ReadReport(Format.RAW_FLOATS)), name)


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
    matrix = as_matrix(frame.to_numpy(np.float64, na_value=np.nan), name)
    return Table(pd.DataFrame({VECTOR_COLUMN: list(matrix)}), replace(table.how, columns=1))


def read_companion(path: Path, name: str, rows: int) -> Table:
    """Read what a file says of each of so many vectors.

    A list of one column has a header when it has one line more than there are vectors. Blank lines at its end are
    none; within it each stands for an empty label.

    Raises:
        InputError: it cannot be read.
    """
    if find_format(path, name) is Format.NPY:
        values, about = read_values(path, name), ReadReport(Format.NPY)
        return finish(RawTable([PurePath(name).stem], [values], about), name)
    if PurePath(name).suffix.lower() not in TAB_SEPARATED:
        table = read_table(path, name)
        header = {rows + 1: True, rows - 1: False}.get(len(table.frame))
        # A header that was taken for a row, or a row for a header: the number of vectors tells which.
        if header is not None and table.how.header is not None and table.how.header is not header:
            again = read_table(path, name, ReadOptions(header=header))
            return again if len(again.frame) == rows else table
        return table
    lines, text = _lines(path, name, rows)
    cells = [line.split("\t") for line in lines]
    width = len(cells[0])
    # Of one column the Projector expects no header, of several it does; the number of vectors tells what was written.
    header = len(cells) == rows + 1 if len(cells) in (rows, rows + 1) else width > 1
    names = cells.pop(0) if header else [f"column {i + 1}" for i in range(width)] if width > 1 else ["label"]
    columns = [text_column([row[i] if i < len(row) else "" for row in cells]) for i in range(width)]
    report = ReadReport(Format.TSV, text.encoding, "\t", header, notes=text.notes, warnings=text.warnings)
    return finish(RawTable(names, columns, report, as_text=True), name)


def _lines(path: Path, name: str, rows: int = 0) -> tuple[list[str], Text]:
    """Return the lines of a text, without blank ones at its end beyond so many rows; and the text."""
    check_size(path, name)
    text = open_text(lambda: path.open("rb"), None, name)
    lines = [line.rstrip("\r\n") for line in iterate_lines(text.blocks())]
    while len(lines) > max(1, rows) and not lines[-1].strip():
        lines.pop()
    return lines, text
