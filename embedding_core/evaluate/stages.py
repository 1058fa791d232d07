"""From queries, pairs or labels to how good an encoder and an engine are."""

import json
from dataclasses import asdict, dataclass, field
from typing import ClassVar

import numpy as np

from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
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
class EvaluateRetrieval(Stage):
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
    kind: ClassVar[str] = "retrieval"

    @property
    def ranking(self) -> RankQueries:
        """The rankings that are measured."""
        return RankQueries(self.space, self.queries, self.method, self.model, self.revision)

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.ranking.key, self.judgments, self.k)

    @property
    def title(self) -> str:
        return f"Measuring {self.method}"

    def needs(self) -> tuple[Stage, ...]:
        return (self.ranking,)

    def make(self, store: Store, progress: Progress) -> None:
        judgments = load_judgments(self.judgments, store)
        ids = load_dataset(self.space.dataset, store).ids
        rows = self.ranking.load(store)
        rankings = {
            query: [ids[row] for row in found.tolist() if row != NO_HIT]
            for query, found in zip(judgments.queries, rows, strict=True)
        }
        scores = score_rankings(judgments, rankings, self.k)
        about = {"queries": scores.queries, "names": tuple(scores.values)}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {"values": np.stack(list(scores.values.values()))})

    def load(self, store: Store) -> QueryScores:
        about, values = store.about(self.kind, self.key), store.array(self.kind, self.key, "values")
        return QueryScores(tuple(about["queries"]), dict(zip(about["names"], values, strict=True)))


@dataclass(frozen=True)
class ScorePairs(Stage):
    """How far cosines of pairs agree with people: the data set holds the left texts, then the right ones."""

    space: Embed
    kind: ClassVar[str] = "pair-scores"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.space.dataset)

    @property
    def title(self) -> str:
        return "Comparing pairs"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        dataset = load_dataset(self.space.dataset, store)
        if SCORE_COLUMN not in dataset.columns or len(dataset) % 2:
            raise InputError(f"{dataset.name} has no scored pairs.", "Import a table of pairs.")
        scores = dataset.columns[SCORE_COLUMN].to_numpy(dtype=np.float64)[: len(dataset) // 2]
        found = score_pairs(self.space.load(store), scores)
        about = {name: getattr(found, name) for name in ("spearman", "pearson", "low", "high")}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {"cosines": found.cosines})

    def load(self, store: Store) -> PairScores:
        return PairScores(**store.about(self.kind, self.key), cosines=store.array(self.kind, self.key, "cosines"))


@dataclass(frozen=True)
class RunProtocols(Stage):
    """Classification and clustering of a column of labels by MTEB's protocols."""

    space: Embed
    label: str
    split: str | None = None
    """The column that says which rows are for testing."""
    params: ProtocolParams = field(default_factory=ProtocolParams)
    kind: ClassVar[str] = "protocols"

    @property
    def lane(self) -> Lane:
        """Beside the maps: it takes seconds to minutes."""
        return Lane.MAP

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 2, self.space.key, self.space.dataset, self.label, self.split, self.params)

    @property
    def title(self) -> str:
        return f"Measuring the encoder on {self.label}"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
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
        scores = run_protocols(self.space.load(store), codes, test, self.params, progress)
        with store.write(self.kind, self.key) as folder:
            (folder / "scores.json").write_text(json.dumps(asdict(scores)))

    def load(self, store: Store) -> ProtocolScores:
        return ProtocolScores(**json.loads((store.open(self.kind, self.key) / "scores.json").read_text()))
