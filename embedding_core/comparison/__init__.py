"""Two encoders on the same rows: where their original spaces agree, where they do not, and both maps in one pose."""

from embedding_core.comparison.cka import linear_cka
from embedding_core.comparison.neighborhoods import Comparison, ComparisonParams, compare_neighborhoods
from embedding_core.comparison.procrustes import Aligned, align_maps

__all__ = ["Aligned", "Comparison", "ComparisonParams", "align_maps", "compare_neighborhoods", "linear_cka"]
