"""What one browser session has chosen: names, parameters, row numbers. No arrays.

It is saved between visits and, where it is small enough, written into the address, so a link reopens the view. What
belongs to one feature stands in the state that the feature's folder defines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from embedding_core.base.feature import FeatureState
from embedding_core.base.links import read_rows, write_rows
from embedding_core.base.stage import describe, revive
from embedding_core.base.types import Key
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.dataset import Kind
from embedding_core.data.stages import Source
from embedding_core.data.table import ReadOptions
from embedding_core.encoders import DEFAULT_ENCODER, list_specs
from embedding_core.features import FEATURES

State = TypeVar("State", bound=FeatureState)

_REMEMBERED_READINGS = 50

_STATES = {feature.name: feature.state for feature in FEATURES if feature.state is not None}


@dataclass(frozen=True)
class Selection:
    """Rows that a person picked out, and how."""

    rows: tuple[int, ...] = ()
    how: str = ""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Reading:
    """What a person has decided of how a file is read."""

    file: Key
    """The key of its bytes."""
    options: ReadOptions = field(default_factory=ReadOptions)
    choice: ColumnChoice | None = None
    """The columns, where they are not those that were guessed."""

    @property
    def is_automatic(self) -> bool:
        """Whether nothing was decided."""
        return self.options == ReadOptions() and self.choice is None


@dataclass(frozen=True)
class ChosenEncoders:
    """The encoder that a person chose for each kind of data; None where none was chosen."""

    text: str | None = None
    pictures: str | None = None
    vectors: str | None = None

    def of(self, kind: Kind) -> str | None:
        """Return the encoder that was chosen for a kind of data."""
        chosen: str | None = getattr(self, kind)
        return chosen

    def choose(self, name: str, kinds: Iterable[Kind]) -> "ChosenEncoders":
        """Return the choice with an encoder for these kinds."""
        return replace(self, **{str(kind): name for kind in kinds})


@dataclass(frozen=True)
class Workspace:
    """The state of one visitor's session."""

    dataset: Key | None = None
    source: Source | None = None
    """What the data set was made from, when it was from files; so that its reading can be changed."""
    choice: ColumnChoice = field(default_factory=ColumnChoice)
    encoder: str = DEFAULT_ENCODER
    encoders: ChosenEncoders = field(default_factory=ChosenEncoders)
    readings: tuple[Reading, ...] = ()
    """Of the files last decided on, the last one first."""
    dismissed: Key | None = None
    """The data set, as it was read, whose summary was put away."""
    selection: Selection = field(default_factory=Selection)
    item: int | None = None
    """The row whose card is open."""
    states: tuple[FeatureState, ...] = field(default_factory=lambda: tuple(kind() for kind in _STATES.values()))
    """The state of every feature that has one, in the order of the menu: read by `state`, changed by `with_state`."""

    def reading(self, file: Key) -> Reading | None:
        """Return what was decided of how a file is read."""
        return next((reading for reading in self.readings if reading.file == file), None)

    def with_reading(self, reading: Reading) -> "Workspace":
        """Return the workspace that remembers how a file is read, or forgets it when nothing is decided."""
        others = [other for other in self.readings if other.file != reading.file]
        kept = others if reading.is_automatic else [reading, *others]
        return replace(self, readings=tuple(kept[:_REMEMBERED_READINGS]))

    def state(self, kind: type[State]) -> State:
        """Return the state of the feature that has states of this kind."""
        return next(state for state in self.states if isinstance(state, kind))

    def with_state(self, *states: FeatureState) -> "Workspace":
        """Return the workspace with these states in place of those of their kinds."""
        changed = {type(state): state for state in states}
        return replace(self, states=tuple(changed.get(type(state), state) for state in self.states))

    def with_dataset(self, dataset: Key, label: str | None, *, same_rows: bool = False) -> "Workspace":
        """Return the workspace on another data set, without what belonged to the one before.

        Args:
            dataset: the key of the data set.
            label: its label column, if it has one.
            same_rows: its rows are those of the data set before, only the columns differ.
        """
        states = tuple(state.for_dataset(label, same_rows=same_rows) for state in self.states)
        if same_rows:
            return replace(self, dataset=dataset, states=states)
        return replace(self, dataset=dataset, selection=Selection(), item=None, states=states)

    def without_dataset(self) -> "Workspace":
        """Return the workspace after its data set has gone from the store."""
        states = tuple(state.without_dataset() for state in self.states)
        return Workspace(encoder=self.encoder, encoders=self.encoders, readings=self.readings, states=states)

    def within(self, rows: int) -> "Workspace":
        """Return the workspace without row numbers beyond a data set of so many rows."""
        selected = tuple(row for row in self.selection.rows if 0 <= row < rows)
        return replace(
            self,
            selection=replace(self.selection, rows=selected),
            item=self.item if self.item is not None and 0 <= self.item < rows else None,
            states=tuple(state.within(rows) for state in self.states),
        )

    def to_query(self) -> dict[str, str]:
        """Return the parts that fit into an address, by name."""
        if self.dataset is None:
            return {}
        parts = {
            "data": self.dataset,
            "encoder": self.encoder if self.encoder != DEFAULT_ENCODER else "",
            "item": "" if self.item is None else str(self.item),
            "rows": write_rows(self.selection.rows),
        }
        for state in self.states:
            parts |= state.to_query()
        return {name: part for name, part in parts.items() if part}

    def from_query(self, query: Mapping[str, str]) -> "Workspace":
        """Return the workspace that a link describes; a part that makes no sense is left out."""
        if "data" not in query:
            return self
        base = self
        if query["data"] != self.dataset:
            base = Workspace(dataset=query["data"], encoders=self.encoders, readings=self.readings)
        # A link is anybody's text: it may name an encoder of the list, but make nothing load from a hub or a folder.
        encoders = {spec.name for spec in list_specs()} | {base.encoder}
        named = query.get("encoder", DEFAULT_ENCODER)
        item, rows = read_rows(query.get("item")), read_rows(query.get("rows"))
        return replace(
            base,
            encoder=named if named in encoders else base.encoder,
            selection=base.selection if rows is None else Selection(rows, "from a link"),
            item=item[0] if item is not None and len(item) == 1 else base.item,
            states=tuple(state.from_query(query, encoders) for state in base.states),
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        common = {part.name: describe(getattr(self, part.name)) for part in fields(self) if part.name != "states"}
        return common | {"states": {name: _state_json(self.state(kind)) for name, kind in _STATES.items()}}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Workspace":
        """Return what `to_json` was called on; a feature that the JSON does not know has its first state.

        Raises:
            ParameterError: a value is out of range.
        """
        common = {name: revive(value, cls) for name, value in saved.items() if name != "states"}
        states = saved["states"]
        return cls(**common, states=tuple(_state_from(kind, states.get(name, {})) for name, kind in _STATES.items()))


def _state_json(state: FeatureState) -> dict[str, Any]:
    return {part.name: describe(getattr(state, part.name)) for part in fields(state)}


def _state_from(kind: type[FeatureState], saved: Mapping[str, Any]) -> FeatureState:
    return kind(**{name: revive(value, kind) for name, value in saved.items()})
