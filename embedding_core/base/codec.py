"""Frozen dataclasses as JSON and files, and back by the type hints of their fields.

An array becomes `NAME.npy` and a table `NAME.parquet`, where NAME is the path of fields that leads to it, and the JSON
holds that name in its place. The rest is JSON: dataclasses as objects, tuples as lists, enums as their values.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import repeat
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from embedding_core.base.keys import stored_name
from embedding_core.base.store import META_FILE

_FILES = (np.ndarray, pd.DataFrame)
_ABSENT = object()


def encode(value: Any, folder: Path | None = None, name: str = "") -> Any:
    """Return a value as JSON values, its arrays and tables written into a folder.

    Args:
        value: a dataclass, array, table, tuple, list or dictionary of such, or what JSON holds as it is.
        folder: where files are written; not needed for a value without arrays and tables.
        name: the path of fields that leads to the value; of a whole dataclass, nothing.
    """
    if isinstance(value, _FILES):
        _write(value, folder, name)
        return name
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((field, getattr(value, field.name)) for field in fields(value))
        return {stored_name(field): encode(part, folder, _path(name, stored_name(field))) for field, part in parts}
    if isinstance(value, Mapping):
        return {key: encode(part, folder, _path(name, i)) for i, (key, part) in enumerate(value.items())}
    if isinstance(value, (tuple, list)):
        return [encode(part, folder, _path(name, i)) for i, part in enumerate(value)]
    return value


def decode(hint: Any, value: Any, folder: Path | None = None, name: str = "") -> Any:
    """Return what `encode` was given, maybe after a journey through JSON; arrays are read-only maps of their files.

    A field that is absent from the JSON takes its default, and an array that is, its own name.

    Raises:
        KeyError: an object says by "is" which dataclass it is, and the hint allows none of that name.
    """
    if value is None:
        return None
    kind, args = get_origin(hint) or hint, get_args(hint)
    if kind in (Union, UnionType):
        arms = [arm for arm in args if arm is not NoneType]
        return decode(_arm(arms, value), value, folder, name)
    if kind in _FILES:
        return _read(kind, folder, value)
    if kind in (tuple, list):
        hints = repeat(args[0]) if kind is list or args[1:] == (Ellipsis,) else args
        return kind(decode(part_hint, part, folder) for part_hint, part in zip(hints, value, strict=False))
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return {args[0](key): decode(args[1], part, folder) for key, part in value.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if isinstance(value, dict) and "is" in value:
        kind = _named([kind], value["is"])
    return _decode_fields(kind, value, folder, name) if is_dataclass(kind) and isinstance(value, dict) else value


def _decode_fields(kind: Any, value: dict[str, Any], folder: Path | None, name: str) -> Any:
    found = {}
    for field, hint in _hints(kind):
        path = _path(name, stored_name(field))
        part = value.get(stored_name(field), value.get(field.name, _ABSENT))
        if part is _ABSENT and (get_origin(hint) or hint) in _FILES:
            part = path
        if part is not _ABSENT:
            found[field.name] = decode(hint, part, folder, path)
    return kind(**found)


def save_result(result: Any, folder: Path, name: str) -> dict[str, Any]:
    """Write the files of a stage's result and return the rest; `name` is that of a result that is no dataclass."""
    return encode(result, folder) if is_dataclass(result) else {name: encode(result, folder, name)}


def load_result(hint: Any, folder: Path, about: dict[str, Any], name: str) -> Any:
    """Return what `save_result` was given, from the files and the rest."""
    record = is_dataclass(hint)
    names = [stored_name(field) for field, _ in _hints(hint)] if record else [name]
    for file in folder.glob("*.json"):
        # Before the codec, JSON stood in files of its own: that of one field, or of all.
        if file.name != META_FILE:
            found = json.loads(file.read_text())
            about = about | {file.stem: found} if file.stem in names else found
    return decode(hint, about, folder) if record else decode(hint, about.get(name, name), folder, name)


def _write(value: Any, folder: Path | None, name: str) -> None:
    if folder is None:
        raise TypeError(f"{name} is an array or a table and needs a folder")
    if isinstance(value, pd.DataFrame):
        value.to_parquet(folder / f"{name}.parquet", index=False)
    else:
        np.save(folder / f"{name}.npy", value, allow_pickle=False)


def _read(kind: type, folder: Path | None, name: str) -> Any:
    if folder is None:
        raise TypeError(f"{name} is an array or a table and needs a folder")
    if kind is pd.DataFrame:
        return pd.read_parquet(folder / f"{name}.parquet")
    return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)


def _path(name: str, part: str | int) -> str:
    return f"{name}.{part}" if name else str(part)


@cache
def _hints(kind: type) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in fields(kind))


def _arm(arms: list[Any], value: Any) -> Any:
    """Return which of several types a value is of; Any where JSON does not tell."""
    if isinstance(value, dict) and "is" in value:
        return _named(arms, value["is"])
    return arms[0] if len(arms) == 1 else Any


def _named(kinds: Iterable[Any], name: str) -> type:
    return {kind.__name__: kind for one in kinds for kind in _subclasses(get_origin(one) or one)}[name]


def _subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for subclass in kind.__subclasses__():
        yield from _subclasses(subclass)
