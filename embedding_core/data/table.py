"""A table as it was read: the frame, and how it was made out."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.types as at

from embedding_core.base.config import Config, load_config
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.columns import ArrowColumn, Cleaned, clean_column, to_series, unique_names
from embedding_core.data.values import infer_types, read_table_values

HEAD = 200


class Format(StrEnum):
    """How a file writes its table or its vectors."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    TXT = "txt"
    ARROW = "arrow"
    ORC = "orc"
    WORD_VECTORS = "word vectors"
    """A word and its numbers on each line: GloVe, word2vec and fastText write it, with a line of counts or without."""
    WORD2VEC = "word2vec"
    """The binary form of word2vec."""
    RAW_FLOATS = "bytes"
    """float32 numbers and nothing else, as TensorFlow Projector writes; the rows of the metadata give the shape."""
    NPY = "npy"
    NPZ = "npz"
    SAFETENSORS = "safetensors"
    PICTURES = "pictures"


_LOOSELY_TYPED = (Format.JSON, Format.JSONL, Format.XLSX)
"""JSON has no dates, and both hold "NA" among numbers, or numbers as text, as often as CSV does: text of theirs is read
as such. The schema of a Parquet or Arrow file gives a type to each column; text is there what was meant. A filter that
compares with a number reads that as numbers all the same."""
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar", " ": "space", ":": "colon"}
"""What the usual delimiters are called."""


@dataclass(frozen=True)
class ReadOptions:
    """What the person has decided about a file; None means: find out."""

    format: Format | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    """The sheet of a workbook; the array of an archive of vectors; the table of a ZIP."""
    records_path: str | None = None
    """Where the records of a JSON document stand, such as `data.items` or `hits.hits[]._source`."""

    def __post_init__(self) -> None:
        if self.format is not None:
            try:
                object.__setattr__(self, "format", Format(self.format))
            except ValueError:
                message = f"There is no table format {self.format!r}."
                raise ParameterError(message, f"Choose one of {', '.join(Format)}.") from None
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n'):
            raise ParameterError(f"{self.delimiter!r} cannot separate cells.", "Choose one character, such as a comma.")
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                message = f"There is no encoding called {self.encoding!r}."
                raise ParameterError(message, "Try utf-8, utf-16, cp1252 or latin-1.") from None


@dataclass(frozen=True)
class ReadReport:
    """How a file was read, to be shown and corrected."""

    format: Format
    encoding: str | None = None
    """None where the format itself says it."""
    delimiter: str | None = None
    """None where cells are not separated by a character."""
    header: bool | None = None
    """None where the format itself names its columns."""
    header_line: int | None = None
    """The line, from 1, that names the columns."""
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    records_path: str | None = None
    """Where the records were found in a JSON document; None where the document is the list of them."""
    records_paths: tuple[str, ...] = ()
    """Where else in it there are some; empty text for the document itself."""
    packing: str | None = None
    """How the file was packed: gzip, zstd, zip."""
    rows: int = 0
    columns: int = 0
    notes: tuple[str, ...] = ()
    """What was understood or repaired without doubt, one sentence each."""
    warnings: tuple[str, ...] = ()
    """What was guessed with doubt or left out, one sentence each: a person has to see it."""
    other_encoding: str | None = None
    """The second likeliest encoding, where it was guessed."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Columns that no table can hold, each with the reason."""

    def __post_init__(self) -> None:
        """Take what JSON makes of a report."""
        object.__setattr__(self, "format", Format(self.format))
        object.__setattr__(self, "sheets", tuple(self.sheets))
        object.__setattr__(self, "records_paths", tuple(self.records_paths))
        object.__setattr__(self, "notes", tuple(self.notes))
        object.__setattr__(self, "left_out", tuple((name, reason) for name, reason in self.left_out))
        object.__setattr__(self, "warnings", tuple(self.warnings))


@dataclass(frozen=True, eq=False)
class Table:
    """A frame with unique string column names, indexed 0 … n-1, and the report of its reading."""

    frame: pd.DataFrame
    how: ReadReport


@dataclass(frozen=True, eq=False)
class RawTable:
    """What a reader hands to `finish`: Arrow columns as the file has them."""

    names: Sequence[Any]
    columns: Sequence[ArrowColumn]
    how: ReadReport
    as_text: bool = False
    """All cells are strings because the format knows nothing else; plain numbers are still to be recognized."""


def text_column(cells: Sequence[str]) -> pa.ChunkedArray:
    """Return strings as an Arrow column."""
    return pa.chunked_array([pa.array(cells, type=pa.large_string())])


def check_rows(rows: int, name: str, config: Config) -> None:
    """Refuse more rows than the owner of the machine allows.

    Raises:
        InputError: there are too many.
    """
    if rows > config.max_rows:
        message = f"{name} has {rows:,} rows; at most {config.max_rows:,} are read."
        raise InputError(message, "Use a random sample of it, or raise VECTORSCOPE_MAX_ROWS.")


def finish(raw: RawTable, name: str) -> Table:
    """Name, clean and type the columns.

    Raises:
        InputError: there is no column, no row, or there are too many rows.
    """
    config = load_config()
    notes, warnings = list(raw.how.notes), list(raw.how.warnings)
    if not raw.columns:
        raise InputError(f"{name} has no columns.", "Use a table with at least one column and one row.")
    rows = len(raw.columns[0])
    check_rows(rows, name, config)
    if rows == 0:
        named = ", ".join(str(n) for n in raw.names[:5])
        message = f"{name} has a header ({named}) but no rows." if named else f"{name} has no rows."
        raise InputError(message, "Use a file with at least one row under its header.")
    kept = _kept(raw, config.max_columns)
    names, renamed = unique_names([raw.names[i] for i in kept])
    notes.extend(renamed)
    left_out = _beyond(raw, kept)
    columns = _cleaned(names, [raw.columns[i] for i in kept], config, notes, warnings, left_out)
    if not columns:
        unusable, reason = left_out[-1]
        message = f"No column of {name} can be used. Column {unusable!r} was left out: it {reason}."
        raise InputError(message, "Use a table with texts or numbers.")
    if raw.as_text or raw.how.format in _LOOSELY_TYPED:
        columns, understood, doubts = read_table_values(columns, raw.how.delimiter)
        notes.extend(understood)
        warnings.extend(doubts)
    frame = pd.DataFrame(
        {key: to_series(column) for key, column in columns.items()}, index=pd.RangeIndex(rows), copy=False
    )
    how = replace(
        raw.how,
        rows=rows,
        columns=frame.shape[1],
        notes=tuple(notes),
        warnings=tuple(warnings),
        left_out=tuple(left_out),
    )
    return Table(frame, how)


def _kept(raw: RawTable, limit: int) -> list[int]:
    """Return the positions of the columns that a table may have: first of all those that hold no numbers."""
    if len(raw.columns) <= limit:
        return list(range(len(raw.columns)))
    numeric = [_is_numeric(column, as_text=raw.as_text) for column in raw.columns]
    return sorted(sorted(range(len(raw.columns)), key=lambda i: numeric[i])[:limit])


def _is_numeric(column: ArrowColumn, *, as_text: bool) -> bool:
    """Say whether a column holds numbers, by its type or its first cells."""
    head = column.slice(0, HEAD)
    if as_text:
        head = infer_types(pa.chunked_array([head]) if isinstance(head, pa.Array) else head)
    return bool(at.is_integer(head.type) or at.is_floating(head.type) or at.is_decimal(head.type))


def _beyond(raw: RawTable, kept: list[int]) -> list[tuple[str, str]]:
    """Return the columns beyond the limit, with the reason."""
    taken, reason = set(kept), f"a table has at most {len(kept):,} columns"
    left = [i for i in range(len(raw.columns)) if i not in taken]
    return [(str(raw.names[i] or f"column {i + 1}"), reason) for i in left]


def _cleaned(
    names: list[str],
    columns_read: Sequence[ArrowColumn],
    config: Config,
    notes: list[str],
    warnings: list[str],
    left_out: list[tuple[str, str]],
) -> dict[str, pa.ChunkedArray]:
    """Clean the columns, adding to notes and warnings what was cut, and which were left out with the reason."""
    columns, cut = {}, 0
    for column_name, column in zip(names, columns_read, strict=True):
        cleaned: Cleaned = clean_column(pa.chunked_array([column]) if isinstance(column, pa.Array) else column, config)
        cut += cleaned.cut
        if cleaned.column is None:
            left_out.append((column_name, cleaned.note))
            continue
        if cleaned.note:
            notes.append(f"Column {column_name!r} {cleaned.note}")
        if cleaned.warning:
            warnings.append(f"Column {column_name!r} {cleaned.warning}")
        columns[column_name] = cleaned.column
    if cut:
        cells = "1 cell" if cut == 1 else f"{cut:,} cells"
        notes.append(f"{cells} over {config.max_cell_chars:,} characters were cut.")
    return columns
