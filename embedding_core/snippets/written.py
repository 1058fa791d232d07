"""Parameters as Python."""

from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any


def written(value: Any) -> str:
    """Return Python that makes a value again: plain, or parameters, of which those that are as usual are left out."""
    if is_dataclass(value):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        usual = {
            field.name: field.default if field.default_factory is MISSING else field.default_factory()
            for field in fields(value)
        }
        changed = (f"{name}={written(part)}" for name, part in held.items() if part != usual[name])
        return f"{type(value).__name__}({', '.join(changed)})"
    return repr(str(value) if isinstance(value, StrEnum) else value)
