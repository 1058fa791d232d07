"""What a visitor has brought to the Evaluate page."""

from dataclasses import dataclass, replace

from embedding_core.base.feature import FeatureState
from embedding_core.base.types import Key
from embedding_core.data.stages import ReadTable


@dataclass(frozen=True)
class EvaluateState(FeatureState):
    """The judgments and the scored sentence pairs in use."""

    judgments: Key | None = None
    """Queries with judged items of the data set."""
    pairs: ReadTable | None = None
    """A table of sentence pairs with scores; it belongs to no data set."""

    def for_dataset(self, label: str | None, *, same_rows: bool) -> "EvaluateState":
        return self if same_rows else replace(self, judgments=None)
