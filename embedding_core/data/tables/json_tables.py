"""JSON and JSON Lines."""

import json
from typing import Any, TypeAlias

from embedding_core.base.errors import InputError
from embedding_core.data.columns import as_text, column_from_values
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport
from embedding_core.data.tables.decode import decode
from embedding_core.data.tables.header import has_header

Columns: TypeAlias = dict[str, list[Any]]

TEXT_COLUMN, VALUE_COLUMN, VECTOR_COLUMN = "text", "value", "vector"
SHAPES = "Supported are a list of objects, an object of lists, a list of strings, and one object per line."


def read_json(data: bytes, options: ReadOptions, name: str) -> RawTable:
    """Read a JSON document that holds a table in one of its usual shapes, or JSON Lines under that name.

    Raises:
        InputError: it is no JSON, or no table can be seen in it.
    """
    decoded = decode(data, options.encoding, name)
    notes = list(decoded.notes)
    form = Format.JSON
    try:
        document = _loads(decoded.data, name)
    except InputError:
        first, _, rest = decoded.data.strip().partition(b"\n")
        if options.format is Format.JSON or not rest or not is_json(first):
            raise
        form, document = Format.JSONL, _load_lines(decoded.data, name)
    columns = _columns(document, options.header, name, notes)
    report = ReadReport(form, decoded.encoding, notes=tuple(notes))
    return RawTable(list(columns), [column_from_values(values) for values in columns.values()], report)


def read_jsonl(data: bytes, options: ReadOptions, name: str) -> RawTable:
    """Read one JSON value a line.

    Raises:
        InputError: a line is no JSON; its number is said.
    """
    decoded = decode(data, options.encoding, name)
    columns = _columns(_load_lines(decoded.data, name), options.header, name, [])
    report = ReadReport(Format.JSONL, decoded.encoding, notes=decoded.notes)
    return RawTable(list(columns), [column_from_values(values) for values in columns.values()], report)


def is_json(data: bytes) -> bool:
    """Say whether bytes are one JSON document."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _loads(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        message = f"{name} is not valid JSON: {error.msg} in line {error.lineno:,}, column {error.colno:,}."
        raise InputError(message, "Correct this position or export the file again.") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is JSON that cannot be read: {error}.", SHAPES) from None


def _load_lines(data: bytes, name: str) -> list[Any]:
    lines = [line for line in data.split(b"\n") if line.strip()]
    try:
        # One call for all lines is three times as fast as one a line.
        records = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        records = []
    if len(records) == len(lines):
        return list(records)
    records = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                message = f"Line {number:,} of {name} is not valid JSON: {error}."
                raise InputError(message, "Each line must be one whole JSON value.") from None
    return records


def _columns(document: Any, header: bool | None, name: str, notes: list[str]) -> Columns:
    """Find the table in a document: column names with their values."""
    if isinstance(document, list):
        return _from_list(document, header, name)
    if isinstance(document, dict) and document:
        return _from_object(document, header, name, notes)
    what = "an empty object" if document == {} else f"a single {type(document).__name__}"
    raise InputError(f"{name} is JSON but not a table: it contains {what}.", SHAPES)


def _from_list(items: list[Any], header: bool | None, name: str) -> Columns:
    if all(isinstance(item, dict) for item in items):
        names = dict.fromkeys(key for item in items for key in item)
        return {key: [item.get(key) for item in items] for key in names}
    if all(isinstance(item, str) or item is None for item in items):
        return {TEXT_COLUMN: items}
    if all(isinstance(item, list) for item in items):
        if all(isinstance(value, int | float) for item in items for value in item):
            return {VECTOR_COLUMN: items}
        return _from_rows(items, header)
    if any(isinstance(item, dict) for item in items):
        at = next(i for i, item in enumerate(items) if not isinstance(item, dict))
        message = f"{name} mixes objects with other values: item {at + 1:,} is {as_text(items[at])[:40]}."
        raise InputError(message, "Each item must be an object with the same keys.")
    return {VALUE_COLUMN: items}


def _from_rows(rows: list[list[Any]], header: bool | None) -> Columns:
    if header is None:
        texts = [["" if v is None else as_text(v) for v in row] for row in rows[:200]]
        header = all(isinstance(v, str) for v in rows[0]) and has_header(texts)
    width = max(len(row) for row in rows)
    body = rows[1:] if header else rows
    names = [str(v) for v in rows[0]] if header else []
    names += [f"column {i + 1}" for i in range(len(names), width)]
    return {key: [row[i] if i < len(row) else None for row in body] for i, key in enumerate(names)}


def _from_object(document: dict[str, Any], header: bool | None, name: str, notes: list[str]) -> Columns:
    data = document.get("data")
    if isinstance(data, list) and data:
        named = document.get("columns")
        if isinstance(named, list) and all(isinstance(row, list) and len(row) == len(named) for row in data):
            return {str(key): [row[i] for row in data] for i, key in enumerate(named)}
        return _from_list(data, header, name)
    lists = [key for key, value in document.items() if isinstance(value, list)]
    tables = [key for key in lists if document[key] and all(isinstance(item, dict) for item in document[key])]
    if len(tables) == 1:
        notes.append(f"The table was taken from {tables[0]!r}.")
        return _from_list(document[tables[0]], header, name)
    if len(lists) == len(document):
        return _same_lengths(document, name)
    values = list(document.values())
    if all(isinstance(value, dict) and value.keys() == values[0].keys() for value in values):
        if all(key.isdecimal() for key in values[0]):  # pandas' DataFrame.to_json: column -> row -> value
            return {key: list(value.values()) for key, value in document.items()}
        return {"key": list(document), **{key: [v[key] for v in values] for key in values[0]}}
    if not lists:  # one record, alone
        return {key: [value] for key, value in document.items()}
    raise InputError(f"{name} is JSON but contains no table.", SHAPES)


def _same_lengths(document: dict[str, list[Any]], name: str) -> Columns:
    lengths = {key: len(value) for key, value in document.items()}
    if len(set(lengths.values())) > 1:
        summary = ", ".join(f"{key} has {n:,}" for key, n in list(lengths.items())[:5])
        raise InputError(f"The columns of {name} differ in length: {summary}.", "Each list needs one value per row.")
    return document
