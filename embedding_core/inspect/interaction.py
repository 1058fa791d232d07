"""Late interaction: every token of a query is matched with the nearest token of a document.

Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows


@dataclass(frozen=True, eq=False)
class Interaction:
    """The tokens of a query against those of a document."""

    query: tuple[str, ...]
    document: tuple[str, ...]
    cosines: Matrix
    """(query, document) float32."""

    @property
    def best(self) -> Indices:
        """The index of the best match of each query token, (query,)."""
        best: Indices = self.cosines.argmax(axis=1).astype(np.int32)
        return best

    @property
    def similarities(self) -> Vector:
        """The cosine of each query token with its best match, (query,)."""
        best: Vector = self.cosines.max(axis=1)
        return best

    @property
    def max_sim(self) -> float:
        """MaxSim: the sum of these cosines; it grows with the length of the query."""
        return float(self.similarities.sum())

    @property
    def mean(self) -> float:
        """MaxSim divided by the number of query tokens, at most 1."""
        return float(self.similarities.mean())


@dataclass(frozen=True, eq=False)
class PictureInteraction:
    """The tokens of a query against those of a picture, and where on it they lie."""

    tokens: Interaction
    own: NDArray[np.bool_]
    """(query,): tokens of the question itself, without what the model adds to it."""
    grid: Indices | None
    """(rows, columns): which token each patch of the picture is; None where their places cannot be known."""

    def heat(self, query: Sequence[int]) -> NDArray[np.float32]:
        """Return (rows, columns): the mean cosine of each patch with these tokens of the query.

        Raises:
            InputError: the patches have no places, or there is no token.
        """
        if self.grid is None or not len(query):
            raise InputError(
                "The positions of the tokens on the picture are unknown.", "Use the table of best matches."
            )
        heat: NDArray[np.float32] = self.tokens.cosines[list(query)].mean(axis=0)[self.grid]
        return heat

    def spots(self, query: Sequence[int]) -> dict[int, tuple[int, int]]:
        """Return row and column of the best match of these tokens of the query, of those whose best is a patch."""
        places = {} if self.grid is None else {int(place): at for at, place in np.ndenumerate(self.grid)}
        best = self.tokens.best
        return {i: (at[0], at[1]) for i in query if (at := places.get(int(best[i]))) is not None}


def interact(
    query: Sequence[str], query_vectors: Matrix, document: Sequence[str], document_vectors: Matrix
) -> Interaction:
    """Compare the token vectors (tokens, dim) of a query and a document.

    Raises:
        InputError: one of them has no token.
    """
    for name, tokens in (("query", query), ("document", document)):
        if not len(tokens):
            raise InputError(f"The {name} has no tokens.", "Enter a few words.")
    asked, found = unit_rows(as_matrix(query_vectors)), unit_rows(as_matrix(document_vectors))
    return Interaction(tuple(query), tuple(document), np.clip(asked @ found.T, -1, 1))
