"""What a visitor has chosen on the map."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from embedding_core.base.feature import FeatureState
from embedding_core.base.links import read_params, write_params
from embedding_core.projection import DEFAULT_METHOD, METHODS, ProjectionParams


@dataclass(frozen=True)
class MapState(FeatureState):
    """The projection, and how its points are drawn."""

    projection: ProjectionParams = field(default_factory=METHODS[DEFAULT_METHOD].parameters)
    color: str | None = None
    """The column that colors the points; None for one color."""
    trust: bool = False
    """The points are colored by neighborhood preservation in place of the column."""
    card: tuple[str, ...] = ()
    """The columns on the card of a point; the first few while none was chosen."""
    centered: bool = False
    """Pictures and texts are each moved to the origin, which removes the modality gap."""

    def to_query(self) -> dict[str, str]:
        return {
            "map": write_params(self.projection) if self.projection != METHODS[DEFAULT_METHOD].parameters() else "",
            "color": self.color or "",
            "trust": "yes" if self.trust else "",
        }

    def from_query(self, query: Mapping[str, str], encoders: Collection[str]) -> "MapState":
        return replace(
            self,
            projection=read_params(query.get("map", ""), tuple(method.parameters for method in METHODS.values()))
            or self.projection,
            color=query.get("color", self.color),
            # A link that names a column shows that column.
            trust=query.get("trust") == "yes" or (self.trust and "color" not in query),
        )

    def for_dataset(self, label: str | None, *, same_rows: bool) -> "MapState":
        return replace(self, color=label, trust=False, card=())

    def without_dataset(self) -> "MapState":
        return MapState(projection=self.projection)
