"""The ways to rank items for a query."""

from enum import StrEnum

from embedding_core.base.choices import member


class RankingMethod(StrEnum):
    """How items are ranked for a query."""

    DENSE = "dense"
    """By the similarity of the encoder's vectors."""
    BM25 = "bm25"
    """By the words that query and item share."""
    HYBRID = "hybrid"
    """By both, their ranks fused."""
    LATE = "late"
    """The first hits of `DENSE` reranked token by token (ColBERT's MaxSim)."""
    CROSS = "cross"
    """The first hits of `DENSE` reranked by a model that reads query and item together."""

    @classmethod
    def of(cls, name: str) -> "RankingMethod":
        """Return the method of that name.

        Raises:
            ParameterError: there is none.
        """
        return member(cls, name, "ranking method")


RERANKING = (RankingMethod.LATE, RankingMethod.CROSS)
"""Methods that rerank the first hits of another."""
