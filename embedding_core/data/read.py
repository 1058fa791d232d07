"""Read a file or pasted text into a table."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import BinaryIO

from embedding_core.base.errors import InputError
from embedding_core.data.detect import HEAD_BYTES, find_format, suffix_format
from embedding_core.data.packing import Unpacked, unpacked
from embedding_core.data.table import Format, RawTable, ReadOptions, Table, finish
from embedding_core.data.tables.arrow_files import read_arrow
from embedding_core.data.tables.decode import open_text
from embedding_core.data.tables.delimited import read_delimited
from embedding_core.data.tables.excel import read_xlsx
from embedding_core.data.tables.json_tables import is_json, read_json, read_jsonl
from embedding_core.data.tables.parquet import read_parquet
from embedding_core.data.vectors.arrays import pack_numbers, read_arrays

_AUTO = ReadOptions()
_NAMED = 5
PREVIEW_BYTES = 1 << 20
PREVIEW_ROWS = 1_000
_SUFFIXES = {Format.ARROW: (".arrow", ".feather", ".ipc")}
WHITE = b"\xef\xbb\xbf \t\r\n"


def read_table(path: Path, name: str, options: ReadOptions = _AUTO) -> Table:
    """Read a file into a table; the format is detected by its content, then by its name.

    A file of vectors becomes a table whose column `vector` holds one a row.

    Args:
        path: where the file lies.
        name: what it is called; it may lie under another name.
        options: what the person has decided about it.

    Raises:
        InputError: the file cannot be read as a table; the message says where it fails.
    """
    with unpacked(path, name, options.sheet) as file:
        inner = replace(options, sheet=None) if file.others else options
        return _as_packed(_read_file(file.path, file.name, inner), file, name)


def _read_file(path: Path, name: str, options: ReadOptions) -> Table:
    form = find_format(path, name)
    table = finish(_read_form(path, form, name, options), name)
    return table if form is None else _noted(table, name)


def read_raw(path: Path, name: str, options: ReadOptions = _AUTO) -> RawTable:
    """Read a file that is not packed into columns as they stand in it.

    Raises:
        InputError: the file cannot be read as a table; the message says where it fails.
    """
    return _read_form(path, find_format(path, name), name, options)


def _read_form(path: Path, form: Format | None, name: str, options: ReadOptions) -> RawTable:
    if form is None:
        return _read_text(lambda: path.open("rb"), name, options)
    if form is Format.PARQUET:
        return read_parquet(path, name)
    if form in (Format.ARROW, Format.ORC):
        return read_arrow(path, form, name)
    if form is Format.XLSX:
        return read_xlsx(path, options, name)
    return read_arrays(path, form, options, name)


def preview_table(path: Path, name: str, options: ReadOptions = _AUTO) -> Table:
    """Read the first rows, at most 1,000, and say how the file is read, without reading all of a large one.

    Of delimited text and Parquet only the beginning is read; the report counts the rows of that.

    Raises:
        InputError: the file cannot be read as a table.
    """
    with unpacked(path, name, options.sheet) as file:
        inner = replace(options, sheet=None) if file.others else options
        table = _as_packed(_preview_file(file.path, file.name, inner), file, name)
    return Table(table.frame.head(PREVIEW_ROWS), table.how)


def _preview_file(path: Path, name: str, options: ReadOptions) -> Table:
    form = find_format(path, name)
    if form is Format.PARQUET:
        return _noted(finish(read_parquet(path, name, PREVIEW_ROWS), name), name)
    if form is not None or path.stat().st_size <= PREVIEW_BYTES:
        return _read_file(path, name, options)
    if (options.format or _text_format(lambda: path.open("rb"), name)) in (Format.JSON, Format.JSONL):
        return _read_file(path, name, options)
    with path.open("rb") as file:
        head = file.read(PREVIEW_BYTES)
    # Whole lines; where zeros say that a character has several bytes, whole characters.
    head = head[: len(head) // 4 * 4] if b"\x00" in head else head[: head.rfind(b"\n") + 1] or head
    return finish(_read_text(lambda: BytesIO(head), name, options), name)


def _as_packed(table: Table, file: Unpacked, name: str) -> Table:
    """Say how a table was packed, and what else the archive holds."""
    if file.packing is None:
        return table
    how = replace(table.how, packing=file.packing)
    if file.member is not None and file.others:
        others = f"{', '.join(file.others[:_NAMED])}{', …' if len(file.others) > _NAMED else ''}"
        count = len(file.members)
        warning = f"{name} contains {count:,} tables: {file.member} was read, and not {others}."
        how = replace(how, sheet=file.member, sheets=file.members, warnings=(warning, *how.warnings))
    return replace(table, how=how)


def read_pasted(text: str, name: str = "pasted text", options: ReadOptions = _AUTO) -> Table:
    """Read pasted text: one item a line, or the table that it clearly is.

    Raises:
        InputError: it is empty.
    """
    data = text.encode("utf-8", "replace")
    return finish(_read_text(lambda: BytesIO(data), name, replace(options, encoding="utf-8")), name)


def _read_text(source: Callable[[], BinaryIO], name: str, options: ReadOptions) -> RawTable:
    form = options.format or _text_format(source, name)
    if form is Format.JSON:
        return read_json(_all(source), options, name)
    if form is Format.JSONL:
        return read_jsonl(_all(source), options, name)
    if form in (Format.CSV, Format.TSV, Format.TXT):
        text = open_text(source, options.encoding, name)
        return pack_numbers(read_delimited(text, form, options), name)
    raise InputError(
        f"{name} is text, not {form}.", "Leave the format on automatic, or choose CSV, TSV, JSON, JSONL or TXT."
    )


def _all(source: Callable[[], BinaryIO]) -> bytes:
    with source() as file:
        return file.read()


def _text_format(source: Callable[[], BinaryIO], name: str) -> Format:
    """Return what the name promises, unless the content is JSON all the same."""
    promised = suffix_format(name)
    if promised in (Format.JSON, Format.JSONL):
        return promised
    with source() as file:
        begin = file.read(HEAD_BYTES).lstrip(WHITE)
    if begin[:1] not in (b"{", b"["):
        return promised
    content = _all(source).strip(WHITE)
    if content[-1:] in (b"}", b"]"):
        if is_json(content):
            return Format.JSON
        first, _, rest = content.partition(b"\n")
        if is_json(first) and is_json(rest.lstrip().partition(b"\n")[0]):
            return Format.JSONL
    return promised


def _noted(table: Table, name: str) -> Table:
    """Say when the content is not what the name promises."""
    if PurePath(name).suffix.lower() in _SUFFIXES.get(table.how.format, (f".{table.how.format}",)):
        return table
    note = f"{name} is {table.how.format.upper()} by its content and was read as such."
    return replace(table, how=replace(table.how, notes=(note, *table.how.notes)))
