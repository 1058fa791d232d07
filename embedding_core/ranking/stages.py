"""What ranking needs beyond vectors: an index of words, and rescoring of the first hits."""

import json
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from embedding_core import encoders
from embedding_core.base.errors import ArtifactMissingError
from embedding_core.base.keys import fingerprint, hash_array, hash_rows
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Progress, Vector
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.spec import TokenEncoder, TokenVectors
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.ranking.cross_encoder import load_cross_encoder, score_pairs
from embedding_core.ranking.late import Counterpart, chance_max_sim, counterparts, max_sim
from embedding_core.ranking.lexical import BM25Index, BM25Params, index_words
from embedding_core.ranking.scores import NOT_FOUND, Scores

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
    null: Vector
    """(m,) float32 ascending."""
    pairs: list[tuple[Counterpart, ...]]
    """For each row the tokens that matched best; nothing from a model that gives no reason."""

    def scores(self, n: int) -> Scores:
        """Return the scores of all n rows of a data set: those that were not looked at are not found."""
        values = np.full(n, NOT_FOUND, np.float32)
        values[list(self.rows)] = self.values
        return Scores(values, self.null)


@dataclass(frozen=True)
class _Rerank(Stage[Reranked]):
    dataset: Key
    query: str
    rows: tuple[int, ...]
    version = 2
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
        found = token_vectors([texts[row] for row in rows], store, progress)
        asked = _encoder().encode_tokens([self.query])
        first = _part(found, 0, len(self.rows))
        null = chance_max_sim(_part(found, len(self.rows), len(rows)), len(asked.vectors))
        pairs = counterparts(asked, self.query, first, [texts[row] for row in self.rows])
        return Reranked(self.rows, max_sim(asked, first), null, pairs)


def _encoder() -> TokenEncoder:
    return cast("TokenEncoder", loaded_encoder(TOKEN_ENCODER))


def _part(found: TokenVectors, start: int, stop: int) -> TokenVectors:
    at = found.starts[start : stop + 1]
    return TokenVectors(found.vectors[at[0] : at[-1]], at - at[0], found.spans[at[0] : at[-1]])


def token_vectors(texts: list[str], store: Store, progress: Progress) -> TokenVectors:
    """Return the token vectors of texts, from the store where they are there; what is missing is encoded and kept."""
    kind = f"tokens/{fingerprint(TOKEN_ENCODER, encoders.resolve(TOKEN_ENCODER).revision)[:32]}"
    hashes = [row.tobytes() for row in hash_rows(texts)]
    parts = _stored(set(hashes), kind, store)
    missing = {name: text for name, text in zip(hashes, texts, strict=True) if name not in parts}
    if missing:
        fresh = _encoder().encode_tokens(list(missing.values()), progress)
        names = np.frombuffer(b"".join(missing), np.uint8).reshape(len(missing), -1)
        with store.write(kind, hash_array(names)) as folder:
            save_arrays(folder, {"hashes": names, **vars(fresh)})
        parts |= {name: _part(fresh, i, i + 1) for i, name in enumerate(missing)}
    ordered = [parts[name] for name in hashes]
    starts = np.cumsum([0, *(len(part.vectors) for part in ordered)])
    vectors, spans = (np.concatenate([vars(part)[name] for part in ordered]) for name in ("vectors", "spans"))
    return TokenVectors(vectors, starts, spans)


def _stored(wanted: set[bytes], kind: str, store: Store) -> dict[bytes, TokenVectors]:
    parts: dict[bytes, TokenVectors] = {}
    for key in store.keys(kind):
        try:
            names = [row.tobytes() for row in np.array(store.array(kind, key, "hashes"))]
            places = [i for i, name in enumerate(names) if name in wanted and name not in parts]
            if places:
                shard = TokenVectors(*(store.array(kind, key, name) for name in ("vectors", "starts", "spans")))
                parts |= {names[i]: _part(shard, i, i + 1) for i in places}
        except ArtifactMissingError:
            continue  # Damaged or just evicted: its texts are encoded again.
        if len(parts) == len(wanted):
            break
    return parts


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
