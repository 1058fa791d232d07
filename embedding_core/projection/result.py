"""What a projection is."""

from dataclasses import dataclass
from enum import StrEnum

from embedding_core.types import Matrix


class Method(StrEnum):
    """How coordinates were found."""

    PCA = "pca"
    UMAP = "umap"


@dataclass(frozen=True, eq=False)
class Projection:
    """Every row at a few coordinates."""

    coordinates: Matrix
    """(n, dims) float32, finite."""
    method: Method
    """What was done, which for very few rows is not what was asked for."""
    explained_variance: tuple[float, ...] | None = None
    """For PCA each axis's share of all variance, 0 to 1."""
    note: str = ""
    """What a person should know about this map, in a sentence; empty when all is as asked for."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", Method(self.method))
