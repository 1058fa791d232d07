"""JSON and JSON Lines."""

import json
import re
from typing import Any

from embedding_core.base.errors import InputError
from embedding_core.data.table import Format, RawTable, ReadOptions, ReadReport
from embedding_core.data.tables.decode import Decoded, decode
from embedding_core.data.tables.json_places import SHAPES, Place, find_table, table_at

_NAMED = 5
_BETWEEN = re.compile(r"[\s,\x1e]*")


def read_json(data: bytes, options: ReadOptions, name: str) -> RawTable:
    """Read the table in a JSON document, or in several one after another: one a line, or each over several lines.

    Raises:
        InputError: it is no JSON, or no table can be seen in it.
    """
    decoded = decode(data, options.encoding, name)
    form = Format.JSON
    try:
        document = _loads(decoded.data, name)
    except InputError:
        first, rest = _first_line(decoded.data)
        if options.format is Format.JSON or not rest:
            raise
        form, document = Format.JSONL, _load_lines(decoded.data, name) if is_json(first) else _load_each(decoded.data)
        if document is None:
            raise
    return _read(document, form, decoded, options, name)


def read_jsonl(data: bytes, options: ReadOptions, name: str) -> RawTable:
    """Read one JSON value a line.

    Raises:
        InputError: a line is no JSON; its number is said.
    """
    decoded = decode(data, options.encoding, name)
    return _read(_load_lines(decoded.data, name), Format.JSONL, decoded, options, name)


def is_json(data: bytes) -> bool:
    """Say whether bytes are one JSON document."""
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _read(document: Any, form: Format, decoded: Decoded, options: ReadOptions, name: str) -> RawTable:
    notes: list[str] = list(decoded.notes)
    warnings: list[str] = []
    if options.records_path is None:
        place, others = find_table(document, options.header, name)
    else:
        place, others = table_at(document, options.records_path, options.header, name)
    columns = place.build(notes, warnings)
    if others:
        warnings.append(f"The records at {place.path or 'the root'!r} were read, and not {_named(others)}.")
    path = place.path or None
    report = ReadReport(
        form,
        decoded.encoding,
        records_path=path,
        records_paths=tuple(dict.fromkeys(other.path for other in others)),
        notes=tuple(notes),
        warnings=tuple(warnings),
        other_encoding=decoded.other,
    )
    return RawTable(list(columns), list(columns.values()), report)


def _named(places: list[Place]) -> str:
    named = [f"{place.path or 'the root'!r} ({place.rows:,})" for place in places[:_NAMED]]
    return ", ".join(named) + (", …" if len(places) > _NAMED else "")


def _loads(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        message = f"{name} is not valid JSON: {error.msg} in line {error.lineno:,}, column {error.colno:,}."
        raise InputError(message, "Correct this position or export the file again.") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is JSON that cannot be read: {error}.", SHAPES) from None


def _lines(data: bytes) -> list[bytes]:
    """Return the lines of JSON Lines; a carriage return ends one only where nothing else does."""
    return data.split(b"\n" if b"\n" in data else b"\r")


def _first_line(data: bytes) -> tuple[bytes, bytes]:
    first, _, rest = data.strip().partition(b"\n" if b"\n" in data else b"\r")
    return first, rest


def _load_lines(data: bytes, name: str) -> list[Any]:
    lines = [line for line in _lines(data) if line.strip()]
    try:
        # One call for all lines is three times as fast as one a line.
        records = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        records = []
    if len(records) == len(lines):
        return list(records)
    records = []
    for number, line in enumerate(_lines(data), start=1):
        if line.strip():
            try:
                records.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                if (each := _load_each(data)) is not None:
                    return each
                message = f"Line {number:,} of {name} is not valid JSON: {error}."
                raise InputError(message, "Each line must be one whole JSON value.") from None
    return records


def _load_each(data: bytes) -> list[Any] | None:
    """Return documents that stand one after another, as `jq` prints them, or between commas; None where one is none."""
    text, decoder, records, at = data.decode("utf-8", "replace"), json.JSONDecoder(), [], 0
    while (start := _BETWEEN.match(text, at)) and (at := start.end()) < len(text):
        try:
            record, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        records.append(record)
    return records
