"""What a visitor has started on the Train page."""

from dataclasses import dataclass

from embedding_core.base.feature import FeatureState
from embedding_core.train.stages import FineTune


@dataclass(frozen=True)
class TrainState(FeatureState):
    """The last training."""

    training: FineTune | None = None
    """What was trained last, or is being trained."""
