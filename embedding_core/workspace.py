"""What one browser session has chosen: names, parameters, row numbers. No arrays.

It is saved between visits and, where it is small enough, written into the address, so a link reopens the view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from embedding_core.encoders import DEFAULT_ENCODER, list_specs
from embedding_core.errors import VectorscopeError
from embedding_core.projection import PCAParams, UMAPParams
from embedding_core.sources import ColumnChoice
from embedding_core.stages import Source, describe, revive
from embedding_core.types import Key

_ROWS_IN_LINK = 60


@dataclass(frozen=True)
class Selection:
    """Rows that a person picked out, and how."""

    rows: tuple[int, ...] = ()
    how: str = ""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Workspace:
    """The state of one visitor's session."""

    dataset: Key | None = None
    source: Source | None = None
    """What the data set was made from, when it was from files; so that its reading can be changed."""
    choice: ColumnChoice = field(default_factory=ColumnChoice)
    encoder: str = DEFAULT_ENCODER
    projection: PCAParams | UMAPParams = field(default_factory=UMAPParams)
    color: str | None = None
    selection: Selection = field(default_factory=Selection)
    item: int | None = None
    """The row whose card is open."""
    query: str = ""
    picture: Key | None = None
    """An upload that is searched for."""
    searcher: str = "dense"
    """Who ranks what is found; from a link anybody's text."""
    where: str = ""
    """A filter on what is found."""
    more: tuple[int, ...] = ()
    """Rows to find more like."""
    less: tuple[int, ...] = ()
    centred: bool = False
    """On the map, pictures and texts are each moved to the middle: the gap between them is taken out."""

    def with_dataset(self, dataset: Key, color: str | None) -> "Workspace":
        """Return the workspace on another data set: what belonged to the old rows is dropped."""
        return replace(self.without_search(), dataset=dataset, color=color, selection=Selection(), item=None, query="")

    def without_search(self) -> "Workspace":
        """Return the workspace with nothing searched for."""
        return replace(self, query="", picture=None, where="", more=(), less=())

    def to_query(self) -> dict[str, str]:
        """Return the parts that fit into an address."""
        query: dict[str, str] = {}
        if self.dataset is None:
            return query
        query["data"] = self.dataset
        if self.encoder != DEFAULT_ENCODER:
            query["encoder"] = self.encoder
        if self.projection != UMAPParams():
            values = vars(self.projection).items()
            query["map"] = ",".join([type(self.projection).__name__, *(f"{name}={value}" for name, value in values)])
        if self.color is not None:
            query["color"] = self.color
        if self.item is not None:
            query["item"] = str(self.item)
        if self.query:
            query["q"] = self.query
        if self.searcher != "dense":
            query["by"] = self.searcher
        if self.where:
            query["where"] = self.where
        for name, marked in (("more", self.more), ("less", self.less)):
            if 0 < len(marked) <= _ROWS_IN_LINK:
                query[name] = ",".join(map(str, marked))
        if 0 < len(self.selection) <= _ROWS_IN_LINK:
            query["rows"] = ",".join(map(str, self.selection.rows))
        return query

    def from_query(self, query: Mapping[str, str]) -> "Workspace":
        """Return the workspace that a link describes; a part that makes no sense is left out."""
        if "data" not in query:
            return self
        same = query["data"] == self.dataset
        base = self if same else Workspace(dataset=query["data"])
        # A link is anybody's text: it may name an encoder of the list, but make nothing load from a hub or a folder.
        named = query.get("encoder", DEFAULT_ENCODER)
        known = {spec.name for spec in list_specs()} | {base.encoder}
        changes: dict[str, Any] = {
            "encoder": named if named in known else base.encoder,
            "color": query.get("color", base.color),
        }
        changes["projection"] = _read_projection(query.get("map", "")) or base.projection
        changes["query"] = query.get("q", base.query)
        changes["searcher"], changes["where"] = query.get("by", base.searcher), query.get("where", base.where)
        for name in ("more", "less"):
            marked = query.get(name, "").split(",")
            if all(row.isdecimal() for row in marked):
                changes[name] = tuple(map(int, marked))
        if query.get("item", "").isdecimal():
            changes["item"] = int(query["item"])
        rows = query.get("rows", "").split(",")
        if all(row.isdecimal() for row in rows):
            changes["selection"] = Selection(tuple(map(int, rows)), "from a link")
        return replace(base, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {f.name: describe(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Workspace":
        """Return what `to_json` was given.

        Raises:
            ParameterError: a value is out of range.
        """
        return cls(**{name: revive(value, Selection) for name, value in saved.items()})


def _read_projection(text: str) -> PCAParams | UMAPParams | None:
    name, *parts = text.split(",")
    kind: type[PCAParams | UMAPParams] | None = {"PCAParams": PCAParams, "UMAPParams": UMAPParams}.get(name)
    if kind is None:
        return None
    try:
        given = dict(part.split("=", 1) for part in parts)
        numbers = {name: type(default)(given[name]) for name, default in vars(kind()).items() if name in given}
        return kind(**numbers)
    except (ValueError, VectorscopeError):
        return None
