"""Export tables as CSV for spreadsheets or as Parquet for programs."""

import re
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from embedding_core.data.columns import holds_vectors

# What a spreadsheet takes for the beginning of a formula, full-width forms included:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile("^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")

_BLOCK_NUMBERS = 1 << 22
"""Arrow joins no more than 2 GB of text at once."""


def guard(cell: Any) -> Any:
    """Return a text that a spreadsheet would run as a formula with an apostrophe before it; all else as it is."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.match(cell):
        return f"'{cell}"
    return cell


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8, formulas guarded.

    Vectors are JSON lists, each number with as many digits as tell it from all others of its type: read back, they are
    the same to the last bit.

    It begins with a byte order mark: without one, Excel takes UTF-8 for the local code page and spoils every accent.
    """
    guarded = frame.copy(deep=False)
    for position, dtype in enumerate(frame.dtypes):
        if holds_vectors(frame.iloc[:, position]):
            guarded.isetitem(position, written_lists(frame.iloc[:, position]))
        elif not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_datetime64_any_dtype(dtype)):
            cells = frame.iloc[:, position].astype(object).map(guard, na_action="ignore")
            guarded.isetitem(position, cells.to_numpy())
    guarded.columns = pd.Index([guard(str(name)) for name in frame.columns])
    # Lines end as RFC 4180 says; then a lone carriage return inside a cell is quoted too.
    text = guarded.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig", "replace")


def written_lists(cells: "pd.Series[Any]") -> "np.ndarray[Any, np.dtype[np.object_]]":
    """Return vectors as JSON lists, one text a cell; None where there is none."""
    texts = np.full(len(cells), None, object)
    there = np.flatnonzero(cells.notna())
    vectors = [cells.iloc[place] for place in there]
    size = max(1, _BLOCK_NUMBERS // max(map(len, vectors), default=1))
    for start in range(0, len(vectors), size):
        block = vectors[start : start + size]
        flat = np.concatenate(block)
        numbers = pc.cast(pa.array(flat if flat.dtype != np.float16 else flat.astype(np.float32)), pa.string())
        lists = pa.ListArray.from_arrays(pa.array(np.cumsum([0, *map(len, block)]), pa.int32()), numbers)
        texts[there[start : start + size]] = [f"[{line}]" for line in pc.binary_join(lists, ", ").to_pylist()]
    return texts


def to_parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet, every value as it is."""
    named = frame.set_axis([str(name) for name in frame.columns], axis=1)
    buffer = BytesIO()
    named.to_parquet(buffer, index=False)
    return buffer.getvalue()
