"""What stands in an address: text that anybody may have written, so it is read with care."""

from dataclasses import fields
from typing import Any

from embedding_core.base.errors import VectorscopeError
from embedding_core.base.keys import stored_name

_MOST_ROWS = 60
_MOST_DIGITS = 9


def write_rows(rows: tuple[int, ...]) -> str:
    """Return row numbers as text; empty for more than 60, which would make the address too long."""
    return ",".join(map(str, rows)) if len(rows) <= _MOST_ROWS else ""


def read_rows(text: str | None) -> tuple[int, ...] | None:
    """Return the row numbers of a text; None without a text, or when a part of it is not a row number."""
    parts = (text or "").split(",")
    return tuple(map(int, parts)) if all(part.isdecimal() and len(part) <= _MOST_DIGITS for part in parts) else None


def write_params(params: Any) -> str:
    """Return a dataclass of plain values as text: its class, then what is not None as `name=value`."""
    given = (f"{name}={value}" for name, value in vars(params).items() if value is not None)
    return ",".join([type(params).__name__, *given])


def read_params(text: str, kinds: tuple[type[Any], ...]) -> Any:
    """Return what `write_params` was given, as one of some dataclasses; None for what makes no sense."""
    name, *parts = text.split(",")
    kind = {kind.__name__: kind for kind in kinds}.get(name)
    if kind is None:
        return None
    try:
        given = dict(part.split("=", 1) for part in parts)
        # Links made before a field was renamed have its first name.
        known = {field.name: given.get(field.name, given.get(stored_name(field))) for field in fields(kind)}
        # What is None by default is a number where it is given.
        types = {name: int if default is None else type(default) for name, default in vars(kind()).items()}
        return kind(**{name: types[name](text) for name, text in known.items() if text is not None})
    except (ValueError, VectorscopeError):
        return None
