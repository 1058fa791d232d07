"""The split of training data: training, validation and test rows."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.classifiers.split import SplitParams, assign_folds
from embedding_core.data.labels import Labels
from embedding_core.train.params import TuneParams
from embedding_core.train.parting import Parted, Parting, part
from embedding_core.train.training_data import Pairing, TrainingData

_MOST_WATCHED = 300
"""The measure is taken of so many rows after each epoch: more would take longer than the training."""
_MOST_TESTED = 5_000

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class TrainingSplit:
    """The rows of each part; a training row is in no other part."""

    train: Rows
    watch: Rows
    """Measured after each epoch. When that decides when to stop they are no part of the test."""
    test: Rows
    parting: Parting = Parting.TEXTS
    """What the measured rows do not share with those trained on."""
    left_out: int = 0
    """Rows that are on neither side, since they share texts with both."""
    shared: int = 0
    """Test rows that have a text which is trained on all the same; 0 when they are parted by texts."""


def split(training_data: TrainingData, params: TuneParams) -> TrainingSplit:
    """Split training data: labels class by class, other rows so that as few texts as possible are on both sides.

    Raises:
        InputError: nothing would be left to train on or to measure.
    """
    rng = np.random.default_rng(params.seed)
    by_label = training_data.pairing is Pairing.LABELS
    parted = _of_labels(training_data, params, rng) if by_label else part(training_data.codes, params.held_out, rng)
    train, rest = np.flatnonzero(parted.train), rng.permutation(np.flatnonzero(parted.test))
    if len(train) < 2 or len(rest) < 2:
        raise InputError(
            f"{len(train):,} rows would be left for training and {len(rest):,} for measuring.",
            "Use more rows, or hold out fewer.",
        )
    watched = min(_MOST_WATCHED, len(rest) // 2 if params.patience else len(rest))
    tested = rest[watched:] if params.patience else rest
    test = np.sort(tested[:_MOST_TESTED])
    left_out = len(training_data) - len(train) - len(rest)
    shared = _shared(training_data, train, test)
    return TrainingSplit(train, np.sort(rest[:watched]), test, parted.parting, left_out, shared)


def _shared(training_data: TrainingData, train: Rows, test: Rows) -> int:
    """Return how many of the measured rows have a text that is trained on."""
    return int(np.isin(training_data.codes[test], training_data.codes[train]).any(axis=1).sum())


def _of_labels(training_data: TrainingData, params: TuneParams, rng: np.random.Generator) -> Parted:
    labels = cast("Labels", training_data.labels)
    if params.per_class is None:
        folds = SplitParams(max(2, round(1 / params.held_out)), tested=1, seed=params.seed)
        held = assign_folds(labels, folds) == 0
    else:
        held = np.ones(len(training_data), dtype=bool)
        for code in range(len(labels.names)):
            rows = np.flatnonzero(labels.codes == code)
            held[rng.permutation(rows)[: params.per_class]] = False
    texts = training_data.codes[:, 0]
    # A text that is there twice and trained on is no test.
    return Parted(~held, held & ~np.isin(texts, texts[~held]), Parting.TEXTS)


def with_test(
    training_data: TrainingData, test: TrainingData, params: TuneParams
) -> tuple[TrainingData, TrainingSplit]:
    """Return both as one: all of the first is for training, or `per_class` of it, and the second for testing.

    With patience rows of the first decide when to stop: those that `per_class` leaves, or else some that are held out.

    Raises:
        InputError: they are of different kinds, or too few.
    """
    if training_data.pairing is not test.pairing:
        raise InputError(
            f"The training data has {training_data.pairing}, the test data {test.pairing}.",
            "Use the same kind for both.",
        )
    n, m = len(training_data), len(test)
    train, rest, spare = np.arange(n), np.arange(n, n + m), np.arange(0)
    if params.per_class is not None and training_data.labels is not None:
        parted = _of_labels(training_data, params, np.random.default_rng(params.seed))
        train, spare = np.flatnonzero(parted.train), np.flatnonzero(parted.test)
    if params.patience and len(spare) < 2:
        own = split(training_data, replace(params, patience=0, per_class=None))
        train, spare = own.train, own.test
    both = joined(training_data, test)
    order = np.random.default_rng(params.seed).permutation(spare if params.patience else rest)
    watch = order[:_MOST_WATCHED]
    shared = _shared(both, train, rest)
    return both, TrainingSplit(train, np.sort(watch), rest, Parting.FILE, shared=shared)


def joined(first: TrainingData, second: TrainingData) -> TrainingData:
    """Return the rows of two sets of training data of one kind."""
    texts = tuple(a + b for a, b in zip(first.texts, second.texts, strict=True))
    dropped = first.dropped + second.dropped
    if first.labels is not None and second.labels is not None:
        names = tuple(dict.fromkeys((*first.labels.names, *second.labels.names)))
        codes = [
            np.array([names.index(one) for one in labels.names], np.int32)[labels.codes]
            for labels in (first.labels, second.labels)
        ]
        return TrainingData(first.pairing, texts, Labels(names, np.concatenate(codes)), dropped=dropped)
    if first.scores is not None and second.scores is not None:
        return TrainingData(first.pairing, texts, scores=np.concatenate([first.scores, second.scores]), dropped=dropped)
    return TrainingData(first.pairing, texts, dropped=dropped)
