"""Columns of numbers that are one vector: a matrix written as a table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at

from embedding_core.base.types import Matrix
from embedding_core.data.columns import ArrowColumn
from embedding_core.data.table import RawTable
from embedding_core.data.vectors.arrays import VECTOR_COLUMN, vector_column
from embedding_core.data.vectors.matrices import finite_rows
from embedding_core.data.vectors.names import LIKELY, is_usual, name_words

MIN_PACKED = 8
"""Fewer numbered columns beside others are a table."""
HEAD = 200
MAX_GAPS = 0.2
"""A table in which a larger share of rows lacks a number is one of features."""

_NUMBERED = re.compile(r"(.*?)[\s_.\-\[(]*(\d{1,5})[\])]?", re.DOTALL)


@dataclass(frozen=True)
class _Run:
    """Neighboring columns whose names count up: `stop` is behind the last one."""

    start: int
    stop: int
    prefix: str


def pack_numbers(raw: RawTable, name: str) -> RawTable:
    """Return a table whose numbered columns of numbers have become one column of vectors each.

    A matrix that was written as a table has no header (TensorFlow Projector, `numpy.savetxt`), or one that counts:
    `0` to `383` (pandas), `emb_0` to `emb_383`, `V1` to `V28`.
    """
    raw = _without_counted_row(raw)
    columns = raw.columns
    if not columns or len(columns[0]) == 0:
        return raw
    names = [str(column or "") for column in raw.names]
    others = len(columns) - int(_is_index(names[0], columns[0]))
    numeric = [_numbers(column.slice(0, HEAD)) is not None for column in columns]
    packed: dict[int, tuple[_Run, Matrix]] = {}
    for run in _runs(names, numeric):
        matrix = _matrix(columns[run.start : run.stop])
        if matrix is not None and _is_vector(run, matrix, whole=run.stop - run.start == others):
            packed[run.start] = (run, matrix)
    if not packed:
        return raw
    new_names, new_columns, at_column = [], [], 0
    notes, warnings = list(raw.how.notes), list(raw.how.warnings)
    while at_column < len(columns):
        if at_column not in packed:
            new_names.append(raw.names[at_column])
            new_columns.append(columns[at_column])
            at_column += 1
            continue
        run, matrix = packed[at_column]
        new_names.append(_name(run, names))
        new_columns.append(vector_column(matrix))
        at_column = run.stop
        whole = len(matrix[0]) == others
        said = notes if whole or is_usual(run.prefix) else warnings
        said.append(_sentence(run, names, raw.how.header, whole))
    report = replace(raw.how, notes=tuple(notes), warnings=tuple(warnings))
    return replace(raw, names=new_names, columns=new_columns, how=report)


def _without_counted_row(raw: RawTable) -> RawTable:
    """Return a table of numbers without a first row that counts its columns: a header that was taken for a row.

    Beside an index that header has no number; the index goes with it.
    """
    rows = len(raw.columns[0]) if raw.columns else 0
    if raw.how.header is not False or rows < 2 or len(raw.columns) < 2:
        return raw
    first = [_numbers(column.slice(0, 1)) for column in raw.columns]
    counted = [None if cell is None else cell[0].as_py() for cell in first]
    indexed = counted[0] is None
    kept = counted[indexed:]
    if len(kept) < 2 or kept not in (list(range(len(kept))), list(range(1, len(kept) + 1))):
        return raw
    columns = [column.slice(1) for column in raw.columns[indexed:]]
    matrix = _matrix([column.slice(0, HEAD) for column in columns])
    if matrix is None or not (matrix % 1 != 0).any():
        return raw
    names = [str(int(number)) for number in kept]
    return replace(raw, names=names, columns=columns, how=replace(raw.how, header=True))


def _is_index(name: str, column: ArrowColumn) -> bool:
    """Say whether a column without a name counts the rows, as pandas writes it."""
    if name and not name.startswith("Unnamed"):
        return False
    numbers = _numbers(column)
    return numbers is not None and bool((np.asarray(numbers) == np.arange(len(column))).all())


def _runs(names: Sequence[str], numeric: Sequence[bool]) -> list[_Run]:
    """Return the runs of numeric columns of one prefix that count up, from 0 or 1 unless they have no names."""
    runs: list[_Run] = []
    start, last = 0, None
    for place, name in enumerate([*names, ""]):
        match = _NUMBERED.fullmatch(name) if place < len(names) and numeric[place] else None
        found = (match[1], int(match[2])) if match else None
        if last is not None and found != (last[0], last[1] + 1):
            runs.append(_Run(start, place, last[0]))
            last = None
        if last is None:
            start = place
        last = found
    first = [int(m[2]) if (m := _NUMBERED.fullmatch(names[run.start])) else 0 for run in runs]
    return [run for run, number in zip(runs, first, strict=True) if number in (0, 1) or run.prefix == "column"]


def _is_vector(run: _Run, matrix: Matrix, *, whole: bool) -> bool:
    finite = finite_rows(matrix)
    if np.mean(~finite) > MAX_GAPS:
        return False
    dim = run.stop - run.start
    fractions = bool((matrix[finite][:HEAD] % 1 != 0).any())
    # Whole numbers above fractions are names, such as years, that were taken for a row.
    if whole and fractions and len(matrix) > 1 and not (matrix[0] % 1 != 0).any() and (matrix[1] % 1 != 0).all():
        return False
    if whole:
        return dim >= MIN_PACKED or (dim > 1 and fractions)
    return dim >= MIN_PACKED and (fractions or is_usual(run.prefix) or bool(name_words(run.prefix) & LIKELY))


def _matrix(columns: Sequence[ArrowColumn]) -> Matrix | None:
    """Return columns as (n, dim) float32, gaps as NaN; None when one holds something else than numbers."""
    matrix = np.empty((len(columns[0]), len(columns)), np.float32)
    for place, column in enumerate(columns):
        numbers = _numbers(column)
        if numbers is None:
            return None
        matrix[:, place] = np.asarray(pc.fill_null(numbers, float("nan")))
    return matrix


def _numbers(column: ArrowColumn) -> ArrowColumn | None:
    """Return a column as float32, null where a cell is empty; None when it is none of numbers."""
    if at.is_floating(column.type) or at.is_integer(column.type):
        return column.cast(pa.float64(), safe=False).cast(pa.float32(), safe=False)
    if not (at.is_string(column.type) or at.is_large_string(column.type)):
        return None
    trimmed = pc.utf8_trim_whitespace(column)
    try:
        numbers = pc.if_else(pc.equal(trimmed, ""), None, trimmed).cast(pa.float32())
    except pa.ArrowInvalid:
        return None
    return numbers if numbers.null_count < len(numbers) else None


def _name(run: _Run, names: Sequence[str]) -> str:
    others = {*names[: run.start], *names[run.stop :]}
    name = run.prefix if is_usual(run.prefix) else VECTOR_COLUMN
    return name if name not in others else f"{names[run.start]} to {names[run.stop - 1]}"


def _sentence(run: _Run, names: Sequence[str], header: bool | None, whole: bool) -> str:
    dim = f"{run.stop - run.start:,} dimensions"
    if whole and not header:
        return f"The file has no header and only numbers; it was read as vectors with {dim}."
    return f"Columns {names[run.start]!r} to {names[run.stop - 1]!r} were read as one vector with {dim}."
