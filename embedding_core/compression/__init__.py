"""What smaller vectors cost: fewer numbers, fewer bits a number, and how much a second look at the full ones mends."""

from embedding_core.compression.judged import Judged, ndcg
from embedding_core.compression.measure import LEAST_ROWS, CompressionParams, compress
from embedding_core.compression.precision import Precision
from embedding_core.compression.rescoring import rescore
from embedding_core.compression.result import Compression, Option, Quality, Trial, TruncationCheck, pareto, smallest
from embedding_core.compression.shortening import Reduction

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
