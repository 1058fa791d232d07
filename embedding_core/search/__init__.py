"""Searching: by meaning, by words, by both, token by token; and making a query better by what it found."""

from embedding_core.search.approximate import ApproximateIndex
from embedding_core.search.dense import Background, SearchParams, background, score_vectors, search
from embedding_core.search.scores import Hits, Mask, Scores

__all__ = [
    "ApproximateIndex",
    "Background",
    "Hits",
    "Mask",
    "Scores",
    "SearchParams",
    "background",
    "score_vectors",
    "search",
]
