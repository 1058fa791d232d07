"""Late interaction: every token of a query finds its best counterpart in a document.

Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.errors import InputError
from embedding_core.neighbors import as_matrix, unit_rows
from embedding_core.types import Indices, Matrix, Vector


@dataclass(frozen=True, eq=False)
class Interaction:
    """The tokens of a query against those of a document."""

    query: tuple[str, ...]
    document: tuple[str, ...]
    cosines: Matrix
    """(query, document) float32."""

    @property
    def best(self) -> Indices:
        """For each token of the query the place of its best counterpart, (query,)."""
        best: Indices = self.cosines.argmax(axis=1).astype(np.int32)
        return best

    @property
    def similarities(self) -> Vector:
        """The cosine of each token of the query with its best counterpart, (query,)."""
        best: Vector = self.cosines.max(axis=1)
        return best

    @property
    def max_sim(self) -> float:
        """MaxSim: the sum of these; it grows with the query."""
        return float(self.similarities.sum())

    @property
    def mean(self) -> float:
        """MaxSim for each token of the query, at most 1."""
        return float(self.similarities.mean())


def interact(
    query: Sequence[str], query_vectors: Matrix, document: Sequence[str], document_vectors: Matrix
) -> Interaction:
    """Compare the token vectors (tokens, dim) of a query and a document.

    Raises:
        InputError: one of them has no token.
    """
    for name, tokens in (("query", query), ("document", document)):
        if not len(tokens):
            raise InputError(f"The {name} has no token to compare.", "Type a few words.")
    asked, found = unit_rows(as_matrix(query_vectors)), unit_rows(as_matrix(document_vectors))
    return Interaction(tuple(query), tuple(document), np.clip(asked @ found.T, -1, 1))
