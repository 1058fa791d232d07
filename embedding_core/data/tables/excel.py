"""Excel workbooks (.xlsx)."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree.ElementTree import ParseError

from embedding_core.base.config import load_config
from embedding_core.base.errors import InputError
from embedding_core.data.columns import as_text, column_from_values
from embedding_core.data.detect import check_unpacked
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport, check_rows
from embedding_core.data.tables.header import count_above, has_header, left_out_above

HEAD = 200
DAMAGE = (  # what openpyxl and what it stands on raise on workbooks that are cut, patched or encrypted
    *(ValueError, TypeError, KeyError, AttributeError, EOFError, OSError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, ParseError),
)


def read_xlsx(path: Path, options: ReadOptions, name: str) -> RawTable:
    """Read one sheet, by default the first that is visible and holds something; formulas give their last result.

    Raises:
        InputError: the workbook is damaged or empty, unpacks to too much, or has no such sheet.
    """
    rows, lines, sheet, sheets = _load(path, options.sheet, name)
    if not rows:
        raise InputError(f"{name} has only empty cells.", "Choose another sheet or file.")
    texts = [[_shown(value) for value in row] for row in rows[: HEAD + 1]]
    above = count_above(texts)
    header = has_header(texts[above:]) if options.header is None else options.header
    warnings = left_out_above([" ".join(filter(None, row)) for row in texts[:above]])
    del rows[:above]
    width = max(len(row) for row in rows)
    names = [_shown(value) for value in rows.pop(0)] if header else [f"column {i + 1}" for i in range(width)]
    names = [*names, *[""] * (width - len(names))]
    columns = [column_from_values([row[i] if i < len(row) else None for row in rows]) for i in range(width)]
    report = ReadReport(
        Format.XLSX,
        header=header,
        header_line=lines[above] if header else None,
        sheet=sheet,
        sheets=sheets,
        warnings=tuple(warnings),
    )
    return RawTable(names, columns, report)


def _shown(value: Any) -> str:
    """Return a cell as the text a spreadsheet shows: 2019 and not 2019.0, a day without its midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ") if isinstance(value, datetime) else as_text(value)


_Loaded: TypeAlias = tuple[list[list[Any]], list[int], str, tuple[str, ...]]


def _load(path: Path, wanted: str | None, name: str) -> _Loaded:
    """Return the rows of the sheet, the lines they stand on, the sheet's title, and the titles of all."""
    import openpyxl  # only here: it takes a quarter of a second

    try:
        with zipfile.ZipFile(path) as archive:
            check_unpacked(sum(member.file_size for member in archive.infolist()), name)
        with path.open("rb") as file, warnings.catch_warnings():  # opened here: openpyxl judges a path by its suffix
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no cells
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            return _read_sheet(book, wanted, name)
    except DAMAGE as error:
        message = f"{name} is a damaged Excel file: {type(error).__name__}: {error}."
        raise InputError(message, "Open it in a spreadsheet and save it again, or save it as CSV.") from None


def _read_sheet(book: Any, wanted: str | None, name: str) -> _Loaded:
    titles = tuple(sheet.title for sheet in book.worksheets)
    if wanted is not None and wanted not in titles:
        raise InputError(f"{name} has no sheet {wanted!r}.", f"Choose one of: {', '.join(titles)}.")
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    for sheet in visible if wanted is None else [book[wanted]]:
        if rows := list(_rows(sheet, name)):
            return [row for _, row in rows], [line for line, _ in rows], sheet.title, titles
    return [], [], "", titles


def _rows(sheet: Any, name: str) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows that hold something, without the empty cells at their ends, each with its line."""
    config = load_config()
    sheet.reset_dimensions()  # the size written in the file is often wrong
    count = 0
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = list(cells)
        while row and (row[-1] is None or row[-1] == ""):
            row.pop()
        if row:
            count += 1
            check_rows(count - 1, name, config)
            yield line, row
