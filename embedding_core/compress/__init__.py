"""Compression of vectors: fewer dimensions, lower precision, and what rescoring with the full vectors recovers."""

from embedding_core.compress.judged import Judged, ndcg
from embedding_core.compress.measure import LEAST_ROWS, CompressionParams, compress
from embedding_core.compress.precision import Precision
from embedding_core.compress.rescoring import rescore
from embedding_core.compress.result import Compression, Option, Quality, Trial, TruncationCheck, pareto, smallest
from embedding_core.compress.shortening import Reduction

__all__ = [
    "LEAST_ROWS",
    "Compression",
    "CompressionParams",
    "Judged",
    "Option",
    "Precision",
    "Quality",
    "Reduction",
    "Trial",
    "TruncationCheck",
    "compress",
    "ndcg",
    "pareto",
    "rescore",
    "smallest",
]
