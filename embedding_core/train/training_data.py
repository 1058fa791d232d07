"""Training data: texts with labels, pairs, pairs with scores, or triplets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.types import Vector
from embedding_core.data.labels import Labels

LEAST_ROWS = 10
"""Fewer teach nothing that could be measured."""


class Pairing(StrEnum):
    """The kind of supervision."""

    LABELS = "labels"
    """Those of one class do."""
    PAIRS = "pairs"
    """The two of a row do."""
    SCORED = "scored"
    """The two of a row do as much as its score says."""
    TRIPLETS = "triplets"
    """The first two of a row do, the third does not."""


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Rows of one, two or three texts."""

    pairing: Pairing
    texts: tuple[tuple[str, ...], ...]
    """One tuple a column, equally long, no text empty."""
    labels: Labels | None = None
    scores: Vector | None = None
    """(n,) float32 from 0 to 1."""
    dropped: int = 0
    """Rows that had no text, label or score where one was needed."""

    def __len__(self) -> int:
        return len(self.texts[0])

    @cached_property
    def codes(self) -> NDArray[np.int32]:
        """A code for each text, (n, columns), equal for equal texts."""
        place: dict[str, int] = {}
        numbers = [[place.setdefault(text, len(place)) for text in column] for column in self.texts]
        return np.array(numbers, dtype=np.int32).T

    def take(self, rows: NDArray[np.intp]) -> "TrainingData":
        """Return the training data of these rows."""
        texts = tuple(tuple(column[row] for row in rows) for column in self.texts)
        labels = None if self.labels is None else Labels(self.labels.names, self.labels.codes[rows])
        scores = None if self.scores is None else self.scores[rows]
        return replace(self, texts=texts, labels=labels, scores=scores)


def labeled(texts: Sequence[str], labels: Labels) -> TrainingData:
    """Return texts with their classes.

    Raises:
        InputError: there are fewer than two classes of two texts each, or too few texts.
    """
    kept = [row for row in labels.known.tolist() if texts[row].strip()]
    codes = labels.codes[kept]
    chosen = (tuple(texts[row] for row in kept),)
    training_data = TrainingData(Pairing.LABELS, chosen, Labels(labels.names, codes), dropped=len(texts) - len(kept))
    enough = int(np.count_nonzero(np.bincount(codes, minlength=1) > 1))
    if enough < 2:
        raise InputError(
            f"{enough} of {len(set(codes.tolist())):,} classes have two texts or more; two such classes are needed.",
            "Training pulls the texts of a class together and away from other classes. Label texts of another class.",
        )
    return _enough(training_data)


def paired(first: Sequence[str], second: Sequence[str], scores: Sequence[object] | None = None) -> TrainingData:
    """Return pairs of texts; scores of any scale are scaled to 0 to 1 by their minimum and maximum.

    Raises:
        InputError: too few rows, or a score that is no number, or scores that are all the same.
    """
    kept = [row for row in range(len(first)) if first[row].strip() and second[row].strip()]
    if scores is None:
        texts = tuple(tuple(column[row] for row in kept) for column in (first, second))
        return _enough(TrainingData(Pairing.PAIRS, texts, dropped=len(first) - len(kept)))
    numbers = {row: _number(scores[row], row) for row in kept}
    kept = [row for row in kept if np.isfinite(numbers[row])]
    values = np.array([numbers[row] for row in kept], dtype=np.float32)
    texts = tuple(tuple(column[row] for row in kept) for column in (first, second))
    if len(values) and values.min() == values.max():
        raise InputError(f"All scores are {values[0]:g}.", "Use both similar and dissimilar pairs.")
    if len(values):
        values = ((values - values.min()) / np.ptp(values)).astype(np.float32)
    return _enough(TrainingData(Pairing.SCORED, texts, scores=values, dropped=len(first) - len(kept)))


def triplets(anchors: Sequence[str], positives: Sequence[str], others: Sequence[str]) -> TrainingData:
    """Return triplets: an anchor, a positive and a negative.

    Raises:
        InputError: too few rows.
    """
    columns = (anchors, positives, others)
    kept = [row for row in range(len(anchors)) if all(column[row].strip() for column in columns)]
    texts = tuple(tuple(column[row] for row in kept) for column in columns)
    return _enough(TrainingData(Pairing.TRIPLETS, texts, dropped=len(anchors) - len(kept)))


def judged(judgments: Sequence[tuple[str, str, float]]) -> TrainingData:
    """Return judgments (query, text, relevance) as pairs, or as triplets where a query has texts of both kinds.

    Raises:
        InputError: too few.
    """
    by_query: dict[str, tuple[list[str], list[str]]] = {}
    for query, text, relevance in judgments:
        by_query.setdefault(query, ([], []))[0 if relevance > 0 else 1].append(text)
    found = [
        (query, good, bad)
        for query, (relevant, irrelevant) in by_query.items()
        for good in relevant
        for bad in irrelevant
    ]
    if len(found) >= LEAST_ROWS:
        anchors, positives, others = zip(*found, strict=True)
        return triplets(anchors, positives, others)
    pairs = [(query, good) for query, (relevant, _) in by_query.items() for good in relevant]
    return paired([query for query, _ in pairs], [good for _, good in pairs])


def _enough(training_data: TrainingData) -> TrainingData:
    if len(training_data) < LEAST_ROWS:
        left_out = f" ({training_data.dropped:,} more lack a text, a label or a score)" if training_data.dropped else ""
        raise InputError(
            f"There are {len(training_data):,} rows to train on{left_out}.",
            f"Use at least {LEAST_ROWS}; below a few dozen, expect little.",
        )
    return training_data


def _number(value: object, row: int) -> float:
    try:
        return np.nan if value is None or value == "" else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InputError(
            f"The score of row {row + 1:,} is {str(value)[:40]!r}, which is not a number.",
            "Choose a column of numbers.",
        ) from None
