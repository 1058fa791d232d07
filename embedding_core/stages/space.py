"""From a data set to its vectors, queries in the same space, and nearest neighbours."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, cast

import numpy as np

from embedding_core import encoders
from embedding_core.embedding import embed_rows, rows_kind
from embedding_core.encoders.spec import Encoder, FittedEncoder
from embedding_core.fingerprint import fingerprint
from embedding_core.neighbors import Neighbors, NeighborsParams, nearest_neighbors, unit_rows
from embedding_core.stages.base import Lane, Stage
from embedding_core.stages.data import load_dataset
from embedding_core.store import Store, save_arrays
from embedding_core.types import Key, Matrix, Progress


@lru_cache(maxsize=2)
def loaded_encoder(name: str) -> Encoder:
    """Return an encoder, loaded once a process; two stay in memory."""
    return encoders.load(encoders.resolve(name))


@dataclass(frozen=True)
class Embed(Stage):
    """A data set's items as vectors."""

    dataset: Key
    items: Key
    encoder: str
    revision: str
    kind: ClassVar[str] = "embedding"

    @property
    def lane(self) -> Lane:
        return Lane.ENCODE

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.items, self.encoder, self.revision)

    @property
    def title(self) -> str:
        return f"Embedding with {self.encoder}"

    def make(self, store: Store, progress: Progress) -> None:
        dataset = load_dataset(self.dataset, store)
        spec = encoders.resolve(self.encoder)
        arrays, reused = {}, 0
        if dataset.vectors is not None:
            vectors = unit_rows(dataset.vectors)
        elif spec.per_row:
            kind = rows_kind(spec.name, spec.revision)
            embedded = embed_rows(dataset.texts, kind, lambda: loaded_encoder(spec.name), store, progress)
            vectors, reused = embedded.vectors, embedded.reused
        else:
            fitted = cast("FittedEncoder", encoders.load(spec))
            vectors = fitted.encode_documents(list(dataset.texts), progress)
            arrays = {f"state-{name}": array for name, array in fitted.state().items()}
        with store.write(self.kind, self.key, {"rows": len(vectors), "reused": reused}) as folder:
            save_arrays(folder, {"vectors": vectors, **arrays})

    def load(self, store: Store) -> Matrix:
        return store.array(self.kind, self.key, "vectors")

    def fitted_encoder(self, store: Store) -> Encoder:
        """Return the encoder as it was fitted on the data set, ready for queries."""
        encoder = cast("FittedEncoder", encoders.load(encoders.resolve(self.encoder)))
        folder = store.open(self.kind, self.key)
        state = {
            file.stem.removeprefix("state-"): np.load(file, allow_pickle=False) for file in folder.glob("state-*.npy")
        }
        encoder.restore(state)
        return encoder


@dataclass(frozen=True)
class EncodeQueries(Stage):
    """Texts as query vectors, in the space of an embedded data set."""

    texts: tuple[str, ...]
    space: Embed
    kind: ClassVar[str] = "queries"

    @property
    def key(self) -> Key:
        spec = encoders.resolve(self.space.encoder)
        space = (spec.name, self.space.revision) if spec.per_row else self.space.key
        return fingerprint(self.kind, 1, self.texts, space)

    @property
    def title(self) -> str:
        return "Reading the query"

    def needs(self) -> tuple[Stage, ...]:
        return () if encoders.resolve(self.space.encoder).per_row else (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        per_row = encoders.resolve(self.space.encoder).per_row
        encoder = loaded_encoder(self.space.encoder) if per_row else self.space.fitted_encoder(store)
        vectors = encoder.encode_queries(list(self.texts), progress)
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"vectors": vectors})

    def load(self, store: Store) -> Matrix:
        return store.array(self.kind, self.key, "vectors")


@dataclass(frozen=True)
class FindNeighbors(Stage):
    """The nearest neighbours of every row in the original space, shared by all that need them."""

    space: Embed
    params: NeighborsParams = field(default_factory=NeighborsParams)
    kind: ClassVar[str] = "neighbors"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params)

    @property
    def title(self) -> str:
        return "Finding nearest neighbours"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        found = nearest_neighbors(self.space.load(store), self.params, progress)
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"indices": found.indices, "similarities": found.similarities})

    def load(self, store: Store) -> Neighbors:
        indices, similarities = (store.array(self.kind, self.key, name) for name in ("indices", "similarities"))
        return Neighbors(indices, similarities, self.params.metric)
