"""CSV, TSV and their kin, and text with one item a line."""

import pyarrow as pa
import pyarrow.compute as pc

from embedding_core.base.errors import InputError
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport
from embedding_core.data.tables.decode import decode
from embedding_core.data.tables.dialect import ESCAPED_QUOTE, NO_DELIMITER, Dialect, find_dialect
from embedding_core.data.tables.header import has_header
from embedding_core.data.tables.records import read_columns, split_lines

MIN_TABLE_ROWS = 3
TEXT_COLUMN = "text"
PROMISED = {Format.CSV: ",", Format.TSV: "\t"}


def read_delimited(data: bytes, form: Format, options: ReadOptions, name: str) -> RawTable:
    """Read text in any encoding: a table where it is one, else a line an item.

    Args:
        data: the file's bytes.
        form: what the name promises; what promises TXT becomes a table only when it clearly is one.
        options: what the person has decided.
        name: the file's name, for messages.

    Raises:
        InputError: there is nothing but white space, or the encoding does not fit.
    """
    decoded = decode(data, options.encoding, name)
    text, notes = decoded.data, list(decoded.notes)
    if not text or text.isspace():
        raise InputError(f"{name} contains only white space.", "Use a file with at least one row.")
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    if form is Format.TXT and options.delimiter is None and (options.format is form or not is_clear_table(text)):
        return _read_items(text, options, decoded.encoding, notes)
    dialect = find_dialect(text, options.delimiter, PROMISED.get(form))
    if dialect.backslashed:
        text = ESCAPED_QUOTE.sub(b'""', text)
        notes.append("Backslash-escaped quotes were read as quotes.")
    if dialect.titles:
        notes.append(f"Lines above the table were left out: {' / '.join(dialect.titles)[:200]}.")
    return _read_table(text, dialect, options, decoded.encoding, notes)


def is_clear_table(text: bytes) -> bool:
    """Say whether text that promises no table is one all the same: its tabs agree, or a header and all rows do."""
    dialect = find_dialect(text)
    if dialect.width < 2 or len(dialect.records) < 2:
        return False
    if dialect.delimiter == "\t":
        return dialect.agreeing >= 0.95
    rows = [record.cells for record in dialect.records]
    # In prose a space follows the comma; in a table it rarely does.
    spaced = sum(cell.startswith(" ") for row in rows for cell in row[1:])
    prose = 2 * spaced > sum(len(row) - 1 for row in rows)
    return dialect.agreeing == 1.0 and len(rows) >= MIN_TABLE_ROWS and not prose and has_header(rows, expected=False)


def _read_items(text: bytes, options: ReadOptions, encoding: str, notes: list[str]) -> RawTable:
    lines = [line.rstrip("\r\n") for line in split_lines(text.decode())]
    items = [line for line in lines if line.strip()]
    if blank := len(lines) - len(items):
        notes.append(f"{blank:,} empty {'line was' if blank == 1 else 'lines were'} left out.")
    names = [items.pop(0)] if options.header else [TEXT_COLUMN]
    report = ReadReport(Format.TXT, encoding, header=bool(options.header), notes=tuple(notes))
    return RawTable(names, [pa.array(items, type=pa.large_string())], report)


def _read_table(text: bytes, dialect: Dialect, options: ReadOptions, encoding: str, notes: list[str]) -> RawTable:
    records = dialect.records
    header = has_header([record.cells for record in records]) if options.header is None else options.header
    width = max(dialect.width, len(records[0].cells))
    offset = dialect.offsets[header]
    columns = read_columns(
        text[offset:],
        dialect.delimiter,
        quoted=dialect.quoted,
        width=width,
        first_line=text.count(b"\n", 0, offset) + 1,
        notes=notes,
    )
    names = _names(records[0].cells if header else None, columns, dialect.width)
    delimiter = None if dialect.delimiter == NO_DELIMITER else dialect.delimiter
    form = Format.TSV if delimiter == "\t" else Format.CSV
    report = ReadReport(form, encoding, delimiter, header, notes=tuple(notes))
    return RawTable(names, columns, report, as_text=True)


def _names(header: list[str] | None, columns: list[pa.ChunkedArray], default: int) -> list[str]:
    width = len(columns)
    if header is None:
        return [TEXT_COLUMN] if width == 1 else [f"column {i + 1}" for i in range(width)]
    # R writes row names without naming them: then the header is one cell short, and on its left.
    if len(header) + 1 == default and pc.any(pc.not_equal(columns[default - 1], "")).as_py():
        header = ["", *header]
    return header + [""] * (width - len(header))
