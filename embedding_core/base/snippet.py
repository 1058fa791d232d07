"""Python that gives the numbers of a page again: the stored data set in its space, and parameters as code."""

from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any

from embedding_core.base.types import Key


def opening(dataset: Key, encoder: str) -> str:
    """Return code that defines `engine`, `dataset`, `space` and `vectors` (n, dim), from the store where it can."""
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
    """Return a value as Python code: a plain value, or parameters without those that have their defaults."""
    if is_dataclass(value):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        default = {
            field.name: field.default if field.default_factory is MISSING else field.default_factory()
            for field in fields(value)
        }
        changed = (f"{name}={written(part)}" for name, part in held.items() if part != default[name])
        return f"{type(value).__name__}({', '.join(changed)})"
    return repr(str(value) if isinstance(value, StrEnum) else value)
