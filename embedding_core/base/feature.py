"""What every feature says of itself, in its folder's `feature.py`: its page, its stages, its commands, its state.

The menu, the pages, the command line and the workspace are made of the list in `embedding_core/features.py`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Self


class Section(StrEnum):
    """A section of the menu."""

    DATA = "Data"
    EXPLORE = "Explore"
    MEASURE = "Measure"
    LEARN = "Learn"


@dataclass(frozen=True)
class FeatureState:
    """What a visitor has chosen on the page of one feature: names, parameters, row numbers; no arrays.

    Subclasses are frozen dataclasses whose fields all have defaults. They are saved between visits, field by field.
    """

    def to_query(self) -> dict[str, str]:
        """Return the parts that go into the address, by name; a part that is empty is left out of it."""
        return {}

    def from_query(self, query: Mapping[str, str], encoders: Collection[str]) -> Self:
        """Return this state, changed as an address says; a part that makes no sense is left out.

        An address is anybody's text. `encoders` are the names it may give: no other may be loaded because of a link.
        """
        return self

    def for_dataset(self, label: str | None, *, same_rows: bool) -> Self:
        """Return what stays true when another data set is opened.

        Args:
            label: the label column of the data set that is opened, if it has one.
            same_rows: its rows are those of the data set before, only the columns differ.
        """
        return self

    def within(self, rows: int) -> Self:
        """Return this state without row numbers beyond a data set of so many rows."""
        return self

    def without_dataset(self) -> Self:
        """Return what stays true when the data set has gone from the store."""
        return type(self)()


@dataclass(frozen=True)
class Command:
    """A command of the command line."""

    name: str
    function: str
    """Where its function is, as `module:function`; imported only when the command is called."""
    summary: str


@dataclass(frozen=True)
class Feature:
    """A page of the product and all that belongs to it."""

    name: str
    """The page's file and address, and the feature's folder on every floor."""
    title: str
    icon: str
    """A Material Symbol, as `:material/name:`."""
    summary: str
    """One sentence on what the page is for."""
    section: Section
    heading: str = ""
    """What stands on top of the page; the title when empty."""
    stages: tuple[ModuleType, ...] = ()
    """The modules of its stages: once imported, a worker knows the stages by name."""
    commands: tuple[Command, ...] = ()
    state: type[FeatureState] | None = None
    """What a visitor chooses on its page; None when nothing of it is kept."""
