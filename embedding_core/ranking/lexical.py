"""Keyword ranking: BM25 in Lucene's variant, with the contribution of each word.

Robertson and Zaragoza 2009, https://doi.org/10.1561/1500000019; the variant: Kamphuis et al. 2020,
https://doi.org/10.1007/978-3-030-45442-5_4. The index holds what a word adds to each row, so a query adds up columns.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ParameterError
from embedding_core.base.types import Indices, Progress, Vector, no_progress
from embedding_core.encoders.text.lexical import terms
from embedding_core.ranking.scores import NOT_FOUND, Scores

_REPORT_EVERY = 1_000
_RANDOM_QUERIES, _RANDOM_ROWS = 40, 250
_MOST_RANDOM_WORDS = 32
_SEED = 0


@dataclass(frozen=True)
class BM25Params:
    """The parameters of BM25."""

    k1: float = 1.5
    """How soon a word that comes again and again stops adding; 0: it counts once."""
    b: float = 0.75
    """How much long texts are held back, 0 to 1."""

    def __post_init__(self) -> None:
        if not 0 <= self.k1 <= 10:
            raise ParameterError(f"k1 is {self.k1}.", "Choose one from 0 to 10; 1.5 is usual.")
        if not 0 <= self.b <= 1:
            raise ParameterError(f"b is {self.b}.", "Choose one from 0 to 1; 0.75 is usual.")


@dataclass(frozen=True, eq=False)
class BM25Index:
    """An inverted index: the rows that contain each word, and what it adds to their score."""

    vocabulary: Sequence[str]
    """The words, sorted."""
    starts: NDArray[np.int64]
    """(words + 1,): where each word's entries begin, and the end."""
    rows: Indices
    """(entries,) int32, ascending within a word."""
    weights: Vector
    """(entries,) float32, above 0."""
    size: int
    """How many rows there are."""

    def entries(self, word: str) -> tuple[Indices, Vector]:
        """Return the rows that contain a word, and what it adds to the score of each."""
        place = bisect_left(self.vocabulary, word)
        if place == len(self.vocabulary) or self.vocabulary[place] != word:
            return self.rows[:0], self.weights[:0]
        return self._part(place)

    def _part(self, place: int) -> tuple[Indices, Vector]:
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.rows[part], self.weights[part]

    def random_entries(self, rng: np.random.Generator) -> tuple[Indices, Vector]:
        """Return the entries of a random word, drawn with a probability proportional to its document frequency."""
        entry = rng.integers(len(self.rows))
        return self._part(int(np.searchsorted(self.starts, entry, side="right")) - 1)


def index_words(texts: Sequence[str], params: BM25Params = BM25Params(), progress: Progress = no_progress) -> BM25Index:
    """Index the words of texts, lower-cased, in any script; they are not stemmed, and no stop word is removed."""
    from bm25s import BM25

    numbers: dict[str, int] = {}
    documents = []
    for done, text in enumerate(texts):
        if done % _REPORT_EVERY == 0:
            progress(done, 2 * len(texts))
        documents.append([numbers.setdefault(word, len(numbers)) for word in terms(text)])
    if not numbers:
        return BM25Index([], np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32), len(texts))
    vocabulary = sorted(numbers)
    place = {numbers[word]: i for i, word in enumerate(vocabulary)}
    documents = [[place[number] for number in document] for document in documents]
    retriever = BM25(k1=params.k1, b=params.b, method="lucene")
    matrix = retriever.build_index_from_ids(range(len(vocabulary)), documents, show_progress=False)
    progress(2 * len(texts), 2 * len(texts))
    starts = matrix["indptr"].astype(np.int64)
    rows, weights = matrix["indices"].astype(np.int32), matrix["data"].astype(np.float32)
    order = np.lexsort((rows, np.repeat(np.arange(len(vocabulary)), np.diff(starts))))
    return BM25Index(vocabulary, starts, rows[order], weights[order], len(texts))


def words_of(query: str) -> dict[str, float]:
    """Return the words of a query with their counts."""
    return {word: float(count) for word, count in Counter(terms(query)).items()}


def score_words(index: BM25Index, words: Mapping[str, float]) -> Scores:
    """Return BM25 of every row for weighted words; a row that has none of them, or more against it, is not found.

    Chance is what random rows score for queries of as many random words.
    """
    values = np.zeros(index.size, np.float32)
    for word, weight in words.items():
        rows, added = index.entries(word)
        values[rows] += np.float32(weight) * added
    values[values <= 0] = NOT_FOUND
    return Scores(values, _chance(index, list(words.values())[:_MOST_RANDOM_WORDS]))


def _chance(index: BM25Index, weights: list[float]) -> Vector:
    """Return (pairs,) ascending scores of random rows for random words of these weights; equal for equal weights."""
    if not len(index.rows):
        return np.zeros(0, np.float32)
    rng = np.random.default_rng(_SEED)
    drawn = np.zeros((_RANDOM_QUERIES, _RANDOM_ROWS), np.float32)
    for scores in drawn:
        sample = rng.integers(index.size, size=len(scores))
        for weight in weights:
            rows, added = index.random_entries(rng)
            place = np.minimum(np.searchsorted(rows, sample), len(rows) - 1)
            scores += np.where(rows[place] == sample, np.float32(weight) * added[place], np.float32(0))
    return np.sort(drawn, axis=None)


def matched_words(index: BM25Index, words: Mapping[str, float], rows: Indices) -> list[dict[str, float]]:
    """Return the words that each row shares with a query, with what each adds to its score, largest first."""
    found: list[dict[str, float]] = [{} for _ in rows]
    for word, weight in words.items():
        for place, added in _shared(index, word, rows):
            found[place][word] = weight * added
    return [dict(sorted(match.items(), key=lambda pair: (-pair[1], pair[0]))) for match in found]


def _shared(index: BM25Index, word: str, rows: Indices) -> Iterator[tuple[int, float]]:
    having, added = index.entries(word)
    if not len(having):
        return
    places = np.minimum(np.searchsorted(having, rows), len(having) - 1)
    for i in np.flatnonzero(having[places] == rows):
        yield int(i), float(added[places[i]])
