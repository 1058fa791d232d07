"""Query vectors: from words, sums, pictures and examples."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.stage import Stage
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import unit_rows
from embedding_core.data.dataset import Dataset, Kind
from embedding_core.encoders.stages import Embed, EncodeQueries
from embedding_core.search.arithmetic import Term, add_up, rows_named
from embedding_core.search.feedback import rocchio
from embedding_core.search.question import Question

Maker = Callable[[Stage], Any]
"""Returns what a stage makes; None while it is still being made."""


@dataclass(frozen=True)
class Sum:
    """A sum of vectors with the rows that its terms name."""

    terms: tuple[Term, ...]
    rows: list[NDArray[np.int64]]
    """For each term the rows it names; none for words that are typed only."""

    @classmethod
    def of(cls, dataset: Dataset, terms: tuple[Term, ...]) -> "Sum":
        """Find the items that terms name."""
        return cls(terms, rows_named(dataset.texts, terms) if terms else [])

    @property
    def inputs(self) -> NDArray[np.int64]:
        """All rows that a term names."""
        return np.concatenate([np.zeros(0, np.int64), *self.rows])


def queries_of(dataset: Dataset, space: Embed, question: Question) -> EncodeQueries | None:
    """Return the stage that encodes the texts and pictures of a query; None when it is made of items alone.

    Raises:
        InputError: it is a sum and cannot be read.
    """
    return _queries(space, question, _typed(question, Sum.of(dataset, question.terms)))


def dense_query(dataset: Dataset, space: Embed, question: Question, total: Sum, make: Maker) -> Vector | None:
    """Return the query vector (dim,), moved by the examples; None while something is still being made.

    Raises:
        InputError: the encoder cannot read what is asked, or the parts cancel each other out.
    """
    vectors: Matrix | None = make(space)
    if vectors is None:
        return None
    typed = _typed(question, total)
    if typed and dataset.kind is Kind.VECTORS:
        raise InputError(
            f"{typed[0][:80]!r} is not an item of {dataset.name}, and precomputed vectors have no encoder.",
            "Turn on vector arithmetic and enter the exact text of an item, or use keyword search (BM25).",
        )
    queries = _queries(space, question, typed)
    encoded: Matrix | None = None if queries is None else make(queries)
    if queries is not None and encoded is None:
        return None
    asked = _asked(vectors, question, total, encoded)
    if asked is not None and not (question.more or question.less):
        return asked
    return rocchio(asked, vectors[list(question.more)], vectors[list(question.less)], question.feedback)


def _queries(space: Embed, question: Question, typed: tuple[str, ...]) -> EncodeQueries | None:
    pictures = () if question.picture is None else (question.picture,)
    return EncodeQueries(typed, space, pictures) if typed or pictures else None


def _typed(question: Question, total: Sum) -> tuple[str, ...]:
    """Return the texts to be encoded: the query, or the terms of a sum that name no item."""
    if total.terms:
        return tuple(term.text for term, rows in zip(total.terms, total.rows, strict=True) if not len(rows))
    return (question.words,) if question.words else ()


def _asked(vectors: Matrix, question: Question, total: Sum, encoded: Matrix | None) -> Vector | None:
    """Return the vector of words and picture; None without either."""
    parts: list[Vector] = [] if encoded is None else list(np.array(encoded))
    picture = parts.pop() if question.picture is not None else None
    words: Vector | None = parts[0] if parts and not total.terms else None
    if total.terms:
        fresh = iter(parts)
        known = [vectors[rows].mean(axis=0) if len(rows) else next(fresh) for rows in total.rows]
        words = add_up(total.terms, np.stack(known))
    if picture is None or words is None:
        return words if picture is None else picture
    share = question.picture_share
    mixed: Vector = np.float32(1 - share) * unit_rows(words[None])[0] + np.float32(share) * unit_rows(picture[None])[0]
    return mixed
