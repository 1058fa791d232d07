"""A table as it was read: the frame, and how it was made out."""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd
import pyarrow as pa

from embedding_core.base.config import Config, load_config
from embedding_core.base.errors import InputError, ParameterError
from embedding_core.data.columns import ArrowColumn, Cleaned, clean_column, infer_types, to_series, unique_names


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
    WORD_VECTORS = "word vectors"
    """A word and its numbers on each line, as GloVe, word2vec and fastText write."""
    WORD2VEC = "word2vec"
    """The binary form of word2vec."""
    RAW_FLOATS = "bytes"
    """float32 numbers and nothing else, as TensorFlow Projector writes; the rows of the metadata give the shape."""
    NPY = "npy"
    NPZ = "npz"
    SAFETENSORS = "safetensors"
    PICTURES = "pictures"


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
    packing: str | None = None
    """How the file was packed: gzip, zstd, zip."""
    rows: int = 0
    columns: int = 0
    notes: tuple[str, ...] = ()
    """What was understood or repaired without doubt, one sentence each."""
    warnings: tuple[str, ...] = ()
    """What was guessed with doubt or left out, one sentence each: a person has to see it."""

    def __post_init__(self) -> None:
        """Take what JSON makes of a report."""
        object.__setattr__(self, "format", Format(self.format))
        object.__setattr__(self, "sheets", tuple(self.sheets))
        object.__setattr__(self, "notes", tuple(self.notes))
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
    if len(raw.columns) > config.max_columns:
        left = len(raw.columns) - config.max_columns
        notes.append(f"Columns beyond {config.max_columns:,} were left out ({left:,}).")
    names, renamed = unique_names(list(raw.names)[: config.max_columns])
    notes.extend(renamed)
    series = _series(names, raw, config, notes, warnings)
    if not series:
        raise InputError(f"No column of {name} can be used. {notes[-1]}", "Use a table with texts or numbers.")
    frame = pd.DataFrame(series, index=pd.RangeIndex(rows))
    report = replace(raw.how, rows=rows, columns=frame.shape[1], notes=tuple(notes), warnings=tuple(warnings))
    return Table(frame, report)


def _series(
    names: list[str], raw: RawTable, config: Config, notes: list[str], warnings: list[str]
) -> dict[str, "pd.Series[Any]"]:
    """Turn Arrow columns into pandas ones, adding to the notes what was cut or left out."""
    series, cut = {}, 0
    for column_name, column in zip(names, raw.columns, strict=False):
        cleaned: Cleaned = clean_column(pa.chunked_array([column]) if isinstance(column, pa.Array) else column, config)
        cut += cleaned.cut
        if cleaned.note:
            notes.append(f"Column {column_name!r} {cleaned.note}")
        if cleaned.warning:
            warnings.append(f"Column {column_name!r} {cleaned.warning}")
        if cleaned.column is not None:
            series[column_name] = to_series(infer_types(cleaned.column) if raw.as_text else cleaned.column)
    if cut:
        cells = "1 cell" if cut == 1 else f"{cut:,} cells"
        notes.append(f"{cells} over {config.max_cell_chars:,} characters were cut.")
    return series
