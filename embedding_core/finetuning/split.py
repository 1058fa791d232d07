"""What is trained on, what is looked at meanwhile, and what is measured before and after."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedding_core.classification import Labels, SplitParams, assign_folds
from embedding_core.errors import InputError
from embedding_core.finetuning.material import Material, Pairing
from embedding_core.finetuning.params import TuneParams

_MOST_WATCHED = 300
"""The measure is taken of so many rows after each epoch: more would take longer than the training."""
_MOST_TESTED = 5_000

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Split:
    """Rows of the material; those trained on are in no other part."""

    train: Rows
    watch: Rows
    """Measured after each epoch. When that decides when to stop they are no part of the test."""
    test: Rows


def split(material: Material, params: TuneParams) -> Split:
    """Divide material: labels class by class, pairs so that no text is on both sides.

    Raises:
        InputError: nothing would be left to train on or to measure.
    """
    rng = np.random.default_rng(params.seed)
    held = _of_labels(material, params, rng) if material.pairing is Pairing.LABELS else _of_texts(material, params, rng)
    train, rest = np.flatnonzero(~held), rng.permutation(np.flatnonzero(held))
    if len(train) < 2 or len(rest) < 2:
        raise InputError(
            f"{len(train):,} rows would be trained on and {len(rest):,} measured.",
            "Bring more rows, or hold out fewer.",
        )
    watched = min(_MOST_WATCHED, len(rest) // 2 if params.patience else len(rest))
    tested = rest[watched:] if params.patience else rest
    return Split(train, np.sort(rest[:watched]), np.sort(tested[:_MOST_TESTED]))


def _of_labels(material: Material, params: TuneParams, rng: np.random.Generator) -> NDArray[np.bool_]:
    labels = cast("Labels", material.labels)
    if params.per_class is None:
        folds = SplitParams(max(2, round(1 / params.held_out)), tested=1, seed=params.seed)
        held: NDArray[np.bool_] = assign_folds(labels, folds) == 0
        return held
    held = np.ones(len(material), dtype=bool)
    for code in range(len(labels.names)):
        rows = np.flatnonzero(labels.codes == code)
        held[rng.permutation(rows)[: params.per_class]] = False
    return held


def _of_texts(material: Material, params: TuneParams, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Hold out whole groups of rows that share texts."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    codes = material.codes[:, :2]
    edges = coo_matrix((np.ones(len(codes)), (codes[:, 0], codes[:, 1])), shape=(codes.max() + 1,) * 2)
    _, part = connected_components(edges, directed=False)
    group = part[codes[:, 0]]
    wanted, held = params.held_out * len(material), np.zeros(len(material), dtype=bool)
    sizes = np.bincount(group)
    for one in rng.permutation(np.flatnonzero(sizes)):
        # A group larger than all that is to be held out is trained on.
        if held.sum() + sizes[one] <= wanted * 1.2:
            held |= group == one
    if held.sum() < 2:
        held[rng.permutation(len(material))[: max(2, round(wanted))]] = True
    return held


def with_test(material: Material, test: Material, params: TuneParams) -> tuple[Material, Split]:
    """Return both as one material: all of the first is trained on, or `per_class` of it, the second is measured.

    Raises:
        InputError: they are of different kinds.
    """
    if material.pairing is not test.pairing:
        raise InputError(f"{material.pairing} are trained on and {test.pairing} measured.", "Bring two of one kind.")
    n, m = len(material), len(test)
    held = np.zeros(n, dtype=bool)
    if params.per_class is not None and material.labels is not None:
        held = _of_labels(material, params, np.random.default_rng(params.seed))
    both = joined(material, test)
    train, rest = np.flatnonzero(~held), np.arange(n, n + m)
    spare = np.flatnonzero(held)
    order = np.random.default_rng(params.seed).permutation(spare if params.patience and len(spare) > 1 else rest)
    return both, Split(train, np.sort(order[:_MOST_WATCHED]), rest)


def joined(first: Material, second: Material) -> Material:
    """Return the rows of two materials of one kind."""
    texts = tuple(a + b for a, b in zip(first.texts, second.texts, strict=True))
    dropped = first.dropped + second.dropped
    if first.labels is not None and second.labels is not None:
        names = tuple(dict.fromkeys((*first.labels.names, *second.labels.names)))
        codes = [
            np.array([names.index(one) for one in labels.names], np.int32)[labels.codes]
            for labels in (first.labels, second.labels)
        ]
        return Material(first.pairing, texts, Labels(names, np.concatenate(codes)), dropped=dropped)
    if first.scores is not None and second.scores is not None:
        return Material(first.pairing, texts, scores=np.concatenate([first.scores, second.scores]), dropped=dropped)
    return Material(first.pairing, texts, dropped=dropped)
