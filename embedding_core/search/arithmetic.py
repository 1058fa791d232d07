"""Vector arithmetic: `king - man + woman`, where a question says that it is a sum.

3CosAdd of Mikolov, Yih and Zweig 2013, https://aclanthology.org/N13-1090: what is nearest to the sum of unit vectors.
Its inputs are usually left out of the answer, for else one of them is it more often than not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import unit_rows

# A sign counts between spaces only: well-known and C++ are words.
_PIECE = re.compile(r'"(?P<quoted>[^"]*)"|(?P<sign>(?:(?<=\s)|^)[+−-](?=\s|$))|(?P<word>\S+)')
MOST_TERMS = 20
_NEGLIGIBLE = 1e-6


@dataclass(frozen=True)
class Term:
    """One term of a sum."""

    sign: int
    """1 or -1."""
    text: str


def parse_sum(query: str) -> tuple[Term, ...]:
    """Return the terms of a sum, one where it holds no sign between spaces, and none of an empty one.

    What is in quotation marks is a term as it stands.

    Raises:
        InputError: a sign has nothing to add, or there are more than 20 terms.
    """
    sign, words, signs = 1, [], 0
    parts: list[Term] = []
    for piece in _PIECE.finditer(query):
        if not piece["sign"]:
            words.append(piece["quoted"] if piece["quoted"] is not None else piece["word"])
            continue
        if words or signs:
            parts.append(Term(sign, " ".join(words)))
        sign, words, signs = (1 if piece["sign"] == "+" else -1), [], signs + 1
    if not (words or signs):
        return ()
    terms = (*parts, Term(sign, " ".join(words)))
    if not all(term.text.strip() for term in terms):
        raise InputError("A plus or minus has no term next to it.", 'Write it as in "king - man + woman".')
    if len(terms) > MOST_TERMS:
        raise InputError(f"The sum has {len(terms)} terms.", f"Use at most {MOST_TERMS}.")
    return terms


def rows_named(texts: Sequence[str], terms: Sequence[Term]) -> list[NDArray[np.int64]]:
    """Return the rows whose whole text is a term, ignoring case, for each term."""
    folded = np.array([text.strip().casefold() for text in texts], dtype=object)
    return [np.flatnonzero(folded == term.text.strip().casefold()) for term in terms]


def add_up(terms: Sequence[Term], vectors: Matrix) -> Vector:
    """Return the sum of the terms' vectors (terms, dim), each of length 1 first: (dim,).

    Raises:
        InputError: the terms cancel each other out.
    """
    signs = np.array([term.sign for term in terms], np.float32)
    total: Vector = signs @ unit_rows(vectors)
    if np.linalg.norm(total) < _NEGLIGIBLE:
        raise InputError("The terms of the sum cancel each other out.", "Remove one of them.")
    return total
