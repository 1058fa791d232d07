"""One word in many sentences: its occurrences, its contextual vectors and how well its senses are separated."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Matrix, Vector
from embedding_core.base.vectors import as_matrix, unit_rows
from embedding_core.encoders.spec import Reading

MOST_SENTENCES = 300
REACH = 300
"""Characters on either side of a word."""
_SHUFFLES = 200
_SEED = 0


@dataclass(frozen=True)
class Occurrence:
    """An occurrence of a word in a text."""

    text: int
    """The index of the text."""
    start: int
    stop: int
    """In characters of the text."""


@dataclass(frozen=True)
class Separation:
    """How well the senses of a word are separated."""

    silhouette: float
    """Mean over the occurrences, by cosine distance, -1 to 1; 0: a sense is no nearer than the others."""
    nearest: float
    """The share of occurrences whose nearest other one is of the same sense; of equally near ones their mean."""
    auc: float
    """The probability that a pair of one sense has a higher cosine than a pair of two senses; 0.5 is chance."""
    by_chance: float
    """The AUC that 95 % of shuffled senses stay below."""


def find_word(texts: Sequence[str], word: str, most: int = MOST_SENTENCES) -> tuple[Occurrence, ...]:
    """Return the first place of a word in each text that has it, upper or lower case alike.

    Where more than `most` texts have it, so many are taken that are spread evenly over them: data often comes sorted.

    Raises:
        InputError: there is no word to look for.
    """
    if not word.strip():
        raise InputError("There is no word to look for.", "Enter one, such as bank.")
    whole = re.compile(rf"(?<!\w){re.escape(word.strip())}(?!\w)", re.IGNORECASE)
    matches = ((place, whole.search(text)) for place, text in enumerate(texts))
    found = [Occurrence(place, *match.span()) for place, match in matches if match]
    if len(found) <= most:
        return tuple(found)
    return tuple(found[place] for place in np.linspace(0, len(found) - 1, most).round().astype(int))


def excerpt(text: str, place: Occurrence, reach: int = REACH) -> str:
    """Return a word with at most so many characters before and after it: far into a long text no encoder would read."""
    return text[max(0, place.start - reach) : place.stop + reach]


def word_layers(reading: Reading, start: int, stop: int) -> NDArray[np.float32] | None:
    """Return (layers + 1, dim): the mean of the tokens that cover a word, after each layer; None if it was cut off."""
    inside = (reading.spans[:, 0] < stop) & (reading.spans[:, 1] > start) & ~reading.special
    if not inside.any():
        return None
    mean: NDArray[np.float32] = reading.layers[:, inside].mean(axis=1)
    return mean


def separate(vectors: Matrix, senses: Sequence[str]) -> Separation | None:
    """Measure the separation of senses (n,) among vectors (n, dim); None without two of one sense and another one.

    Vectors without a sense, "", are left out.
    Silhouette: Rousseeuw 1987, https://doi.org/10.1016/0377-0427(87)90125-7; where all distances are 0 it is 0. AUC:
    Mann and Whitney's, over all pairs, equal ones counted half.
    """
    named = [row for row, sense in enumerate(senses) if sense]
    names, codes = np.unique(np.array([senses[row] for row in named], dtype=str), return_inverse=True)
    n = len(codes)
    if len(names) < 2 or len(names) == n:
        return None
    from scipy.stats import rankdata

    cosines = _cosines(as_matrix(vectors)[named])
    left, right = np.triu_indices(n, 1)
    ranks = rankdata(cosines[left, right])
    rng = np.random.default_rng(_SEED)
    shuffled = [rng.permutation(codes) for _ in range(_SHUFFLES)]
    chance = [_auc(ranks, labels[left] == labels[right]) for labels in shuffled]
    own = _auc(ranks, codes[left] == codes[right])
    return Separation(_silhouette(1 - cosines, codes), _nearest(cosines, codes), own, float(np.quantile(chance, 0.95)))


def _cosines(vectors: Matrix) -> NDArray[np.float64]:
    wide = as_matrix(vectors).astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    unit = wide / np.where(lengths > 0, lengths, 1)
    # More decimals are noise: equal vectors must be equally alike.
    cosines = np.clip(unit @ unit.T, -1, 1).round(6)
    return np.asarray(cosines, np.float64)


def _nearest(cosines: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    others = cosines.copy()
    np.fill_diagonal(others, -np.inf)
    best = others == others.max(axis=1, keepdims=True)
    same = codes[:, None] == codes[None]
    return float(((best & same).sum(axis=1) / best.sum(axis=1)).mean())


def _auc(ranks: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    together, apart = int(same.sum()), int((~same).sum())
    return float((ranks[same].sum() - together * (together + 1) / 2) / (together * apart))


def _silhouette(distances: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    sizes = np.bincount(codes)
    sums = np.stack([distances[:, codes == code].sum(axis=1) for code in range(len(sizes))], axis=1)
    rows = np.arange(len(codes))
    within = sums[rows, codes] / np.maximum(sizes[codes] - 1, 1)
    means = sums / sizes
    means[rows, codes] = np.inf
    nearest = means.min(axis=1)
    widest = np.maximum(within, nearest)
    scores = np.divide(nearest - within, widest, out=np.zeros_like(widest), where=widest > 0)
    return float(np.where(sizes[codes] > 1, scores, 0).mean())


def flatten(vectors: Matrix) -> Matrix:
    """Return the first two principal components of unit vectors (n, dim): (n, 2).

    Raises:
        InputError: there is no vector, or a number among them is not finite.
    """
    unit = unit_rows(as_matrix(vectors))
    centered = unit - unit.mean(axis=0)
    drawn = np.zeros((len(unit), 2), np.float32)
    axes = np.linalg.svd(centered, full_matrices=False)[2][:2]
    # An axis may as well point the other way: fixed so that the same vectors give the same picture.
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    drawn[:, : len(axes)] = np.round(centered @ axes.T, 6)
    return drawn


def spread(vectors: Matrix) -> float:
    """Return 1 - the mean cosine of pairs of vectors (n, dim): 0 when the word has one vector everywhere."""
    unit: Vector = unit_rows(as_matrix(vectors))
    n = len(unit)
    if n < 2:
        return 0.0
    return max(0.0, float(1 - (np.square(unit.sum(axis=0, dtype=np.float64)).sum() - n) / (n * (n - 1))))
