"""What a visitor has brought to the Inspect page."""

from dataclasses import dataclass

from embedding_core.base.feature import FeatureState
from embedding_core.base.types import Key


@dataclass(frozen=True)
class InspectState(FeatureState):
    """The picture that is inspected."""

    picture: Key | None = None
    """An upload; it belongs to no data set."""
