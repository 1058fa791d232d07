"""Two encoders on the same rows: what they have in common, and where they differ."""

from dataclasses import dataclass, replace

from components.widgets import context
from components.widgets.context import AnalysisContext
from embedding_core.compare import ComparisonParams
from embedding_core.compare.snippet import comparison
from embedding_core.compare.stages import Compared, CompareSpaces
from embedding_core.data.dataset import Dataset
from embedding_core.engine import Engine
from embedding_core.map.state import MapState
from embedding_core.neighbors.exact import Neighbors
from embedding_core.workspace import Workspace

NOTE = (
    "Two encoders embed the same rows in two different spaces. Their axes cannot be compared, so this page compares "
    "neighbors: for each row, the share of its nearest **neighbors** in the full vectors that both encoders agree "
    "on. **CKA** compares the spaces as a whole: 1 if one is a rotated or scaled copy of the other, about 0 if they "
    "are unrelated. The second map is aligned with the first by a **Procrustes** transformation (shift, rotation, "
    "reflection, scale); points that are still apart differ between the two maps. Where the neighbor lists differ, "
    "read a few rows: one encoder may follow the topic, the other the wording. Further reading: [Kornblith and "
    "others, 2019](https://arxiv.org/abs/1905.00414)."
)


@dataclass(frozen=True, eq=False)
class Pair:
    """A data set in two spaces, compared."""

    context: AnalysisContext
    """In the first of them."""
    found: Compared
    lists: dict[str, Neighbors]
    """The neighbors of all rows, by encoder."""
    code: str

    def row(self, item: int | None) -> int:
        """Return the row to look at: the open item, else the one whose neighbors changed most."""
        known = item is not None and item < len(self.context.dataset)
        return item if known and item is not None else int(self.found.neighborhoods.changed()[0])


def compared(engine: Engine, dataset: Dataset, workspace: Workspace, other: str, k: int, owner: str) -> Pair | None:
    """Return the data set by the encoder in use and another, or None with a placeholder while it is made."""
    first = context.open_context(engine, dataset, workspace.encoder, owner, workspace.selection)
    second = context.open_context(engine, dataset, other, owner, workspace.selection)
    if first is None or second is None:
        return None
    params = ComparisonParams(k)
    stage = CompareSpaces(first.space, second.space, params)
    found = first.result(stage)
    if found is None:
        return None
    graphs = (graph.load(engine.store) for graph in stage.neighbors)
    names = first.space.encoder, second.space.encoder
    code = comparison(dataset.key, *names, params, replace(workspace.state(MapState).projection, dims=2))
    return Pair(first, found, dict(zip(names, graphs, strict=True)), code)
