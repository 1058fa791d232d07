"""What one browser session has chosen: names, parameters, row numbers. No arrays.

It is saved between visits and, where it is small enough, written into the address, so a link reopens the view.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from embedding_core.base.errors import VectorscopeError
from embedding_core.base.stage import describe, revive
from embedding_core.base.types import Key
from embedding_core.clusters import AgglomerativeParams, ClusterEdits, ClusterParams, HDBSCANParams, KMeansParams
from embedding_core.data.choose import ColumnChoice
from embedding_core.data.stages import ReadTable, Source
from embedding_core.encoders import DEFAULT_ENCODER, list_specs
from embedding_core.projection import METHODS, ProjectionParams, UMAPParams
from embedding_core.search.settings import SearchSettings
from embedding_core.train.stages import FineTune

_ROWS_IN_LINK = 60
_CLUSTERINGS_EDITED = 5
_PROJECTIONS = tuple(METHODS.values())
_CLUSTERINGS = (KMeansParams, HDBSCANParams, AgglomerativeParams)


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
    projection: ProjectionParams = field(default_factory=UMAPParams)
    color: str | None = None
    trust: bool = False
    """The map is colored by how far each point is to be believed, in place of the column."""
    card: tuple[str, ...] = ()
    """The columns on the card that opens on the map; the first few while none was chosen."""
    selection: Selection = field(default_factory=Selection)
    item: int | None = None
    """The row whose card is open."""
    query: str = ""
    picture: Key | None = None
    """An upload that is searched for."""
    looked_into: Key | None = None
    """An upload that is taken apart."""
    method: str = "dense"
    """Who ranks what is found; from a link anybody's text."""
    where: str = ""
    """A filter on what is found."""
    search: SearchSettings = field(default_factory=SearchSettings)
    more: tuple[int, ...] = ()
    """Rows to find more like."""
    less: tuple[int, ...] = ()
    clusters: ClusterParams | None = None
    """How to cluster; None while nothing was chosen."""
    cluster_edits: tuple[ClusterEdits, ...] = ()
    """What was changed about clusterings, whatever data set they are of, the one changed last at the end."""
    accepted: tuple[tuple[str, int], ...] = ()
    """Label columns and rows: labels that looked wrong, and that a person found right."""
    centered: bool = False
    """On the map, pictures and texts are each moved to the middle: the gap between them is taken out."""
    beside: str = ""
    """The encoder that the one in use is compared with; empty while none was chosen."""
    training: FineTune | None = None
    """What was trained last, or is being trained."""
    judgments: Key | None = None
    """Queries with judged items of this data set."""
    pairs: ReadTable | None = None
    """A table of scored sentence pairs."""

    def with_dataset(self, dataset: Key, color: str | None) -> "Workspace":
        """Return the workspace on another data set: what belonged to the old rows is dropped."""
        dropped: dict[str, Any] = {
            "selection": Selection(),
            "item": None,
            "trust": False,
            "card": (),
            "clusters": None,
            "judgments": None,
            "accepted": (),
        }
        return replace(self.without_search(), dataset=dataset, color=color, query="", **dropped)

    def of_rows(self) -> dict[str, Any]:
        """Return what stays true of a data set when its columns alone change, by field."""
        return {name: getattr(self, name) for name in ("selection", "item", "clusters", "judgments", "accepted")}

    def edits_of(self, clustering: Key) -> ClusterEdits:
        """Return what was changed about one clustering."""
        return next((edits for edits in self.cluster_edits if edits.of == clustering), ClusterEdits(clustering))

    def with_edits(self, edits: ClusterEdits) -> "Workspace":
        """Return the workspace with these edits of their clustering; those of the clusterings changed last are kept."""
        others = tuple(other for other in self.cluster_edits if other.of != edits.of)
        kept = (*others, edits) if edits.records else others
        return replace(self, cluster_edits=kept[-_CLUSTERINGS_EDITED:])

    def without_search(self) -> "Workspace":
        """Return the workspace with nothing searched for."""
        return replace(self, query="", picture=None, where="", more=(), less=())

    def to_query(self) -> dict[str, str]:
        """Return the parts that fit into an address."""
        if self.dataset is None:
            return {}
        parts = {
            "data": self.dataset,
            "encoder": self.encoder if self.encoder != DEFAULT_ENCODER else "",
            "beside": self.beside,
            "map": _write_params(self.projection) if self.projection != UMAPParams() else "",
            "color": self.color or "",
            "trust": "yes" if self.trust else "",
            "clusters": _write_params(self.clusters) if self.clusters is not None else "",
            "item": "" if self.item is None else str(self.item),
            "q": self.query,
            "by": self.method if self.method != "dense" else "",
            "where": self.where,
            "how": self.search.to_text(),
            "more": _write_rows(self.more),
            "less": _write_rows(self.less),
            "rows": _write_rows(self.selection.rows),
        }
        return {name: part for name, part in parts.items() if part}

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
            "trust": query.get("trust") == "yes" or (base.trust and "color" not in query),
            "beside": query["beside"] if query.get("beside") in known else base.beside,
        }
        changes["projection"] = _read_params(query.get("map", ""), _PROJECTIONS) or base.projection
        changes["clusters"] = _read_params(query.get("clusters", ""), _CLUSTERINGS) or base.clusters
        changes["query"] = query.get("q", base.query)
        changes["searcher"], changes["where"] = query.get("by", base.method), query.get("where", base.where)
        changes["search"] = SearchSettings.from_text(query["how"]) if "how" in query else base.search
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
        return cls(**{name: revive(value, cls) for name, value in saved.items()})


def _write_rows(rows: tuple[int, ...]) -> str:
    return ",".join(map(str, rows)) if len(rows) <= _ROWS_IN_LINK else ""


def _write_params(params: Any) -> str:
    given = (f"{name}={value}" for name, value in vars(params).items() if value is not None)
    return ",".join([type(params).__name__, *given])


def _read_params(text: str, kinds: tuple[type[Any], ...]) -> Any:
    """Return what `_write_params` was given, as one of some kinds; None for what makes no sense."""
    name, *parts = text.split(",")
    kind = {kind.__name__: kind for kind in kinds}.get(name)
    if kind is None:
        return None
    try:
        given = dict(part.split("=", 1) for part in parts)
        # What is None by default is a number where it is given.
        types = {name: int if default is None else type(default) for name, default in vars(kind()).items()}
        return kind(**{name: read(given[name]) for name, read in types.items() if name in given})
    except (ValueError, VectorscopeError):
        return None
