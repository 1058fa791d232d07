"""What a projection is."""

from dataclasses import dataclass

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Matrix
from embedding_core.neighbors.exact import Neighbors


@dataclass(frozen=True, eq=False)
class Projection:
    """Every row at a few coordinates."""

    coordinates: Matrix
    """(n, dims) float32, finite."""
    method: str
    """The name of the method that drew it, which for very few rows is not the one that was asked for."""
    explained_variance: tuple[float, ...] | None = None
    """For PCA each axis's share of all variance, 0 to 1."""
    note: str = ""
    """What a person should know about this map, in a sentence; empty when all is as asked for."""


def check_neighbors(neighbors: Neighbors, rows: int, wanted: int) -> None:
    """Check that neighbors are those of so many rows, and enough.

    Raises:
        InputError: they are of another number of rows.
        ParameterError: there are fewer of each row than are wanted.
    """
    n, known = neighbors.indices.shape
    if n != rows:
        raise InputError(f"The neighbors are of {n:,} rows, the vectors {rows:,}.", "Compute the neighbors again.")
    if known < wanted:
        raise ParameterError(
            f"{wanted} neighbors of each row are wanted, but only {known} are known.", f"Compute {wanted} neighbors."
        )
