"""The parameters of the fidelity measures."""

from dataclasses import dataclass

from embedding_core.base.errors import ParameterError

SIZES = (5, 10, 15, 30, 50, 100)
"""Sizes of neighborhoods at which a map is measured, as far as there are rows enough."""


@dataclass(frozen=True)
class TrustParams:
    """The neighborhood size and the number of random pairs."""

    k: int = 15
    """For what is said of each point and in words; the curves have other sizes too."""
    pairs: int = 100_000
    """Random pairs whose distances are compared."""
    seed: int = 0
    """For the pairs and the shuffled map."""

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ParameterError(f"The neighborhood size is {self.k}.", "Choose at least 1; 15 is usual.")
        if self.pairs < 100:
            raise ParameterError(f"{self.pairs} pairs are too few.", "Choose at least 100.")
        if self.seed < 0:
            raise ParameterError(f"The seed is {self.seed}.", "Use 0 or above.")

    def sizes(self, rows: int) -> tuple[int, ...]:
        """Return the sizes that so many rows allow: the measures need more than twice as many rows as neighbors."""
        most = (rows - 1) // 2
        return tuple(sorted({size for size in (*SIZES, self.k, 1) if size <= most and (size > 1 or most < SIZES[0])}))
