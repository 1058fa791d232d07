"""From queries, pairs or labels to how good an encoder and an engine are."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import ClassVar, cast

import numpy as np

from embedding_core import encoders
from embedding_core.classification import labels_of
from embedding_core.encoders.spec import TokenEncoder, TokenVectors
from embedding_core.errors import InputError
from embedding_core.evaluation import (
    DEPTH,
    SCORE_COLUMN,
    Judgements,
    PairScores,
    ProtocolParams,
    ProtocolScores,
    QueryScores,
    Ranker,
    run_protocols,
    score_pairs,
    score_rankings,
)
from embedding_core.fingerprint import fingerprint
from embedding_core.search.dense import background, score_vectors
from embedding_core.search.fusion import fuse
from embedding_core.search.late import max_sim
from embedding_core.search.lexical import score_words, words_of
from embedding_core.search.scores import NOT_FOUND, Scores
from embedding_core.stages.base import Lane, Stage
from embedding_core.stages.data import load_dataset
from embedding_core.stages.search import TOKEN_ENCODER, IndexWords, token_vectors
from embedding_core.stages.space import Embed, EncodeQueries, loaded_encoder
from embedding_core.store import Store, save_arrays
from embedding_core.types import Indices, Key, Progress

NO_HIT = -1
TEST = "test"
"""What a split column says of rows to test on."""
_QUERIES_AT_ONCE = 16
"""Their first hits' token vectors are in memory together."""


def keep_judgements(judgements: Judgements, store: Store) -> Key:
    """Store judgements and return their key."""
    told = asdict(judgements)
    key = fingerprint("judgements", 1, told)
    if not store.has("judgements", key):
        with store.write("judgements", key) as folder:
            (folder / "judgements.json").write_text(json.dumps(told))
    return key


def load_judgements(key: Key, store: Store) -> Judgements:
    """Return judgements.

    Raises:
        ArtifactMissingError: the store does not hold them.
    """
    return Judgements(**json.loads((store.open("judgements", key) / "judgements.json").read_text()))


@dataclass(frozen=True)
class RankQueries(Stage):
    """The best rows for each of many queries."""

    space: Embed
    queries: tuple[str, ...]
    ranker: Ranker
    kind: ClassVar[str] = "rankings"

    def __post_init__(self) -> None:
        object.__setattr__(self, "ranker", Ranker.of(self.ranker))

    @property
    def lane(self) -> Lane:
        """Beside the maps; token by token beside the other encoding."""
        return Lane.ENCODE if self.ranker is Ranker.LATE else Lane.MAP

    @property
    def key(self) -> Key:
        place = self.space.dataset if self.ranker is Ranker.BM25 else (self.space.dataset, self.space.key)
        token = encoders.resolve(TOKEN_ENCODER).revision if self.ranker is Ranker.LATE else ""
        return fingerprint(self.kind, 1, place, self.queries, self.ranker, token)

    @property
    def title(self) -> str:
        return f"Searching {len(self.queries):,} queries, {self.ranker}"

    @property
    def _words(self) -> IndexWords:
        return IndexWords(self.space.dataset)

    @property
    def _asked(self) -> EncodeQueries:
        return EncodeQueries(self.queries, self.space)

    def needs(self) -> tuple[Stage, ...]:
        words, meaning = (self._words,), (self.space, self._asked)
        return {Ranker.BM25: words, Ranker.HYBRID: (*words, *meaning)}.get(self.ranker, meaning)

    def make(self, store: Store, progress: Progress) -> None:
        rows = np.full((len(self.queries), DEPTH), NO_HIT, np.int32)
        found = self._late(store, progress) if self.ranker is Ranker.LATE else self._first(store, progress)
        for place, scores in enumerate(found):
            hits = scores.best(DEPTH).rows
            rows[place, : len(hits)] = hits
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"rows": rows})

    def load(self, store: Store) -> Indices:
        """Return (queries, 100) row numbers, best first, -1 where nothing more was found."""
        return store.array(self.kind, self.key, "rows")

    def _first(self, store: Store, progress: Progress) -> Iterator[Scores]:
        """Yield the scores of all rows for each query, by one look."""
        by_words, by_meaning = self.ranker is not Ranker.DENSE, self.ranker is not Ranker.BM25
        if by_words:
            index = self._words.load(store)
        if by_meaning:
            vectors, asked = self.space.load(store), self._asked.load(store)
            known = background(vectors)
        for place, query in enumerate(self.queries):
            parts = [score_vectors(vectors, asked[place], known)] if by_meaning else []
            parts += [score_words(index, words_of(query))] if by_words else []
            yield parts[0] if len(parts) == 1 else fuse(parts)
            progress(place + 1, len(self.queries))

    def _late(self, store: Store, progress: Progress) -> Iterator[Scores]:
        """Yield the scores of the first hits of each query by a second look."""
        encoder = cast("TokenEncoder", loaded_encoder(TOKEN_ENCODER))
        texts = load_dataset(self.space.dataset, store).texts
        vectors, asked = self.space.load(store), self._asked.load(store)
        known = background(vectors)
        for start in range(0, len(self.queries), _QUERIES_AT_ONCE):
            part = range(start, min(start + _QUERIES_AT_ONCE, len(self.queries)))
            # In the order of rows, as in Search: equally good ones come by number.
            first = [np.sort(score_vectors(vectors, asked[place], known).best(DEPTH).rows) for place in part]
            rows = np.unique(np.concatenate(first))

            def within(done: float, total: float, start: int = start, size: int = len(part)) -> None:
                progress(start + size * done / max(total, 1e-9), len(self.queries))

            tokens = token_vectors([texts[row] for row in rows.tolist()], store, within)
            for place, hits in zip(part, first, strict=True):
                query = encoder.encode_tokens([self.queries[place]])
                values = np.full(len(texts), NOT_FOUND, np.float32)
                values[hits] = max_sim(query, _taken(tokens, np.searchsorted(rows, hits).tolist()))
                yield Scores(values, np.zeros(0, np.float32))
            progress(part.stop, len(self.queries))


def _taken(tokens: TokenVectors, places: list[int]) -> TokenVectors:
    """Return the token vectors of some of the texts."""
    parts = [slice(tokens.starts[place], tokens.starts[place + 1]) for place in places]
    starts = np.cumsum([0, *(part.stop - part.start for part in parts)])
    vectors, spans = (np.concatenate([vars(tokens)[name][part] for part in parts]) for name in ("vectors", "spans"))
    return TokenVectors(vectors, starts, spans)


@dataclass(frozen=True)
class EvaluateRetrieval(Stage):
    """What rankings are worth by what people judged."""

    space: Embed
    judgements: Key
    queries: tuple[str, ...]
    """The texts of the judged queries, in the order of the judgements."""
    ranker: Ranker = Ranker.DENSE
    k: int = 10
    kind: ClassVar[str] = "retrieval"

    @property
    def ranking(self) -> RankQueries:
        """The rankings that are measured."""
        return RankQueries(self.space, self.queries, self.ranker)

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.ranking.key, self.judgements, self.k)

    @property
    def title(self) -> str:
        return f"Measuring {self.ranker}"

    def needs(self) -> tuple[Stage, ...]:
        return (self.ranking,)

    def make(self, store: Store, progress: Progress) -> None:
        judgements = load_judgements(self.judgements, store)
        ids = load_dataset(self.space.dataset, store).ids
        rows = self.ranking.load(store)
        rankings = {
            query: [ids[row] for row in found.tolist() if row != NO_HIT]
            for query, found in zip(judgements.queries, rows, strict=True)
        }
        scores = score_rankings(judgements, rankings, self.k)
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
            raise InputError(f"{dataset.name} holds no pairs with scores.", "Bring a table of pairs.")
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
