"""Clean the columns of a file: names, types and limits."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as at

from embedding_core.base.config import Config
from embedding_core.data.vectors.lists import ListColumn, equal_lists, is_number_list, is_vector_list, mean_lists
from embedding_core.data.vectors.written import written_vectors

ArrowColumn: TypeAlias = pa.ChunkedArray | pa.Array

MAX_NAME_CHARS = 200

# More than 15 digits are an identifier, not a quantity, and would not survive a float or a browser.
INTEGER = r"^-?(0|[1-9][0-9]{0,14})$"
# An exponent counts only beside a decimal point or a sign: "1e5" may be a product code, "1e-05" is a number.
_PLAIN = r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?|-?\.[0-9]+"
_SCIENTIFIC = r"-?[0-9](\.[0-9]+)?[eE][+-][0-9]{1,3}|-?[0-9]\.[0-9]+[eE][0-9]{1,3}"
DECIMAL = rf"^({_PLAIN}|{_SCIENTIFIC})$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?$"


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A column in one of the types a frame holds; None when it had to be left out."""

    column: pa.ChunkedArray | None
    cut: int = 0
    """Cells shortened to the limit."""
    note: str = ""
    """What happened to the column, to follow its name; of one that is left out, the reason."""
    warning: str = ""
    """What a person has to see of it, to follow its name."""


def unique_names(names: Sequence[Any]) -> tuple[list[str], list[str]]:
    """Return column names as distinct, non-empty strings on one line, and a note when some had to change."""
    result: list[str] = []
    taken: set[str] = set()
    changed = 0
    for position, name in enumerate(names, start=1):
        plain = " ".join(str("" if name is None else name).split())
        base = plain[:MAX_NAME_CHARS] or f"column {position}"
        unique, copy = base, 1
        while unique in taken:
            copy += 1
            unique = f"{base} ({copy})"
        changed += unique != plain
        taken.add(unique)
        result.append(unique)
    if not changed:
        return result, []
    names = "1 column name was" if changed == 1 else f"{changed:,} column names were"
    return result, [f"{names} empty, repeated or over {MAX_NAME_CHARS} characters and changed."]


def column_from_values(values: list[Any]) -> ArrowColumn:
    """Return Python values as one Arrow column; values of several types become text, each as JSON writes it."""
    try:
        return pa.array(values, from_pandas=False)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([None if v is None else as_text(v) for v in values], type=pa.large_string())


def as_text(value: Any) -> str:
    """Return a value as text that UTF-8 can carry: strings as they are, the rest as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode() if re.search("[\ud800-\udfff]", text) else text


def clean_column(column: pa.ChunkedArray, config: Config) -> Cleaned:
    """Convert a column to text, integer, decimal, boolean, time or vectors; cells over the limit are truncated."""
    try:
        cleaned = _convert(column)
    except (pa.ArrowException, ValueError, OverflowError, UnicodeError) as error:
        return Cleaned(None, note=f"cannot be shown: {str(error).splitlines()[0][:120]}")
    if cleaned.column is None or not at.is_large_string(cleaned.column.type):
        return cleaned
    limit = config.max_cell_chars
    # Bytes are counted first because they are free, and never fewer than characters.
    if (pc.max(pc.binary_length(cleaned.column)).as_py() or 0) <= limit:
        return cleaned
    cut = pc.sum(pc.greater(pc.utf8_length(cleaned.column), limit)).as_py() or 0
    return Cleaned(pc.utf8_slice_codeunits(cleaned.column, 0, limit), cut, cleaned.note)


def _convert(column: pa.ChunkedArray) -> Cleaned:  # noqa: C901 - one branch a family of Arrow types
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _convert(pa.chunked_array([c.storage for c in column.chunks], type=kind.storage_type))
    if at.is_dictionary(kind):
        return _convert(column.cast(kind.value_type))
    if at.is_binary(kind) or at.is_large_binary(kind) or at.is_fixed_size_binary(kind) or at.is_binary_view(kind):
        return Cleaned(column.cast(pa.large_binary()).cast(pa.large_string()))
    if at.is_uint64(kind):
        return Cleaned(column.cast(pa.int64() if (pc.max(column).as_py() or 0) < 2**63 else pa.large_string()))
    if at.is_integer(kind):
        return Cleaned(column.cast(pa.int64()))
    if at.is_decimal(kind) and kind.scale <= 0:  # Whole numbers of up to 76 digits: a float would change them.
        largest = max((abs(value) for value in pc.min_max(column).as_py().values() if value is not None), default=0)
        return Cleaned(column.cast(pa.int64() if largest < 2**63 else pa.large_string()))
    if at.is_floating(kind) or at.is_decimal(kind):
        return Cleaned(column.cast(pa.float64()))
    if at.is_date(kind) or at.is_timestamp(kind):
        return Cleaned(_times(column))
    if at.is_boolean(kind):
        return Cleaned(column)
    if is_number_list(kind) or is_vector_list(kind):
        return _vectors(column)
    if at.is_nested(kind):
        return _nested(column)
    texts = column.cast(pa.large_string())
    written = written_vectors(texts)
    return Cleaned(texts if written.column is None else written.column, warning=written.warning)


def _times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Keep times in years 1 to 9999, which every later format can write; others become text."""
    if at.is_date(column.type):
        column = column.cast(pa.timestamp("ms"))
    years = pc.min_max(pc.year(column)).as_py()
    if years["min"] is not None and not 1 <= years["min"] <= years["max"] <= 9999:
        return column.cast(pa.large_string())
    return column


def _vectors(column: pa.ChunkedArray) -> Cleaned:
    """Keep lists of numbers as vectors, lists of vectors as their mean; what is neither is written as JSON."""
    found: ListColumn = equal_lists(column) if is_number_list(column.type) else mean_lists(column)
    if found.column is not None:
        return Cleaned(found.column, warning=found.warning)
    return Cleaned(_nested(column).column, warning=found.warning)


def _nested(column: pa.ChunkedArray) -> Cleaned:
    if "binary" in str(column.type):
        return Cleaned(None, note="holds binary data")
    texts = [None if value is None else as_text(value) for value in column.to_pylist()]
    return Cleaned(pa.chunked_array([pa.array(texts, type=pa.large_string())]))


def to_series(column: pa.ChunkedArray) -> "pd.Series[Any]":
    """Return the column as pandas holds it: integers and booleans with gaps in nullable types, vectors as objects."""
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    mapper = nullable.get if column.null_count and column.type in nullable else None
    series: pd.Series[Any] = column.to_pandas(types_mapper=mapper)
    return series


def holds_vectors(series: "pd.Series[Any]") -> bool:
    """Say whether the cells of a frame's column are vectors, as `to_series` makes them and Parquet gives them back."""
    if series.dtype != object:
        return False
    first = series.first_valid_index()
    cell = None if first is None else series.loc[first]
    return isinstance(cell, np.ndarray) and cell.ndim == 1 and cell.dtype.kind in "fiu"
