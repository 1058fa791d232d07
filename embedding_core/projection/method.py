"""What a projection method is: one class that says what it is called, what it needs, and how it draws."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from math import inf
from typing import Any, ClassVar, Generic, TypeVar

from embedding_core.base.choices import member
from embedding_core.base.errors import ParameterError
from embedding_core.base.stage import Lane
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.neighbors.exact import Neighbors
from embedding_core.projection.result import Projection

_MAP_DIMS = (2, 3)
_METADATA = "parameter"


@dataclass(frozen=True)
class Parameter:
    """What a form, the command line and the check of a value know of one field of a method's parameters."""

    label: str = ""
    """The field's name on the screen; a field without one is not in the form."""
    help: str = ""
    minimum: float = -inf
    maximum: float = inf
    """The values that are allowed, both ends included."""
    slider: tuple[float, float] | None = None
    """The values that a slider offers; without it a number is typed."""
    step: float | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    """For a `StrEnum` each member's name on the screen."""

    @property
    def metadata(self) -> dict[str, "Parameter"]:
        """The parameter as the metadata of a dataclass field."""
        return {_METADATA: self}

    def check(self, name: str, value: Any) -> None:
        """Check one value.

        Raises:
            ParameterError: it is out of range.
        """
        if isinstance(value, (int, float)) and not self.minimum <= value <= self.maximum:
            ends = [f"{end:.10g}" for end in (self.minimum, self.maximum) if abs(end) < inf]
            allowed = " to ".join(dict.fromkeys(ends)) + (" or more" if self.maximum == inf else "")
            raise ParameterError(f"{name} is {value:g}.", f"Choose {allowed}.")


def parameter_of(spec: Field[Any]) -> Parameter:
    """Return what is known of a field."""
    found: Parameter = spec.metadata.get(_METADATA, Parameter())
    return found


@dataclass(frozen=True)
class ProjectionParams:
    """How a map is drawn; each method has a frozen subclass of its own, whose name and fields are part of stored keys.

    A value is checked against its field's `Parameter`, and a `StrEnum` may be given as text.

    Raises:
        ParameterError: a value is out of range.
    """

    dims: int = field(default=2, metadata=Parameter(minimum=2, maximum=3).metadata)
    """Axes of the map."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(one.default, StrEnum):
                object.__setattr__(self, one.name, member(type(one.default), value, one.name))
            else:
                parameter_of(one).check(one.name, value)

    @classmethod
    def form(cls) -> dict[str, Parameter]:
        """Return the fields that a person can set, by name: the method's own first, then what methods share."""
        own = sorted(fields(cls), key=lambda one: one.name not in cls.__annotations__)
        return {one.name: found for one in own if (found := parameter_of(one)).label}


SEED_HELP = "The same seed draws the same map. Another seed shows which parts of the map are random."


@dataclass(frozen=True, kw_only=True)
class SeededParams(ProjectionParams):
    """How a map is drawn by a method that uses random numbers."""

    seed: int = field(default=0, metadata=Parameter("Seed", SEED_HELP, minimum=0, maximum=2**32 - 1).metadata)


P = TypeVar("P", bound=ProjectionParams)


class ProjectionMethod(ABC, Generic[P]):
    """One way to draw a map. A subclass in a module of `embedding_core.projection.methods` is found by itself.

    Args:
        params: how to draw; the method's defaults when left out.
    """

    name: ClassVar[str]
    """Its name on the command line and in stored results."""
    title: ClassVar[str]
    """Its name on the screen."""
    summary: ClassVar[str]
    """What it keeps and what it gives up: the rest of a sentence that begins with its title."""
    source: ClassVar[str]
    """A paper or page to read, as a Markdown link."""
    parameters: ClassVar[type[ProjectionParams]]
    position: ClassVar[int] = 100
    """Its place in lists: the smallest comes first."""
    lane: ClassVar[Lane] = Lane.MAP
    """Where it runs; in `Lane.QUICK` it takes a second at most and is shown while a slower map is drawn."""
    libraries: ClassVar[Mapping[str, str]] = {}
    """The libraries that decide where points lie, each with the version that keys without a version stand for."""
    reading: ClassVar[str] = "Close points are similar; large distances mean little."
    """How to read its maps, in a sentence."""
    can_transform: ClassVar[bool] = False
    """It can place new rows on a map that was drawn."""

    def __init__(self, params: P | None = None) -> None:
        self.params: P = params or self.parameters()  # type: ignore[assignment]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" not in vars(cls):
            return
        other = _METHODS.setdefault(cls.name, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two projection methods are called {cls.name}: in {other.__module__} and {cls.__module__}")
        _METHODS[cls.name] = cls

    @classmethod
    def dims(cls) -> tuple[int, ...]:
        """Return the dimensions it draws in, of 2 and 3."""
        known = next(parameter_of(one) for one in fields(cls.parameters) if one.name == "dims")
        return tuple(dims for dims in _MAP_DIMS if known.minimum <= dims <= known.maximum)

    @property
    def neighbors(self) -> int:
        """How many nearest neighbors of each row it needs; 0 when it needs none."""
        return 0

    @abstractmethod
    def fit(self, matrix: Matrix, neighbors: Neighbors | None = None, progress: Progress = no_progress) -> Projection:
        """Draw the map of (n, dim) vectors.

        Args:
            matrix: (n, dim) float32.
            neighbors: at least `self.neighbors` of each row, or all there are.
            progress: called with how much is done and how much there is; may stop the work by raising.

        Raises:
            InputError: the matrix has no row, or the neighbors are of another number of rows.
            ParameterError: there are too few neighbors of each row.
        """

    def transform(self, rows: Matrix, matrix: Matrix) -> Matrix:
        """Return (m, dims) coordinates of new rows (m, dim) on the map that `fit` draws of `matrix` (n, dim).

        Raises:
            ParameterError: the method can draw only all rows at once.
        """
        raise ParameterError(f"{self.title} cannot place new rows on a map.", "Draw the map of all rows again.")


_METHODS: dict[str, type[ProjectionMethod[Any]]] = {}


def known_methods() -> dict[str, type[ProjectionMethod[Any]]]:
    """Return the methods that have been imported, by name, in the order of their positions."""
    return dict(sorted(_METHODS.items(), key=lambda one: (one[1].position, one[0])))
