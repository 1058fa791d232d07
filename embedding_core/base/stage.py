"""What every stage is: one step from stored artifacts to another, as plain data.

A stage's key is the SHA-256 of the keys it came from and its own resolved parameters, so a changed parameter makes its
own stage anew and what hangs below it, nothing else.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import version as installed_version
from typing import Any, ClassVar, Generic, get_args, get_type_hints

from typing_extensions import TypeVar

from embedding_core.base.codec import decode, load_result, save_result
from embedding_core.base.keys import fingerprint
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress

Result_co = TypeVar("Result_co", covariant=True, default=Any)

_STAGES: dict[str, type["Stage"]] = {}


class Lane(StrEnum):
    """Where a stage runs: one process a lane, one job at a time in each."""

    QUICK = "quick"
    ENCODE = "encode"
    MAP = "map"
    TRAIN = "train"


class Stage(ABC, Generic[Result_co]):
    """One step; subclasses are frozen dataclasses of plain values, known by their names from the moment they exist.

    A subclass says `Stage[Result]`, its `kind` and `title`, and how to `compute` the result, whose type is the return
    annotation of `compute`: a dataclass, an array, a table, or what JSON holds. The base class stores it and reads it
    back. Only a stage whose artifact has files of another form overrides `make` and `load`.
    """

    kind: ClassVar[str]
    """The folder of the store with its artifacts."""
    version: ClassVar[int] = 1
    """Raised when the same fields come to give another result, or one that is stored otherwise."""
    result_name: ClassVar[str] = "vectors"
    """What a result that is no dataclass is stored as."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        other = _STAGES.setdefault(cls.__name__, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two stages are called {cls.__name__}: in {other.__module__} and in {cls.__module__}")
        _STAGES[cls.__name__] = cls

    @property
    @abstractmethod
    def title(self) -> str:
        """What a person reads while it runs."""

    @property
    def lane(self) -> Lane:
        """Where it runs."""
        return Lane.QUICK

    @property
    def libraries(self) -> Mapping[str, str]:
        """The libraries that decide the result, each with the version that the keys without a version stand for."""
        return {}

    @property
    def key(self) -> Key:
        """Name of the artifact."""
        return fingerprint(self.kind, self.version, *self.key_parts(), *_other_versions(self.libraries))

    def key_parts(self) -> tuple[object, ...]:
        """Return what the result depends on: of its fields the stages' keys and the others' values."""
        values = (getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]
        return tuple(value.key if isinstance(value, Stage) else value for value in values)

    def needs(self) -> tuple["Stage", ...]:
        """Return the stages whose artifacts must be there first: those among its fields."""
        values = (getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]
        return tuple(value for value in values if isinstance(value, Stage))

    def compute(self, store: Store, progress: Progress) -> Result_co:
        """Return the result, made of the artifacts it needs."""
        raise NotImplementedError(f"{type(self).__name__} says neither what it computes nor how to make it")

    def make(self, store: Store, progress: Progress) -> None:
        """Write the artifact."""
        result = self.compute(store, progress)
        about: dict[str, Any] = {}
        with store.write(self.kind, self.key, about) as folder:
            about |= save_result(result, folder, self.result_name)

    def load(self, store: Store) -> Result_co:
        """Read the artifact back; arrays are read-only maps of their files.

        Raises:
            ArtifactMissingError: it is not there, or was damaged and has been dropped.
        """
        folder, about = store.open(self.kind, self.key), store.about(self.kind, self.key)
        result: Result_co = load_result(_result_type(type(self)), folder, about, self.result_name)
        return result


@cache
def _result_type(stage: type[Stage]) -> Any:
    return get_type_hints(stage.compute)["return"]


def _other_versions(libraries: Mapping[str, str]) -> list[str]:
    """Return the installed versions of those libraries that are not of the version named."""
    return [f"{name} {_installed(name)}" for name, known in sorted(libraries.items()) if _installed(name) != known]


_installed = cache(installed_version)


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
        return decode(kind, value)
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
