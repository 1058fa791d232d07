"""Pictures that a table names or holds, one a row."""

import io
import posixpath
import threading
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate, islice
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as at

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.decode import decode
from embedding_core.data.pictures.files import PictureFile, PictureFiles, Skipped, check_count, read_capped
from embedding_core.data.pictures.in_text import picture_in_text, pictures_in_text

BATCH_ROWS = 16
RECENT_BATCHES = 8
"""Kept, since several threads read rows that are near each other in no strict order."""
PARQUET = b"PAR1"
LOOKED_AT = 20
"""Rows, to see whether bytes are pictures."""
ROWS_LOOKED_AT = 2_000
"""Rows, to see whether cells name pictures."""
DISTINCT = 0.1
MAX_GROUP_BYTES = 1 << 29
"""Pages often are as large as their row group, and a page is read in one piece."""


def match_files(names: Sequence[str | None], files: Sequence[str]) -> tuple[int | None, ...]:
    """Return which file each row of a table names, None where there is none or it is not clear which.

    A file goes by its whole path or by the end of it that no other file shares; so does a row's name, which may begin
    with folders of another machine. A name without an extension may stand for the one file so called.
    """
    by_end = _by_end(files)
    stems = Counter(PurePosixPath(file).stem for file in files)
    by_stem = {stem: place for place, file in enumerate(files) if stems[stem := PurePosixPath(file).stem] == 1}
    tidy = [(name or "").strip().replace("\\", "/").removeprefix("./") for name in names]
    shared = Counter(end for name in set(tidy) for end in _ends(name))

    def find(name: str) -> int | None:
        for end in _ends(name):
            if end in by_end and (end == name or shared[end] == 1):
                return by_end[end]
        last = name.rpartition("/")[2]
        return by_stem.get(last) if shared[last] == 1 else None

    matches = {name: find(name) for name in set(tidy) if name}
    return tuple(matches.get(name) for name in tidy)


def guess_pictures(columns: Mapping[str, Sequence[str | None]], files: Sequence[str]) -> str | None:
    """Return the column whose cells name the most files, of several the first; None when none names any."""
    named = {name: len({*match_files(cells, files)} - {None}) for name, cells in columns.items()}
    best = max(named, key=lambda name: named[name], default=None)
    return best if best is not None and named[best] else None


def naming_column(frame: pd.DataFrame, files: Sequence[str], within: str = "") -> str | None:
    """Return the column of a table whose cells name the most files; None when none names any.

    Args:
        frame: the table.
        files: the files' paths.
        within: the folder that the paths in the table start from.
    """
    head = frame.iloc[:: max(1, len(frame) // ROWS_LOOKED_AT)].head(ROWS_LOOKED_AT)
    texts = [name for name in head if isinstance(head[name].dtype, pd.StringDtype)]
    # Whole numbers may be the names of files but for their extensions, unless they are ratings or classes.
    numbers = [
        name
        for name in head
        if pd.api.types.is_integer_dtype(head[name].dtype) and head[name].nunique() >= DISTINCT * len(head)
    ]
    return guess_pictures({str(name): picture_paths(head[name], within) for name in (*texts, *numbers)}, files)


def picture_paths(column: "pd.Series[Any]", within: str = "") -> list[str]:
    """Return the paths in the cells of a column, from where the folder that they start from lies."""
    cells = (cell.strip().replace("\\", "/") for cell in column.astype("str").fillna("").tolist())
    return [posixpath.normpath(posixpath.join(within, cell)) if cell else "" for cell in cells]


def _ends(name: str) -> Iterator[str]:
    """Yield "a/b/c", "b/c", "c"."""
    while name:
        yield name
        name = name.partition("/")[2]


def _by_end(files: Sequence[str]) -> dict[str, int]:
    counts = Counter(end for file in files for end in _ends(file))
    unique = {end: place for place, file in enumerate(files) for end in _ends(file) if counts[end] == 1}
    return unique | {file: place for place, file in enumerate(files)}


def picture_columns(path: Path) -> tuple[str, ...]:
    """Return the columns of a Parquet file that can hold pictures.

    These are bytes, a struct of `bytes` and perhaps `path`, as the datasets library of Hugging Face writes, texts,
    which may be data URIs or Base64, and lists of any of these.
    """
    return tuple(field.name for field in pq.read_schema(path) if can_hold_pictures(field.type))


def own_pictures(path: Path) -> tuple[str | None, bool]:
    """Return the first column of a file that holds pictures, and whether it has no other columns.

    There is none when the file is no Parquet, cannot be opened, or its bytes are something else.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) != PARQUET:
                return None, False
        names, candidates = pq.read_schema(path).names, picture_columns(path)
    except (pa.ArrowException, OSError):
        return None, False
    found = next((column for column in candidates if _shows_pictures(path, column)), None)
    return found, len(names) == 1


def _shows_pictures(path: Path, column: str) -> bool:
    try:
        reader = _RowReader(path, column)
        if reader.group_bytes > MAX_GROUP_BYTES:
            return False
        return any(_is_picture(reader, row) for row in range(min(LOOKED_AT, reader.rows)))
    except InputError:
        return False


def _is_picture(reader: "_RowReader", row: int) -> bool:
    with suppress(InputError):
        decode(reader.read(row), wanted=1)
        return True
    return False


def from_parquet(path: Path, name: str, column: str) -> PictureFiles:
    """Return the picture of each row, of several in a row the first; they are read fastest in order.

    Args:
        path: where the file lies.
        name: what it is called.
        column: one of `picture_columns(path)`.

    Raises:
        InputError: there is no such column of pictures, or there are too many rows, in all or at once.
    """
    if column not in picture_columns(path):
        have = ", ".join(picture_columns(path)) or "none"
        raise InputError(f"{name} has no column of pictures called {column!r}.", f"Columns of pictures: {have}.")
    reader = _RowReader(path, column)
    check_count(reader.rows, name)
    if reader.group_bytes > MAX_GROUP_BYTES:
        message = f"{name} has a row group with {reader.group_bytes:,} bytes of pictures; at most {MAX_GROUP_BYTES:,}"
        raise InputError(f"{message} are read at once.", "Save it again with row_group_size=100.")
    files = tuple(PictureFile(title, partial(reader.read, row)) for row, title in enumerate(reader.names()))
    return PictureFiles(files, skipped_inside=reader.further)


def bytes_of(cell: object) -> bytes:
    """Return the file of the picture in a cell, of several the first.

    Raises:
        InputError: there is none, or it is too large.
    """
    cell = next(iter(_pictures_of(cell)), None)
    data = cell.get("bytes") if isinstance(cell, dict) else cell
    if isinstance(data, str):
        data = picture_in_text(data)
    if not isinstance(data, bytes):
        raise InputError("this row has no picture")
    return read_capped(io.BytesIO(data))


def _pictures_of(cell: object) -> list[object]:
    if isinstance(cell, list):
        return cell
    return [*pictures_in_text(cell)] if isinstance(cell, str) else [cell]


def can_hold_pictures(kind: pa.DataType) -> bool:
    """Say whether the cells of a column can be pictures, by its type."""
    kind = kind.value_type if _is_list(kind) else kind
    if at.is_struct(kind):
        return kind.get_field_index("bytes") >= 0 and _is_binary(kind.field("bytes").type)
    return _is_binary(kind) or _is_string(kind)


def _is_binary(kind: pa.DataType) -> bool:
    return bool(at.is_binary(kind) or at.is_large_binary(kind) or at.is_binary_view(kind))


def _is_string(kind: pa.DataType) -> bool:
    return bool(at.is_string(kind) or at.is_large_string(kind) or at.is_string_view(kind))


def _is_list(kind: pa.DataType) -> bool:
    return bool(at.is_list(kind) or at.is_large_list(kind) or at.is_fixed_size_list(kind))


class _RowReader:
    """One column of a Parquet file, one row group of it in memory."""

    def __init__(self, path: Path, column: str) -> None:
        self._file = pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False)
        self._column = column
        about = self._file.metadata
        self._starts = [0, *accumulate(about.row_group(i).num_rows for i in range(about.num_row_groups))]
        self.group_bytes = max((self._bytes(i) for i in range(about.num_row_groups)), default=0)
        """Of the largest row group."""
        self._lock = threading.Lock()
        self._group, self._next = -1, 0
        self._recent: OrderedDict[int, list[object]] = OrderedDict()
        """Batches by their first row."""
        self._several: dict[int, int] = {}
        """How many pictures there are in a row that holds a list of them."""
        self._values: Iterator[object] = iter(())

    def _bytes(self, group: int) -> int:
        about = self._file.metadata.row_group(group)
        parts = (about.column(i) for i in range(about.num_columns))
        return sum(p.total_uncompressed_size for p in parts if p.path_in_schema.split(".")[0] == self._column)

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self._starts[-1])

    def names(self) -> list[str]:
        """Return the file names that the rows hold where these are distinct, else the rows' numbers."""
        kind = self._file.schema_arrow.field(self._column).type
        if at.is_struct(kind) and kind.get_field_index("path") >= 0:
            paths = self._file.read(columns=[f"{self._column}.path"]).column(0).to_pylist()
            names = [str((value or {}).get("path") or "") for value in paths]
            if all(names) and len(set(names)) == len(names):
                return names
        return [f"row {row + 1}" for row in range(self.rows)]

    def read(self, row: int) -> bytes:
        """Return the bytes in a row.

        Raises:
            InputError: there are none.
        """
        try:
            value = self._value(row)
        except (pa.ArrowException, OSError, StopIteration) as error:
            raise InputError(f"damaged in the Parquet file ({str(error)[:120]})") from None
        if (count := len(_pictures_of(value))) > 1:
            self._several[row] = count
        return bytes_of(value)

    def further(self) -> tuple[Skipped, ...]:
        """Return the pictures after the first of each row that was read."""
        return tuple(
            Skipped(f"row {row + 1}, picture {place}", "only the first picture of a row is read")
            for row, count in sorted(self._several.items())
            for place in range(2, count + 1)
        )

    def _value(self, row: int) -> object:
        with self._lock:
            group = bisect_right(self._starts, row) - 1
            first = row - (row - self._starts[group]) % BATCH_ROWS
            if first not in self._recent and (group != self._group or first < self._next):
                self._group, self._next = group, self._starts[group]
                batches = self._file.iter_batches(BATCH_ROWS, row_groups=[group], columns=[self._column])
                self._values = (value for batch in batches for value in batch.column(0).to_pylist())
            while first not in self._recent:
                self._recent[self._next] = [next(self._values), *islice(self._values, BATCH_ROWS - 1)]
                self._next += BATCH_ROWS
                if len(self._recent) > RECENT_BATCHES:
                    self._recent.popitem(last=False)
            return self._recent[first][row - first]
