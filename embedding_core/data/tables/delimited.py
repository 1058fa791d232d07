"""CSV, TSV and their kin, and text with one item a line."""

import re
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from embedding_core.base.errors import InputError
from embedding_core.data.columns import DECIMAL, INTEGER
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport
from embedding_core.data.tables.decode import Text
from embedding_core.data.tables.dialect import ESCAPED_QUOTE, NO_DELIMITER, Dialect, find_dialect
from embedding_core.data.tables.header import has_header, left_out_above
from embedding_core.data.tables.records import Layout, iterate_lines, read_columns

SAMPLE_BYTES = 131_072
MIN_TABLE_ROWS = 3
TEXT_COLUMN = "text"
MANY = 20
_INTEGER, _DECIMAL = re.compile(INTEGER), re.compile(DECIMAL)
PROMISED = {Format.CSV: ",", Format.TSV: "\t"}


def read_delimited(text: Text, form: Format, options: ReadOptions) -> RawTable:
    """Read text in any encoding: a table where it is one, else a line an item.

    Args:
        text: the file.
        form: what the name promises; what promises TXT becomes a table only when it clearly is one.
        options: what the person has decided.

    Raises:
        InputError: there is nothing but white space, or the encoding does not fit.
    """
    sample, whole = _sample(text)
    if not sample or sample.isspace():
        raise InputError(f"{text.name} contains only white space.", "Use a file with at least one row.")
    source = _Lines(text, small=whole, carriage=b"\r" in sample and b"\n" not in sample)
    if source.carriage:
        sample = sample.replace(b"\r", b"\n")
    if (
        form is Format.TXT
        and options.delimiter is None
        and (options.format is form or not is_clear_table(sample, whole))
    ):
        return _read_items(source, options)
    dialect = find_dialect(sample, whole, options.delimiter, PROMISED.get(form))
    return _read_table(source, dialect, options)


def is_clear_table(sample: bytes, whole: bool = True) -> bool:
    """Say whether text that promises no table is one all the same: its tabs agree, or a header and all rows do."""
    dialect = find_dialect(sample, whole)
    if dialect.width < 2 or len(dialect.records) < 2:
        return False
    if dialect.separator:
        return True
    if dialect.delimiter == "\t":
        return dialect.agreeing >= 0.95
    # In prose a space follows the comma; in a table it rarely does.
    spaced = sum(cell.startswith(" ") for row in dialect.rows for cell in row[1:])
    prose = 2 * spaced > sum(len(row) - 1 for row in dialect.rows)
    enough = len(dialect.rows) >= MIN_TABLE_ROWS
    return dialect.agreeing == 1.0 and enough and not prose and has_header(dialect.rows, expected=False)


class _Lines:
    """A text as blocks that end with their lines, as often as needed."""

    def __init__(self, text: Text, *, small: bool, carriage: bool) -> None:
        self.text, self.small, self.carriage = text, small, carriage

    def blocks(self, offset: int = 0, change: Callable[[bytes], bytes] | None = None) -> Iterator[bytes]:
        """Yield the text from so many bytes on; `change` is given whole lines."""
        rest = b""
        for block in self.text.blocks():
            if offset >= len(block):
                offset -= len(block)
                continue
            block = block[offset:] if offset else block
            offset = 0
            if self.carriage:
                block = block.replace(b"\r", b"\n")
            end = block.rfind(b"\n") + 1
            if not end:
                rest += block
                continue
            lines = rest + block[:end] if rest else block[:end]
            yield change(lines) if change else lines
            rest = block[end:]
        if rest:
            yield change(rest) if change else rest


def _sample(text: Text) -> tuple[bytes, bool]:
    """Return the first lines and whether they are all there is; white space in front of all may be long."""
    size = SAMPLE_BYTES
    sample, whole = text.head(size)
    while not whole and sample.isspace():
        size *= 8
        sample, whole = text.head(size)
    return sample, whole


def _read_items(source: _Lines, options: ReadOptions) -> RawTable:
    chunks: list[pa.Array] = []
    names, blank, notes = [TEXT_COLUMN], 0, list(source.text.notes)
    for block in source.blocks():
        lines = [line.rstrip("\r\n") for line in iterate_lines([block])]
        items = [line for line in lines if line.strip()]
        blank += len(lines) - len(items)
        if options.header and not chunks and items:
            names = [items.pop(0)]
        chunks.append(pa.array(items, type=pa.large_string()))
    if blank:
        notes.append(f"{blank:,} empty {'line was' if blank == 1 else 'lines were'} left out.")
    report = ReadReport(
        Format.TXT,
        source.text.encoding,
        header=bool(options.header),
        header_line=1 if options.header else None,
        notes=tuple(notes),
        warnings=source.text.warnings,
        other_encoding=source.text.other,
    )
    return RawTable(names, [pa.chunked_array(chunks, type=pa.large_string())], report)


def _read_table(source: _Lines, dialect: Dialect, options: ReadOptions) -> RawTable:
    notes, warnings = list(source.text.notes), [*source.text.warnings, *left_out_above(dialect.above)]
    if dialect.separator:
        notes.append("The first line says which the delimiter is and was left out.")
    if dialect.backslashed:
        notes.append("Backslash-escaped quotes were read as quotes.")
    rows = dialect.rows
    header = has_header(rows) if options.header is None else options.header
    offset = dialect.offsets[header]
    line = dialect.records[0].line + 1
    below = dialect.records[1].line + 1 if header and len(rows) > 1 else line + header
    layout = Layout(dialect.delimiter, dialect.quote, max(dialect.width, len(rows[0])), below)
    change = _unescape if dialect.backslashed else None
    numbers = {} if source.small else _plain_numbers(rows[header:], layout.width)
    columns = read_columns(lambda: source.blocks(offset, change), layout, warnings, numbers)
    names = _names(rows[0] if header else None, columns, dialect.width)
    delimiter = None if dialect.delimiter == NO_DELIMITER else dialect.delimiter
    report = ReadReport(
        Format.TSV if delimiter == "\t" else Format.CSV,
        source.text.encoding,
        delimiter,
        header,
        header_line=line if header else None,
        notes=tuple(notes),
        warnings=tuple(warnings),
        other_encoding=source.text.other,
    )
    return RawTable(names, columns, report, as_text=True)


def _plain_numbers(rows: Sequence[Sequence[str]], width: int) -> dict[int, pa.DataType]:
    """Return the columns that are plain numbers in the first rows, to be read as such at once: text takes more memory.

    A column of whole numbers may turn out to be one of identifiers (`007`); one of many is not.
    """
    decimals: dict[int, pa.DataType] = {}
    whole: dict[int, pa.DataType] = {}
    for position in range(width):
        cells = [row[position].strip() for row in rows if position < len(row) and row[position].strip()]
        if not cells or not all(map(_DECIMAL.match, cells)):
            continue
        kinds = whole if all(map(_INTEGER.match, cells)) else decimals
        kinds[position] = pa.int64() if kinds is whole else pa.float64()
    return decimals | (whole if len(whole) > MANY else {})


def _unescape(lines: bytes) -> bytes:
    return ESCAPED_QUOTE.sub(b'""', lines)


def _names(header: list[str] | None, columns: list[pa.ChunkedArray], default: int) -> list[str]:
    width = len(columns)
    if header is None:
        return [TEXT_COLUMN] if width == 1 else [f"column {i + 1}" for i in range(width)]
    # R writes row names without naming them: then the header is one cell short, and on its left.
    if len(header) + 1 == default and pc.any(pc.not_equal(columns[default - 1].cast(pa.large_string()), "")).as_py():
        header = ["", *header]
    return header + [""] * (width - len(header))
