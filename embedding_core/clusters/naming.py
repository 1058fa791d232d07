"""Names of clusters from their keywords, no two the same.

Texts: class-based TF-IDF, Grootendorst 2022, https://arxiv.org/abs/2203.05794: the words that a cluster uses more than
the others do. Pictures, and whatever shares a space with words: the words nearest to the cluster's center.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices, Matrix
from embedding_core.base.vectors import unit_rows
from embedding_core.encoders.text.lexical import UNSPACED, terms

Keywords: TypeAlias = tuple[str, ...]
"""Words for one cluster, the most telling first."""

LONGEST_GRAM = 6
"""Of scripts without spaces, runs of 2 to 6 characters stand for words."""
MOST_TERMS = 50_000
"""The commonest are looked at."""
_SEPARATOR = ", "
_PICTURE_WORDS = Path(__file__).with_name("picture_words.txt")
_STEM, _STEM_SHARE = 4, 0.75
"""Words that begin alike for so many letters, and for so much of the shorter one, are forms of one word."""
_LOOKED_AT = 500
_AS_GOOD = 0.8
"""A longer run of characters with so much of a shorter one's weight takes its place."""


@dataclass(frozen=True)
class NamingParams:
    """The parameters of keyword extraction by c-TF-IDF."""

    keywords: int = 8
    in_name: int = 3
    stop_evenness: float = 0.6
    """A term spread over the clusters so evenly is a stop word: 0 is in one cluster only, 1 as often in each."""

    def __post_init__(self) -> None:
        if not 1 <= self.in_name <= self.keywords:
            raise ParameterError(
                f"{self.in_name} of {self.keywords} keywords cannot form a name.", "Choose at least 1 and at most all."
            )
        if not 0 < self.stop_evenness <= 1:
            raise ParameterError(f"stop_evenness is {self.stop_evenness}.", "Choose above 0, up to 1.")


def keywords(texts: Sequence[str], labels: Indices, params: NamingParams = NamingParams()) -> tuple[Keywords, ...]:
    """Return the keywords of each cluster by its number; empty for a cluster whose texts hold no term.

    Beside the weight of c-TF-IDF counts how unevenly a term's texts are spread over the clusters (its perplexity over
    them): that tells stop words in any language.

    Raises:
        InputError: there are not as many labels as texts.
    """
    if len(texts) != len(labels):
        raise InputError(f"There are {len(texts):,} texts but {len(labels):,} labels.", "Each text needs one.")
    count = int(labels.max(initial=-1)) + 1
    vocabulary, uses, holders = _count(texts, labels, count)
    if not vocabulary:
        return ((),) * count
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    weights = _class_tf_idf(uses) * _unevenness(holders, sizes, params.stop_evenness)
    return tuple(_best(vocabulary, weights[number], params.keywords) for number in range(count))


def _count(
    texts: Sequence[str], labels: Indices, count: int
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Return the terms, and (clusters, terms) how often each is used, and in how many texts."""
    used: list[Counter[str]] = [Counter() for _ in range(count)]
    held: list[Counter[str]] = [Counter() for _ in range(count)]
    for text, label in zip(texts, labels.tolist(), strict=True):
        if label >= 0:
            found = Counter(_terms(text))
            used[label].update(found)
            held[label].update(found.keys())
    every: Counter[str] = sum(held, Counter())
    common = [term for term, texts_with in every.most_common(MOST_TERMS) if texts_with > 1]
    vocabulary = common or [term for term, _ in every.most_common(MOST_TERMS)]
    return vocabulary, _table(used, vocabulary), _table(held, vocabulary)


def _table(counts: list[Counter[str]], vocabulary: list[str]) -> NDArray[np.float64]:
    return np.array([[of[term] for term in vocabulary] for of in counts], dtype=np.float64)


def _terms(text: str) -> Iterator[str]:
    """Yield the words of a text longer than a letter; of scripts without spaces, runs of characters."""
    for piece in UNSPACED.split(unicodedata.normalize("NFKC", text)):
        if UNSPACED.match(piece):
            letters = _letters(piece)
            for size in range(2, LONGEST_GRAM + 1):
                yield from ("".join(letters[i : i + size]) for i in range(len(letters) - size + 1))
        else:
            yield from (term for term in terms(piece) if len(term) > 1)


def _letters(piece: str) -> list[str]:
    """Return characters with the marks that stand on them: a Thai vowel sign or tone is never cut off."""
    letters: list[str] = []
    for character in piece:
        if letters and unicodedata.category(character)[0] == "M":
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _class_tf_idf(uses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (clusters, terms) weights: equation 2 of Grootendorst 2022, counts taken as shares of their cluster."""
    shares = uses / np.maximum(uses.sum(axis=1, keepdims=True), 1)
    filled = np.count_nonzero(uses.sum(axis=1))
    weights: NDArray[np.float64] = shares * np.log1p(uses.sum() / max(1, filled) / uses.sum(axis=0))
    return weights


def _unevenness(holders: NDArray[np.float64], sizes: NDArray[np.int64], stop_evenness: float) -> NDArray[np.float64]:
    """Return for each term 1 where it is in one cluster only, falling to 0 for a stop word."""
    rates = holders[sizes > 0] / sizes[sizes > 0, None]
    if len(rates) < 2:
        return np.ones(holders.shape[1])
    shares = rates / rates.sum(axis=0)
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1))).sum(axis=0)
    evenness = (np.exp(entropy) - 1) / (len(rates) - 1)
    return np.where(evenness < stop_evenness, 1 - evenness, 0)


def _best(vocabulary: list[str], weights: NDArray[np.float64], count: int) -> Keywords:
    """Return the terms of largest weight, one form of each word."""
    kept: list[int] = []
    for term in np.argsort(-weights, kind="stable")[:_LOOKED_AT]:
        if weights[term] <= 0:
            break
        alike = [place for place, other in enumerate(kept) if _alike(vocabulary[term], vocabulary[other])]
        if not alike and len(kept) < count:
            kept.append(int(term))
        elif alike and _completes(vocabulary[term], vocabulary[kept[alike[0]]]):
            if weights[term] >= _AS_GOOD * weights[kept[alike[0]]]:
                kept[alike[0]] = int(term)
                kept = [other for other in kept if other == term or not _alike(vocabulary[term], vocabulary[other])]
    return tuple(vocabulary[term] for term in kept)


def _completes(longer: str, shorter: str) -> bool:
    return len(longer) > len(shorter) and shorter in longer and UNSPACED.match(longer) is not None


def _alike(one: str, other: str) -> bool:
    """Say whether two terms are forms of one word, or one is part of the other in a script without spaces."""
    shorter, longer = sorted((one, other), key=len)
    if UNSPACED.match(one) and UNSPACED.match(other):
        # Runs that overlap by half were cut from one longer run.
        most = range(-(-len(shorter) // 2), len(shorter))
        return shorter in longer or any(one[-i:] == other[:i] or other[-i:] == one[:i] for i in most)
    common = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return common >= max(_STEM, _STEM_SHARE * len(shorter))


@cache
def picture_words() -> tuple[str, ...]:
    """Return about 500 words for what pictures show, without repeats."""
    lines = _PICTURE_WORDS.read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(word for line in lines if not line.startswith("#") for word in line.split()))


def nearest_words(
    centers: Matrix, words: Sequence[str], vectors: Matrix, params: NamingParams = NamingParams()
) -> tuple[Keywords, ...]:
    """Return the words whose vectors (words, dim) are nearest to each center (clusters, dim), nearest first.

    Centers and words are each taken relative to their own mean: in a space of pictures and words all pictures lie apart
    from all words (the modality gap, Liang et al. 2022, https://arxiv.org/abs/2203.02053).

    Raises:
        InputError: there are not as many vectors as words, or none, or they have other dimensions than the centers.
    """
    if not words or len(words) != len(vectors):
        raise InputError(f"There are {len(words):,} words with {len(vectors):,} vectors.", "Each word needs one.")
    if centers.shape[1] != vectors.shape[1]:
        message = f"The centers have {centers.shape[1]:,} dimensions, the words {vectors.shape[1]:,}."
        raise InputError(message, "Use the same encoder for both.")
    pictured, worded = unit_rows(centers), unit_rows(vectors)
    if len(centers) > 1:
        pictured = pictured - pictured.mean(axis=0)
        worded = worded - worded.mean(axis=0)
    scores = unit_rows(pictured) @ unit_rows(worded).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, : params.keywords]
    return tuple(tuple(words[word] for word in row) for row in best)


def names(found: Iterable[Keywords], params: NamingParams = NamingParams()) -> tuple[str, ...]:
    """Return a name for each cluster from its keywords, no two the same; one without any goes by its number from 1."""
    given: list[str] = []
    for number, words in enumerate(found, start=1):
        sizes = range(min(params.in_name, len(words)), len(words) + 1)
        tries = [_SEPARATOR.join(words[:size]) for size in sizes if words] or [f"Cluster {number}"]
        given.append(next((name for name in tries if name not in given), distinct(tries[0], given)))
    return tuple(given)


def distinct(name: str, taken: Iterable[str]) -> str:
    """Return the name, with a number behind it where another has it already."""
    others = set(taken)
    if name not in others:
        return name
    return next(f"{name} ({i})" for i in range(2, len(others) + 3) if f"{name} ({i})" not in others)
