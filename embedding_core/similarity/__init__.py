"""How alike items are: two, many, all that are nearly the same, those like nothing else, and what suits a set."""

from embedding_core.similarity.alignment import Alignment, align
from embedding_core.similarity.duplicates import Duplicates, DuplicatesParams, find_duplicates
from embedding_core.similarity.leakage import Leak, leaks
from embedding_core.similarity.matrix import MOST_ITEMS, clustered_order, cosine_matrix
from embedding_core.similarity.outliers import OutlierParams, Outliers, find_outliers
from embedding_core.similarity.pairs import Chance, Measure, PairMeasure, compare, measure_chance
from embedding_core.similarity.random_baseline import random_cosines, random_pairs
from embedding_core.similarity.recommend import Recommendations, RecommendParams, recommend

__all__ = [
    "MOST_ITEMS",
    "Alignment",
    "Chance",
    "Duplicates",
    "DuplicatesParams",
    "Leak",
    "Measure",
    "OutlierParams",
    "Outliers",
    "PairMeasure",
    "RecommendParams",
    "Recommendations",
    "align",
    "clustered_order",
    "compare",
    "cosine_matrix",
    "find_duplicates",
    "find_outliers",
    "leaks",
    "measure_chance",
    "random_cosines",
    "random_pairs",
    "recommend",
]
