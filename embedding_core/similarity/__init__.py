"""Similarity: pairs, matrices, near-duplicates, outliers and recommendations."""

from embedding_core.similarity.alignment import Alignment, align
from embedding_core.similarity.duplicates import Duplicates, DuplicatesParams, find_duplicates
from embedding_core.similarity.leakage import Leak, leaks
from embedding_core.similarity.matrix import MOST_ITEMS, clustered_order, cosine_matrix
from embedding_core.similarity.outliers import OutlierParams, Outliers, find_outliers
from embedding_core.similarity.pairs import Chance, PairMeasure, SimilarityMeasure, compare, measure_chance
from embedding_core.similarity.random_baseline import random_cosines
from embedding_core.similarity.recommend import Recommendations, RecommendParams, recommend

__all__ = [
    "MOST_ITEMS",
    "Alignment",
    "Chance",
    "Duplicates",
    "DuplicatesParams",
    "Leak",
    "OutlierParams",
    "Outliers",
    "PairMeasure",
    "RecommendParams",
    "Recommendations",
    "SimilarityMeasure",
    "align",
    "clustered_order",
    "compare",
    "cosine_matrix",
    "find_duplicates",
    "find_outliers",
    "leaks",
    "measure_chance",
    "random_cosines",
    "recommend",
]
