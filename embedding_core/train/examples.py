"""From training data to the examples of a loss: pairs, pairs with a target, or triplets."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Indices, Matrix, Vector
from embedding_core.train.mining import NO_NEGATIVE, MiningParams, hard_negatives
from embedding_core.train.params import Loss, TuneParams
from embedding_core.train.training_data import Pairing, TrainingData

if TYPE_CHECKING:
    from embedding_core.data.labels import Labels

_ALIKE = 0.75
"""Pairs scored at least so high, on a scale from 0 to 1, count as belonging together where a loss knows only that."""
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class Examples:
    """Training examples, one per row."""

    columns: tuple[tuple[str, ...], ...]
    """Anchors and positives; then what does not belong to them, if a loss wants that in the same row."""
    marks: NDArray[np.int32]
    """(n, m): two examples that share a number are kept out of one batch where each is the other's negative."""
    targets: Vector | None = None
    """(n,) float32: what the cosine of a pair should be; or 1 of a pair that belongs together, 0 of any other."""
    mined: int = 0
    """How many negatives are hard ones; the others were drawn at random."""

    def __len__(self) -> int:
        return len(self.columns[0])


@dataclass(frozen=True, eq=False)
class _Texts:
    """Distinct texts with what belongs to what, by their places."""

    texts: tuple[str, ...]
    anchors: Indices
    positives: Indices
    same: NDArray[np.int32]
    """(texts,): equal for texts that belong together in any case."""
    candidates: Indices
    """Places that a negative may have."""


def examples(training_data: TrainingData, params: TuneParams, vectors: Matrix | None = None) -> Examples:
    """Return examples for a loss.

    Args:
        training_data: what is trained on.
        params: the loss, and how negatives are found.
        vectors: of `distinct(training_data)` by the encoder before it is tuned; needed where `params.mines`.

    Raises:
        InputError: the training data has no example for that loss.
    """
    if training_data.pairing is Pairing.TRIPLETS:
        return _of_triplets(training_data, params)
    if training_data.pairing is Pairing.SCORED and params.loss in (Loss.COSINE, Loss.CONTRASTIVE):
        scores = cast("Vector", training_data.scores)
        targets = scores if params.loss is Loss.COSINE else (scores >= _HALF).astype(np.float32)
        if params.loss is Loss.CONTRASTIVE and targets.min() == targets.max():
            raise InputError("All scores lie on the same side of the middle of the scale.", "Use the cosine loss.")
        return Examples(training_data.texts, training_data.codes, targets)
    known = _by_label(training_data, params) if training_data.pairing is Pairing.LABELS else _by_row(training_data)
    if params.loss is Loss.MNRL and not params.mines:
        return Examples(_columns(known, known.anchors, known.positives), known.same[known.anchors, None])
    others, mined = _others(known, params, vectors)
    if params.loss in (Loss.MNRL, Loss.TRIPLET):
        marks = np.column_stack([known.same[known.anchors], known.same[others]])
        return Examples(_columns(known, known.anchors, known.positives, others), marks, mined=mined)
    anchors = np.concatenate([known.anchors, known.anchors])
    seconds = np.concatenate([known.positives, others])
    targets = np.repeat(np.array([1, 0], np.float32), len(known.anchors))
    return Examples(_columns(known, anchors, seconds), known.same[anchors, None], targets, mined)


def distinct(training_data: TrainingData) -> tuple[str, ...]:
    """Return the distinct texts, in the order of the codes of `TrainingData.codes`."""
    return tuple(dict.fromkeys(text for column in training_data.texts for text in column))


def _columns(known: _Texts, *places: Indices) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(known.texts[place] for place in column.tolist()) for column in places)


def _by_label(training_data: TrainingData, params: TuneParams) -> _Texts:
    """Pair each text with some others of its class, so that all are positives about equally often."""
    labels, texts = cast("Labels", training_data.labels), distinct(training_data)
    codes = np.zeros(len(texts), np.int32)
    codes[training_data.codes[:, 0]] = labels.codes
    rng = np.random.default_rng(params.seed)
    anchors, positives = [], []
    for code in range(len(labels.names)):
        places = rng.permutation(np.flatnonzero(codes == code)).astype(np.int32)
        for shift in range(1, min(params.positives, len(places) - 1) + 1):
            anchors.append(places)
            positives.append(np.roll(places, -shift))
    if not anchors:
        raise InputError("No class has two different texts.", "Label more texts.")
    every = np.arange(len(texts), dtype=np.int32)
    return _Texts(texts, np.concatenate(anchors), np.concatenate(positives), codes, every)


def _by_row(training_data: TrainingData) -> _Texts:
    """Take the two texts of each row as anchor and positive; rows that share a text are about one thing."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    codes, texts = training_data.codes, distinct(training_data)
    if training_data.scores is not None:
        codes = codes[training_data.scores >= _ALIKE]
        if len(codes) < 2:
            raise InputError(
                f"{len(codes)} pairs are scored {_ALIKE:.0%} of the scale or higher.", "Use the cosine loss."
            )
    edges = coo_matrix((np.ones(len(codes)), (codes[:, 0], codes[:, 1])), shape=(len(texts),) * 2)
    same = connected_components(edges, directed=False)[1].astype(np.int32)
    return _Texts(texts, codes[:, 0], codes[:, 1], same, np.unique(codes[:, 1]))


def _others(known: _Texts, params: TuneParams, vectors: Matrix | None) -> tuple[Indices, int]:
    """Return for each anchor a place that does not belong to it, and how many of these are hard."""
    if len(np.unique(known.same)) < 2:
        raise InputError(
            "All texts are positives of each other, so there are no negatives.",
            "Add texts that do not belong together.",
        )
    rng = np.random.default_rng(params.seed + 1)
    own = known.same[known.anchors]
    found = np.full(len(own), NO_NEGATIVE, np.int32)
    if params.mines:
        mining = MiningParams(params.margin, seed=params.seed)
        found = hard_negatives(
            cast("Matrix", vectors), known.anchors, known.positives, known.same, mining, known.candidates
        )
    mined = int(np.count_nonzero(found != NO_NEGATIVE))
    left = np.flatnonzero(found == NO_NEGATIVE)
    pool = known.candidates if len(np.unique(known.same[known.candidates])) > 1 else np.arange(len(known.texts))
    while len(left):
        found[left] = rng.choice(pool, len(left))
        left = left[known.same[found[left]] == own[left]]
    return found, mined


def _of_triplets(training_data: TrainingData, params: TuneParams) -> Examples:
    anchors, positives, others = training_data.texts
    if params.loss in (Loss.MNRL, Loss.TRIPLET):
        return Examples(training_data.texts, training_data.codes)
    targets = np.repeat(np.array([1, 0], np.float32), len(training_data))
    return Examples((anchors + anchors, positives + others), np.tile(training_data.codes[:, :1], (2, 1)), targets)
