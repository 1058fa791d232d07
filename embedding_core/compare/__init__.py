"""Two encoders on the same rows: where their original spaces agree, where they do not, and both maps in one pose."""

from embedding_core.compare.cka import linear_cka
from embedding_core.compare.neighborhoods import ComparisonParams, SpaceComparison, compare_neighborhoods

__all__ = ["ComparisonParams", "SpaceComparison", "compare_neighborhoods", "linear_cka"]
