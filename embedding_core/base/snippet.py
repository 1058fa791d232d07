"""Python that gives the numbers of a page again: the stored data set in its space, and parameters as code."""

from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any

from embedding_core.base.types import Key


def opening(dataset: Key, encoder: str) -> str:
    """Return code that leaves `engine`, `dataset`, `space` and `vectors` (n, dim); it uses what is stored already."""
    return f"""\
from embedding_core.engine import Engine, open_store

engine = Engine(open_store())
dataset = engine.dataset({dataset!r})
space = engine.embedding(dataset, {encoder!r})
vectors = engine.make(space)
"""


def imports(*values: Any) -> str:
    """Return the lines that import the classes of some values, each once."""
    lines = {f"from {type(value).__module__} import {type(value).__name__}" for value in values}
    return "\n".join(sorted(lines))


def written(value: Any) -> str:
    """Return Python that makes a value again: plain, or parameters, of which those that are as usual are left out."""
    if is_dataclass(value):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        default = {
            field.name: field.default if field.default_factory is MISSING else field.default_factory()
            for field in fields(value)
        }
        changed = (f"{name}={written(part)}" for name, part in held.items() if part != default[name])
        return f"{type(value).__name__}({', '.join(changed)})"
    return repr(str(value) if isinstance(value, StrEnum) else value)
