"""The words of a text weighted by TF-IDF and by BM25, from the same counts.

TF-IDF as scikit-learn computes it, sublinear and of length 1, Salton and Buckley 1988,
https://doi.org/10.1016/0306-4573(88)90021-0; BM25 in Lucene's variant, Robertson and Zaragoza 2009,
https://doi.org/10.1561/1500000019.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.statistics import spearman
from embedding_core.base.types import Progress, no_progress
from embedding_core.encoders.text.lexical import terms

K1, B = 1.5, 0.75
_REPORT_EVERY = 1_000


@dataclass(frozen=True, eq=False)
class WordCounts:
    """The document frequencies of words in a data set."""

    rows_with: Mapping[str, int]
    """The number of rows that contain each word."""
    rows: int
    words_a_row: float
    """On average."""


@dataclass(frozen=True)
class WordWeight:
    """One word of a text with its weights."""

    word: str
    count: int
    """In the text."""
    rows: int
    """Of the data set that have it."""
    tf_idf: float
    """Its value in the text's TF-IDF vector of length 1; 0 for a word that no row has."""
    bm25: float
    """What it adds to the text's BM25 score for a query with this word; 0 for a word that no row has."""


def count_words(texts: Sequence[str], progress: Progress = no_progress) -> WordCounts:
    """Count the texts that contain each word; words are lower-cased, not stemmed, and no stop word is removed."""
    counts: Counter[str] = Counter()
    total = 0
    for done, text in enumerate(texts):
        if done % _REPORT_EVERY == 0:
            progress(done, len(texts))
        words = terms(text)
        counts.update(set(words))
        total += len(words)
    return WordCounts(counts, len(texts), total / max(len(texts), 1))


def weigh_words(text: str, counts: WordCounts) -> tuple[WordWeight, ...]:
    """Return the words of a text with their weights, by TF-IDF descending, as if it were a row of the data set."""
    words = terms(text)
    found = Counter(words)
    names = list(found)
    times = np.array([found[name] for name in names], np.float64)
    rows = np.array([counts.rows_with.get(name, 0) for name in names], np.float64)
    tf_idf = np.where(rows > 0, (1 + np.log(times)) * _smooth_idf(rows, counts.rows), 0)
    length = float(np.linalg.norm(tf_idf))
    tf_idf = tf_idf / (length or 1)
    longer = len(words) / counts.words_a_row if counts.words_a_row else 1.0
    bm25 = np.where(rows > 0, _bm25_idf(rows, counts.rows) * times / (times + K1 * (1 - B + B * longer)), 0)
    weights = (
        WordWeight(name, found[name], int(rows[i]), float(tf_idf[i]), float(bm25[i])) for i, name in enumerate(names)
    )
    return tuple(sorted(weights, key=lambda weight: (-weight.tf_idf, -weight.bm25, weight.word)))


def agreement(weights: Sequence[WordWeight]) -> float:
    """Return Spearman's correlation of TF-IDF with BM25 weights, 1 where there is nothing to rank."""
    if not weights:
        return 1.0
    tf_idf, bm25 = np.array([(one.tf_idf, one.bm25) for one in weights]).T
    return spearman(tf_idf, bm25, if_constant=1.0)


def _smooth_idf(rows: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    idf: NDArray[np.float64] = np.log((1 + total) / (1 + rows)) + 1
    return idf


def _bm25_idf(rows: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    # A word of every row still counts a little: Lucene's 1 + ... keeps it above 0.
    idf: NDArray[np.float64] = np.log1p((total - rows + 0.5) / (rows + 0.5))
    return idf
