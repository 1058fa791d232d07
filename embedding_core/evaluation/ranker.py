"""Who ranks the documents for all queries at once."""

from enum import StrEnum

from embedding_core.errors import ParameterError


class Ranker(StrEnum):
    """An engine of Search, with its default settings."""

    DENSE = "dense"
    """By meaning: the cosine of the encoder's vectors."""
    BM25 = "bm25"
    """By words."""
    HYBRID = "hybrid"
    """By both, their ranks fused."""
    LATE = "late"
    """The first hits by meaning again, token by token."""
    CROSS = "cross"
    """The first hits by meaning again, each read together with the query by a model that has to be named."""

    @classmethod
    def of(cls, name: str) -> "Ranker":
        """Return the one of that name.

        Raises:
            ParameterError: there is none.
        """
        if name not in list(cls):
            raise ParameterError(f"There is no engine {name!r} to evaluate.", f"Choose one of {', '.join(cls)}.")
        return cls(name)


SECOND_LOOKS = (Ranker.LATE, Ranker.CROSS)
