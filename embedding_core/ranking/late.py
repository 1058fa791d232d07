"""Ranking by late interaction: every query token is matched with the nearest token of a text.

MaxSim of Khattab and Zaharia 2020, https://arxiv.org/abs/2004.12832, over the token vectors of a plain sentence
encoder: of length 1, without a projection of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.base.types import Matrix, Vector
from embedding_core.encoders.spec import TokenVectors

MOST_QUERY_TOKENS = 256
"""An encoder reads no further; so a score of a text takes at most 256 x 256 products."""


@dataclass(frozen=True)
class Counterpart:
    """A query token and the token of a text that is nearest to it."""

    asked: str
    found: str
    similarity: float
    """Cosine."""


def max_sim(query: TokenVectors, documents: TokenVectors) -> Vector:
    """Return the MaxSim of each text divided by the number of query tokens: (n,).

    The mean ranks as the sum does, and compares across queries. A text or a query without a token scores -1.
    """
    scores = np.full(len(documents.starts) - 1, -1, np.float32)
    asked = query.vectors[:MOST_QUERY_TOKENS].astype(np.float32)
    for i in range(len(scores)):
        products = _products(asked, documents, i)
        if products.size:
            scores[i] = products.max(axis=1).mean()
    return scores


def chance_max_sim(documents: TokenVectors, length: int) -> Vector:
    """Return ascending scores of pieces of random texts, as long as a query, for the next text: (pairs,)."""
    n = len(documents.starts) - 1
    scores = []
    for i in range(n if n > 1 else 0):
        start, stop = documents.starts[i : i + 2]
        piece = documents.vectors[start : min(stop, start + min(length, MOST_QUERY_TOKENS))].astype(np.float32)
        products = _products(piece, documents, (i + 1) % n)
        if products.size:
            scores.append(products.max(axis=1).mean())
    return np.sort(np.array(scores, np.float32))


def counterparts(
    query: TokenVectors, query_text: str, documents: TokenVectors, texts: Sequence[str], most: int = 3
) -> list[tuple[Counterpart, ...]]:
    """Return the best-matching pairs of tokens for each text, no query token twice."""
    asked = query.vectors[:MOST_QUERY_TOKENS].astype(np.float32)
    pieces = [query_text[a:b] for a, b in query.spans[: len(asked)]]
    found = []
    for i, text in enumerate(texts):
        products = _products(asked, documents, i)
        spans = documents.spans[documents.starts[i] : documents.starts[i + 1]]
        pairs: dict[str, Counterpart] = {}
        if products.size:
            best = products.argmax(axis=1)
            values = products[np.arange(len(best)), best]
            for place in np.argsort(-values, kind="stable"):
                # Marks such as a full stop are alike everywhere and say nothing.
                if any(map(str.isalnum, pieces[place])):
                    a, b = spans[best[place]]
                    pair = Counterpart(pieces[place], text[a:b], float(values[place]))
                    pairs.setdefault(pair.asked.casefold(), pair)
        found.append(tuple(pairs.values())[:most])
    return found


def _products(asked: Matrix, documents: TokenVectors, i: int) -> Matrix:
    found = documents.vectors[documents.starts[i] : documents.starts[i + 1]].astype(np.float32)
    products: Matrix = asked @ found.T
    return products
