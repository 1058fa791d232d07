"""What a visitor has decided on the Classify page."""

from dataclasses import dataclass

from embedding_core.base.feature import FeatureState


@dataclass(frozen=True)
class ClassifyState(FeatureState):
    """The labels that a person has confirmed."""

    confirmed: tuple[tuple[str, int], ...] = ()
    """Label columns and rows: labels that were suspect and are right."""

    def for_dataset(self, label: str | None, *, same_rows: bool) -> "ClassifyState":
        return self if same_rows else ClassifyState()
