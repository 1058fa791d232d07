"""Read a file or pasted text into a table."""

from dataclasses import replace
from pathlib import Path

from embedding_core.base.errors import InputError
from embedding_core.data.detect import find_format, suffix_format
from embedding_core.data.table import Format, RawTable, ReadOptions, Table, finish
from embedding_core.data.tables.delimited import read_delimited
from embedding_core.data.tables.excel import read_xlsx
from embedding_core.data.tables.json_tables import is_json, read_json, read_jsonl
from embedding_core.data.tables.parquet import read_parquet
from embedding_core.data.vectors.arrays import read_arrays
from embedding_core.data.vectors.binary import read_raw_floats, read_word2vec
from embedding_core.data.vectors.number_columns import pack_numbers
from embedding_core.data.vectors.number_lines import read_number_lines

_AUTO = ReadOptions()


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
    form = find_format(path, name)
    if form is None:
        return finish(pack_numbers(_read_text(path.read_bytes(), name, options), name), name)
    if form is Format.RAW_FLOATS:
        read_raw_floats(path, (), name)
    if form is Format.PARQUET:
        raw = read_parquet(path, name)
    elif form is Format.XLSX:
        raw = read_xlsx(path, options, name)
    elif form is Format.WORD2VEC:
        return finish(read_word2vec(path, name), name)
    else:
        raw = read_arrays(path, form, options, name)
    return _noted(finish(pack_numbers(raw, name), name), name)


def read_pasted(text: str, name: str = "pasted text", options: ReadOptions = _AUTO) -> Table:
    """Read pasted text: one item a line, or the table that it clearly is.

    Raises:
        InputError: it is empty.
    """
    raw = _read_text(text.encode("utf-8", "replace"), name, replace(options, encoding="utf-8"))
    return finish(pack_numbers(raw, name), name)


def _read_text(data: bytes, name: str, options: ReadOptions) -> RawTable:
    form = options.format or _text_format(data, name)
    if form in (Format.CSV, Format.TSV, Format.TXT, Format.WORD_VECTORS):
        raw = read_number_lines(data, options, name)
        if raw is not None:
            return raw
    if form is Format.JSON:
        return read_json(data, options, name)
    if form is Format.JSONL:
        return read_jsonl(data, options, name)
    if form in (Format.CSV, Format.TSV, Format.TXT):
        return read_delimited(data, form, options, name)
    raise InputError(
        f"{name} is text, not {form}.", "Leave the format on automatic, or choose CSV, TSV, JSON, JSONL or TXT."
    )


def _text_format(data: bytes, name: str) -> Format:
    """Return what the name promises, unless the content is JSON all the same."""
    promised = suffix_format(name)
    if promised in (Format.JSON, Format.JSONL):
        return promised
    content = data.strip(b"\xef\xbb\xbf \t\r\n")
    if content[:1] in (b"{", b"[") and content[-1:] in (b"}", b"]"):
        if is_json(content):
            return Format.JSON
        first, _, rest = content.partition(b"\n")
        if is_json(first) and is_json(rest.lstrip().partition(b"\n")[0]):
            return Format.JSONL
    return promised


def _noted(table: Table, name: str) -> Table:
    """Say when the content is not what the name promises."""
    if name.lower().endswith(f".{table.how.format}"):
        return table
    note = f"{name} is {table.how.format.upper()} by its content and was read as such."
    return replace(table, how=replace(table.how, notes=(note, *table.how.notes)))
