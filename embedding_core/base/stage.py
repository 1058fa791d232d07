"""What every stage is: one step from stored artifacts to another, as plain data.

A stage's key is the SHA-256 of the keys it came from and its own resolved parameters, so a changed parameter makes its
own stage anew and what hangs below it, nothing else.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, get_args, get_type_hints

from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress

_STAGES: dict[str, type["Stage"]] = {}


class Lane(StrEnum):
    """Where a stage runs: one process a lane, one job at a time in each."""

    QUICK = "quick"
    ENCODE = "encode"
    MAP = "map"
    TRAIN = "train"


class Stage(ABC):
    """One step; subclasses are frozen dataclasses of plain values, known by their names from the moment they exist."""

    kind: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        other = _STAGES.setdefault(cls.__name__, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two stages are called {cls.__name__}: in {other.__module__} and in {cls.__module__}")
        _STAGES[cls.__name__] = cls

    @property
    def lane(self) -> Lane:
        """Where it runs."""
        return Lane.QUICK

    @property
    @abstractmethod
    def key(self) -> Key:
        """Name of the artifact."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What a person reads while it runs."""

    def needs(self) -> tuple["Stage", ...]:
        """Stages whose artifacts must be there first."""
        return ()

    @abstractmethod
    def make(self, store: Store, progress: Progress) -> None:
        """Write the artifact."""

    @abstractmethod
    def load(self, store: Store) -> Any:
        """Read the artifact back."""


def describe(value: Any) -> Any:
    """Return a stage or other plain dataclass as JSON values, to be kept or sent to another process."""
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{f.name: describe(getattr(value, f.name)) for f in fields(value)}}
    return [describe(part) for part in value] if isinstance(value, tuple) else value


def revive(value: Any, owner: type | None = None) -> Any:
    """Return what `describe` was given.

    A name is that of a stage, or of a dataclass among the type hints of `owner`, whose field the value is.

    Raises:
        KeyError: there is no stage or dataclass of that name.
    """
    if isinstance(value, dict):
        kind = _STAGES.get(value["is"]) or _field_kinds(owner)[value["is"]]
        return kind(**{name: revive(part, kind) for name, part in value.items() if name != "is"})
    return tuple(revive(part, owner) for part in value) if isinstance(value, list) else value


@cache
def _field_kinds(owner: type | None) -> dict[str, type]:
    """Return the dataclasses that the fields of a dataclass may hold, subclasses included, by name."""
    hints = get_type_hints(owner).values() if owner is not None else ()
    return {kind.__name__: kind for hint in hints for kind in _dataclasses(hint)}


def _dataclasses(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
        for kind in hint.__subclasses__():
            yield from _dataclasses(kind)
    for part in get_args(hint):
        yield from _dataclasses(part)
