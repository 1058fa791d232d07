"""From queries, pairs or labels to how good an encoder and an engine are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Progress
from embedding_core.data.judgments import load_judgments
from embedding_core.data.labels import labels_of
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.stages import Embed
from embedding_core.evaluate.measures import QueryScores, score_rankings
from embedding_core.evaluate.pairs import SCORE_COLUMN, PairScores, score_pairs
from embedding_core.evaluate.protocols import ProtocolParams, ProtocolScores, run_protocols
from embedding_core.evaluate.rankings import NO_HIT, RankQueries
from embedding_core.ranking.methods import RankingMethod

TEST = "test"
"""What a split column says of rows to test on."""


@dataclass(frozen=True)
class EvaluateRetrieval(Stage[QueryScores]):
    """What rankings are worth by what people judged."""

    space: Embed
    judgments: Key
    queries: tuple[str, ...]
    """The texts of the judged queries, in the order of the judgments."""
    method: RankingMethod = RankingMethod.DENSE
    k: int = 10
    model: str = ""
    """A cross-encoder, for the engine that takes one."""
    revision: str = ""
    kind = "retrieval"
    version = 2

    @property
    def ranking(self) -> RankQueries:
        """The rankings that are measured."""
        return RankQueries(self.space, self.queries, self.method, self.model, self.revision)

    def key_parts(self) -> tuple[object, ...]:
        return self.ranking.key, self.judgments, self.k

    @property
    def title(self) -> str:
        return f"Measuring {self.method}"

    def needs(self) -> tuple[Stage, ...]:
        return (self.ranking,)

    def compute(self, store: Store, progress: Progress) -> QueryScores:
        judgments = load_judgments(self.judgments, store)
        ids = load_dataset(self.space.dataset, store).ids
        rows = self.ranking.load(store)
        rankings = {
            query: [ids[row] for row in found.tolist() if row != NO_HIT]
            for query, found in zip(judgments.queries, rows, strict=True)
        }
        return score_rankings(judgments, rankings, self.k)


@dataclass(frozen=True)
class ScorePairs(Stage[PairScores]):
    """How far cosines of pairs agree with people: the data set holds the left texts, then the right ones."""

    space: Embed
    kind = "pair-scores"
    title = "Comparing pairs"

    def key_parts(self) -> tuple[object, ...]:
        return self.space.key, self.space.dataset

    def compute(self, store: Store, progress: Progress) -> PairScores:
        dataset = load_dataset(self.space.dataset, store)
        if SCORE_COLUMN not in dataset.columns or len(dataset) % 2:
            raise InputError(f"{dataset.name} has no scored pairs.", "Import a table of pairs.")
        scores = dataset.columns[SCORE_COLUMN].to_numpy(dtype=np.float64)[: len(dataset) // 2]
        return score_pairs(self.space.load(store), scores)


@dataclass(frozen=True)
class RunProtocols(Stage[ProtocolScores]):
    """Classification and clustering of a column of labels by MTEB's protocols."""

    space: Embed
    label: str
    split: str | None = None
    """The column that says which rows are for testing."""
    params: ProtocolParams = field(default_factory=ProtocolParams)
    kind = "protocols"
    version = 2
    lane = Lane.MAP
    """Beside the maps: it takes seconds to minutes."""
    libraries: ClassVar[Mapping[str, str]] = {"scikit-learn": "1.9.1"}

    def key_parts(self) -> tuple[object, ...]:
        return self.space.key, self.space.dataset, self.label, self.split, self.params

    @property
    def title(self) -> str:
        return f"Measuring the encoder on {self.label}"

    def compute(self, store: Store, progress: Progress) -> ProtocolScores:
        dataset = load_dataset(self.space.dataset, store)
        for name in filter(None, (self.label, self.split)):
            if name not in dataset.columns:
                names = ", ".join(map(str, dataset.columns.columns[:20]))
                raise InputError(f"{dataset.name} has no column {name!r}.", f"It has: {names}.")
        codes = labels_of(dataset.columns[self.label]).codes
        test = None
        if self.split is not None:
            parts = dataset.columns[self.split].astype("string").fillna("")
            test = (parts.str.strip().str.casefold() == TEST).to_numpy(dtype=bool)
        return run_protocols(self.space.load(store), codes, test, self.params, progress)
