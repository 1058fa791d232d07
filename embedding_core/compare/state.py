"""What a visitor has chosen on the Compare page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from embedding_core.base.feature import FeatureState


@dataclass(frozen=True)
class CompareState(FeatureState):
    """The other encoder of the comparison."""

    other: str = ""
    """The encoder that the one in use is compared with; empty while none was chosen."""

    def to_query(self) -> dict[str, str]:
        return {"beside": self.other}

    def from_query(self, query: Mapping[str, str], encoders: Collection[str]) -> "CompareState":
        return CompareState(query["beside"]) if query.get("beside") in encoders else self
