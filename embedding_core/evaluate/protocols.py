"""Classification and clustering as MTEB measures an encoder: Muennighoff and others 2023, https://arxiv.org/abs/2210.07316.

Classification (`AbsTaskClassification`): ten times a few labeled rows a class are drawn, a logistic regression with at
most 100 steps learns from them, and its accuracy on the test rows is averaged. Clustering (`AbsTaskClusteringFast`):
ten times 2,048 rows are drawn with replacement, k-means in batches of 512 makes as many clusters as there are classes,
and the V-measures (Rosenberg and Hirschberg 2007, https://aclanthology.org/D07-1043) are averaged.

None of these is 0 by chance, the V-measure least of all where classes are many. So each comes with its random baseline
of the same round: always predicting the most frequent class, and the same clusters against permuted classes.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError, ParameterError
from embedding_core.base.types import Indices, Matrix, Progress, no_progress

_STEPS = 100
_CLUSTERED_ROWS, _BATCH = 2_048, 512
UNLABELED = -1
MEASURES = ("accuracy", "macro_f1", "v_measure")
"""Each is a field of the scores, and with `_chance` after it another."""


@dataclass(frozen=True)
class ProtocolParams:
    """The number of rounds, and of training rows per class."""

    per_class: int = 8
    """Rows of each class to train on; 8 is MTEB's default, some of its tasks take 16."""
    rounds: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.per_class <= 1_000:
            raise ParameterError(
                f"The number of rows per class is {self.per_class}.", "Choose 1 to 1,000; 8 to 16 is usual."
            )
        if not 1 <= self.rounds <= 100:
            raise ParameterError(f"The number of rounds is {self.rounds}.", "Choose 1 to 100; 10 is usual.")
        if self.seed < 0:
            raise ParameterError(f"The seed is {self.seed}.", "Use 0 or above.")


@dataclass(frozen=True)
class ProtocolScores:
    """The scores of each round."""

    accuracy: tuple[float, ...]
    """Of each round's test rows, 0 to 1."""
    macro_f1: tuple[float, ...]
    v_measure: tuple[float, ...]
    accuracy_chance: tuple[float, ...]
    """Of always predicting the most frequent class of the test rows."""
    macro_f1_chance: tuple[float, ...]
    v_measure_chance: tuple[float, ...]
    """Of the same clusters and permuted classes."""
    classes: int
    trained: int
    """The number of rows that each round was trained on."""
    tested: int


def run_protocols(
    vectors: Matrix,
    codes: Indices,
    test: NDArray[np.bool_] | None = None,
    params: ProtocolParams = ProtocolParams(),
    progress: Progress = no_progress,
) -> ProtocolScores:
    """Run the protocols on (n, dim) vectors with the class of each row, -1 for none.

    Args:
        vectors: (n, dim).
        codes: (n,) int32.
        test: (n,) the rows to test on; without them, all that a round does not learn from.
        params: how often, and from how few.
        progress: called with rounds; may stop the work.

    Raises:
        InputError: there are fewer than two classes to learn, or nothing is left to test on.
    """
    known = codes != UNLABELED
    learnable = np.flatnonzero(known if test is None else known & ~test)
    if len(np.unique(codes[learnable])) < 2:
        raise InputError("Fewer than two classes have labeled rows for training.", "Choose another column of labels.")
    # Chance has a generator of its own, so that the rounds are those of the protocol alone.
    rng, chance = np.random.default_rng(params.seed), np.random.default_rng(params.seed)
    rounds = []
    trained = tested = 0
    for done in range(params.rounds):
        train = _draw(codes, learnable, params.per_class, rng)
        asked = np.setdiff1d(np.flatnonzero(known), train) if test is None else np.flatnonzero(known & test)
        asked = asked[np.isin(codes[asked], codes[train])]
        if not len(asked):
            raise InputError("No labeled row is left to test on.", f"Train on fewer than {params.per_class} per class.")
        classified = _classify(vectors, codes, train, asked)
        clustered, shuffled = _cluster(vectors, codes, np.flatnonzero(known), rng, chance)
        rounds.append((*classified, clustered, *_commonest(codes[asked]), shuffled))
        trained, tested = len(train), len(asked)
        progress(done + 1, params.rounds)
    names = (*MEASURES, *(f"{name}_chance" for name in MEASURES))
    scores = dict(zip(names, zip(*rounds, strict=True), strict=True))
    return ProtocolScores(**scores, classes=len(np.unique(codes[known])), trained=trained, tested=tested)


def _draw(codes: Indices, rows: NDArray[np.intp], per_class: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return up to `per_class` rows of each class, drawn at random."""
    mixed = rng.permutation(rows)
    order = mixed[np.argsort(codes[mixed], kind="stable")]
    sorted_codes = codes[order]
    place = np.arange(len(order)) - np.searchsorted(sorted_codes, sorted_codes)
    drawn: NDArray[np.intp] = order[place < per_class]
    return drawn


def _classify(vectors: Matrix, codes: Indices, train: NDArray[np.intp], asked: NDArray[np.intp]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score

    model = LogisticRegression(max_iter=_STEPS)
    with warnings.catch_warnings():
        # That 100 steps may not be enough, or classes many for so few rows, is part of the protocol.
        warnings.simplefilter("ignore")
        model.fit(vectors[train], codes[train])
        found = model.predict(vectors[asked])
        return float((found == codes[asked]).mean()), float(f1_score(codes[asked], found, average="macro"))


def _commonest(codes: Indices) -> tuple[float, float]:
    """Return accuracy and macro-F1 of always naming the commonest class: every other class has an F1 of 0."""
    counts = np.unique(codes, return_counts=True)[1]
    share = float(counts.max() / len(codes))
    return share, 2 * share / (1 + share) / len(counts)


def _cluster(
    vectors: Matrix, codes: Indices, rows: NDArray[np.intp], rng: np.random.Generator, chance: np.random.Generator
) -> tuple[float, float]:
    """Return the V-measure of some rows' clusters by their classes, and by their classes permuted."""
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.metrics import v_measure_score

    places = rng.choice(len(rows), size=min(_CLUSTERED_ROWS, len(rows)))
    drawn = rows[places]
    clusters = len(np.unique(codes[rows]))
    model = MiniBatchKMeans(
        n_clusters=min(clusters, len(drawn)), batch_size=_BATCH, n_init=1, random_state=int(rng.integers(2**31))
    )
    with warnings.catch_warnings():
        # Rows are drawn with replacement: there may be fewer different ones than clusters.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(vectors[drawn])
    # A row drawn twice has one class, permuted or not: its copies share a cluster, whatever the vectors mean.
    shuffled = chance.permutation(codes[rows])[places]
    return float(v_measure_score(codes[drawn], model.labels_)), float(v_measure_score(shuffled, model.labels_))
