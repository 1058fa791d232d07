"""Relevance feedback: Rocchio's, and pseudo-relevance feedback from the first hits (query expansion).

Rocchio 1971, as in Manning, Raghavan and Schütze 2008, chapter 9, https://nlp.stanford.edu/IR-book/.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.base.vectors import unit_rows
from embedding_core.encoders.text.lexical import terms
from embedding_core.ranking.lexical import BM25Index

_NEGLIGIBLE = 1e-6
_MOST_ROWS = 50
_MOST_WORDS = 100
_COMMON, _TELLING_ROWS = 0.1, 50
"""A word in more than this share of the rows says little of any of them; of so few rows one cannot tell."""


@dataclass(frozen=True)
class RocchioParams:
    """The weights of the query and of the relevant and irrelevant examples."""

    alpha: float = 1.0
    """The query."""
    beta: float = 0.75
    """More like these."""
    gamma: float = 0.15
    """Less like those."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value <= 10:
                raise ParameterError(f"{name} is {value}.", "Choose one from 0 to 10.")


@dataclass(frozen=True)
class ExpansionParams:
    """The parameters of query expansion: how many first hits count as relevant, and what is taken from them."""

    hits: int = 5
    words: int = 10
    weight: float = 0.5
    """Of the strongest new word beside a word of the query; of the hits' mean beside the query vector."""

    def __post_init__(self) -> None:
        if not (1 <= self.hits <= _MOST_ROWS and 0 <= self.words <= _MOST_WORDS):
            raise ParameterError(
                f"The expansion uses {self.hits} hits and {self.words} words.",
                f"Choose 1 to {_MOST_ROWS} hits and 0 to {_MOST_WORDS} words.",
            )
        if not 0 <= self.weight <= 10:
            raise ParameterError(f"The weight of the expansion is {self.weight}.", "Choose one from 0 to 10.")


def rocchio(query: Vector | None, more: Matrix, less: Matrix, params: RocchioParams = RocchioParams()) -> Vector:
    """Return alpha query + beta mean(more) - gamma mean(less): (dim,), each of them made of rows of length 1.

    Raises:
        InputError: there is nothing to go by, or the parts cancel each other out.
    """
    parts = [] if query is None else [params.alpha * unit_rows(query[None])[0]]
    parts += [
        sign * unit_rows(rows).mean(axis=0) for sign, rows in ((params.beta, more), (-params.gamma, less)) if len(rows)
    ]
    if not parts:
        raise InputError("There is no query and no example.", "Enter a query or mark a result.")
    moved: Vector = np.sum(parts, axis=0, dtype=np.float32)
    if np.linalg.norm(moved) < _NEGLIGIBLE:
        raise InputError("The query and its examples cancel each other out.", "Change a weight or remove an example.")
    return moved


def typical_words(
    index: BM25Index, texts: Sequence[str], rows: Indices, most: int, known: Mapping[str, float]
) -> dict[str, float]:
    """Return the words that weigh most in some rows, beyond the known ones: the first weighs 1, others less.

    Of many rows the first 50 are read. A word in one row only says more of that row than of what it shares with the
    others, and is left out; so is one that a tenth of all rows have.
    """
    rows = rows[:_MOST_ROWS]
    most_having = _COMMON * len(texts) if len(texts) >= _TELLING_ROWS else len(texts)
    shared: dict[str, float] = {}
    for word in {word for row in rows for word in terms(texts[row])} - known.keys():
        having, added = index.entries(word)
        weights = added[np.isin(having, rows)]
        if len(having) <= most_having and (len(weights) > 1 or len(rows) == 1):
            shared[word] = float(weights.sum())
    first = sorted(shared, key=lambda word: (-shared[word], word))[:most]
    return {word: shared[word] / shared[first[0]] for word in first}


def expand_words(
    index: BM25Index,
    texts: Sequence[str],
    words: Mapping[str, float],
    rows: Indices,
    params: ExpansionParams = ExpansionParams(),
) -> dict[str, float]:
    """Return the words that the first hits add to a query, with their weights."""
    typical = typical_words(index, texts, rows[: params.hits], params.words, words)
    return {word: params.weight * weight for word, weight in typical.items()}


def feedback_words(
    index: BM25Index,
    texts: Sequence[str],
    words: Mapping[str, float],
    more: Indices,
    less: Indices,
    params: RocchioParams = RocchioParams(),
    most: int = 10,
) -> dict[str, float]:
    """Return the words of a query as marked results change them: its own, those of good rows, minus those of bad."""
    weighed = {word: params.alpha * weight for word, weight in words.items()}
    for share, rows in ((params.beta, more), (-params.gamma, less)):
        for word, weight in typical_words(index, texts, rows, most, words).items():
            weighed[word] = weighed.get(word, 0.0) + share * weight
    return {word: weight for word, weight in weighed.items() if weight}
