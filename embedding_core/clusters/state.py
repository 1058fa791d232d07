"""What a visitor has chosen on the Clusters page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from embedding_core.base.feature import FeatureState
from embedding_core.base.links import read_params, write_params
from embedding_core.base.types import Key
from embedding_core.clusters.edits import ClusterEdits
from embedding_core.clusters.params import AgglomerativeParams, ClusterParams, HDBSCANParams, KMeansParams

_PARAMS = (KMeansParams, HDBSCANParams, AgglomerativeParams)
_CLUSTERINGS_EDITED = 5


@dataclass(frozen=True)
class ClustersState(FeatureState):
    """The clustering in use, and the edits of clusterings."""

    params: ClusterParams | None = None
    """How to cluster; None while nothing was chosen."""
    edits: tuple[ClusterEdits, ...] = ()
    """The edits of the clusterings edited last, of any data set, the latest at the end."""

    def edits_of(self, clustering: Key) -> ClusterEdits:
        """Return the edits of one clustering."""
        return next((edits for edits in self.edits if edits.of == clustering), ClusterEdits(clustering))

    def with_edits(self, edits: ClusterEdits) -> "ClustersState":
        """Return this state with these edits of their clustering; the edits of five clusterings are kept."""
        others = tuple(other for other in self.edits if other.of != edits.of)
        kept = (*others, edits) if edits.records else others
        return replace(self, edits=kept[-_CLUSTERINGS_EDITED:])

    def to_query(self) -> dict[str, str]:
        return {"clusters": "" if self.params is None else write_params(self.params)}

    def from_query(self, query: Mapping[str, str], encoders: Collection[str]) -> "ClustersState":
        return replace(self, params=read_params(query.get("clusters", ""), _PARAMS) or self.params)

    def for_dataset(self, label: str | None, *, same_rows: bool) -> "ClustersState":
        # Edits name the clustering they belong to, so they are there again when its data set is.
        return self if same_rows else replace(self, params=None)
