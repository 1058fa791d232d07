"""What ranking needs beyond vectors: an index of words, and rescoring of the first hits."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np

from embedding_core import encoders
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress, Vector
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.encoders.token_vectors import take, token_vectors
from embedding_core.ranking.cross_encoder import load_cross_encoder, score_pairs
from embedding_core.ranking.late import Counterpart, chance_max_sim, counterparts, max_sim
from embedding_core.ranking.lexical import BM25Index, BM25Params, index_words
from embedding_core.ranking.scores import NOT_FOUND, Scores

if TYPE_CHECKING:
    from embedding_core.encoders.spec import TokenEncoder

TOKEN_ENCODER = encoders.DEFAULT_ENCODER
_CHANCE_ROWS = 50
_SEED = 0


@dataclass(frozen=True)
class IndexWords(Stage[BM25Index]):
    """Which words are in which rows, and what they weigh."""

    dataset: Key
    params: BM25Params = field(default_factory=BM25Params)
    kind = "bm25"
    title = "Indexing the texts"

    def make(self, store: Store, progress: Progress) -> None:
        index = index_words(load_dataset(self.dataset, store).texts, self.params, progress)
        with store.write(self.kind, self.key, {"size": index.size}) as folder:
            save_arrays(folder, {"starts": index.starts, "rows": index.rows, "weights": index.weights})
            (folder / "vocabulary.json").write_text(json.dumps(index.vocabulary))

    def load(self, store: Store) -> BM25Index:
        vocabulary = json.loads((store.open(self.kind, self.key) / "vocabulary.json").read_text())
        arrays = {name: store.array(self.kind, self.key, name) for name in ("starts", "rows", "weights")}
        return BM25Index(vocabulary, size=store.about(self.kind, self.key)["size"], **arrays)


@dataclass(frozen=True, eq=False)
class Reranked:
    """The first hits of an engine, looked at again."""

    rows: tuple[int, ...]
    values: Vector
    """(rows,) float32."""
    random_baseline: Vector
    """(m,) float32 ascending."""
    pairs: list[tuple[Counterpart, ...]]
    """For each row the tokens that matched best; nothing from a model that gives no reason."""

    def scores(self, n: int) -> Scores:
        """Return the scores of all n rows of a data set: those that were not looked at are not found."""
        values = np.full(n, NOT_FOUND, np.float32)
        values[list(self.rows)] = self.values
        return Scores(values, self.random_baseline)


@dataclass(frozen=True)
class _Rerank(Stage[Reranked]):
    dataset: Key
    query: str
    rows: tuple[int, ...]
    version = 3
    lane = Lane.ENCODE


@dataclass(frozen=True)
class RerankByTokens(_Rerank):
    """Rows by late interaction: MiniLM's token vectors, whatever encoder the map has."""

    kind = "late"
    title = "Matching tokens"

    def key_parts(self) -> tuple[object, ...]:
        return *super().key_parts(), encoders.resolve(TOKEN_ENCODER).revision

    def compute(self, store: Store, progress: Progress) -> Reranked:
        texts = load_dataset(self.dataset, store).texts
        sample = np.random.default_rng(_SEED).permutation(len(texts))[:_CHANCE_ROWS]
        rows = [*self.rows, *sample.tolist()]
        found = token_vectors(TOKEN_ENCODER, [texts[row] for row in rows], store, progress)
        asked = cast("TokenEncoder", loaded_encoder(TOKEN_ENCODER)).encode_tokens([self.query])
        first = take(found, range(len(self.rows)))
        random_baseline = chance_max_sim(take(found, range(len(self.rows), len(rows))), len(asked.vectors))
        pairs = counterparts(asked, self.query, first, [texts[row] for row in self.rows])
        return Reranked(self.rows, max_sim(asked, first), random_baseline, pairs)


@dataclass(frozen=True)
class RerankByModel(_Rerank):
    """Rows by a cross-encoder."""

    model: str
    revision: str
    kind = "cross"
    title = "Reranking with the cross-encoder"

    def compute(self, store: Store, progress: Progress) -> Reranked:
        texts = load_dataset(self.dataset, store).texts
        model = load_cross_encoder(self.model, self.revision)
        sample = np.random.default_rng(_SEED).permutation(len(texts))[:_CHANCE_ROWS].tolist()
        values = score_pairs(model, self.query, [texts[row] for row in (*self.rows, *sample)], progress)
        first = len(self.rows)
        return Reranked(self.rows, values[:first], np.sort(values[first:]), [()] * first)
