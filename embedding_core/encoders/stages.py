"""From a data set to its vectors, queries in the same space, and nearest neighbors."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.base.errors import InputError
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Matrix, Progress, no_progress
from embedding_core.data.dataset import Dataset
from embedding_core.data.pictures.stages import picture_readers
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.embedding import embed_rows, picture_rows, rows_kind, text_rows
from embedding_core.encoders.health import seen_as_pictures
from embedding_core.encoders.modality import centered
from embedding_core.encoders.spec import Encoder, EncoderSpec, FittedEncoder, ImageEncoder, Modality


def loaded_encoder(name: str) -> Encoder:
    """Return an encoder, loaded once a process; two stay in memory."""
    return _loaded(encoders.resolve(name))


@lru_cache(maxsize=2)
def _loaded(spec: EncoderSpec) -> Encoder:
    # By spec, not by name: a folder or a tuned encoder may be another one under the same name later.
    return encoders.load(spec)


@dataclass(frozen=True)
class Embed(Stage[Matrix]):
    """A data set's items as vectors."""

    dataset: Key
    items: Key
    encoder: str
    revision: str
    kind = "embedding"
    lane = Lane.ENCODE

    def key_parts(self) -> tuple[object, ...]:
        return self.items, self.encoder, self.revision

    @property
    def title(self) -> str:
        return f"Embedding with {self.encoder}"

    def make(self, store: Store, progress: Progress) -> None:
        dataset = load_dataset(self.dataset, store)
        spec = encoders.resolve(self.encoder)
        arrays, reused = {}, 0
        if dataset.vectors is not None:
            vectors = dataset.vectors  # as they are: whatever needs directions makes them itself
        elif spec.per_row:
            vectors, reused = _row_by_row(dataset, spec, store, progress)
        else:
            fitted = cast("FittedEncoder", encoders.load(spec))
            vectors = _at_once(dataset, fitted, store, progress)
            arrays = {f"state-{name}": array for name, array in fitted.state().items()}
        with store.write(self.kind, self.key, {"rows": len(vectors), "reused": reused}) as folder:
            save_arrays(folder, {"vectors": vectors, **arrays})

    def load(self, store: Store) -> Matrix:
        return store.array(self.kind, self.key, "vectors")

    def fitted_state(self, store: Store) -> dict[str, NDArray[Any]]:
        """Return what the encoder learned from the data set; nothing of one that treats each row by itself."""
        folder = store.open(self.kind, self.key)
        return {
            file.stem.removeprefix("state-"): np.load(file, allow_pickle=False) for file in folder.glob("state-*.npy")
        }

    def fitted_encoder(self, store: Store) -> FittedEncoder:
        """Return the encoder as it was fitted on the data set, ready for queries."""
        return restored(self.encoder, self.fitted_state(store))


def restored(name: str, state: dict[str, NDArray[Any]]) -> FittedEncoder:
    """Return an encoder that knows what one of its kind has learned from a data set."""
    encoder = cast("FittedEncoder", encoders.load(encoders.resolve(name)))
    encoder.restore(state)
    return encoder


def embed_with(fitted: FittedEncoder, dataset: Dataset, store: Store, progress: Progress = no_progress) -> Matrix:
    """Return the vectors (n, dim) of a data set by an encoder that learned from another one, in that one's space.

    Raises:
        InputError: the encoder sees pictures and a row has none.
    """
    if Modality.IMAGE not in fitted.spec.reads:
        return fitted.encode_queries(list(dataset.texts), progress)
    if not dataset.is_picture.all():
        raise InputError(f"{fitted.spec.name} reads pictures only.", f"{dataset.name} has rows without a picture.")
    return _pictures_at_once(dataset, fitted, store, progress)


def _row_by_row(dataset: Dataset, spec: EncoderSpec, store: Store, progress: Progress) -> tuple[Matrix, int]:
    """Return the vectors of texts and pictures, and how many rows were not encoded this time."""
    seen = seen_as_pictures(dataset, spec)
    texts, pictures = np.flatnonzero(~seen), np.flatnonzero(seen)
    album = dataset.album
    parts = {
        Modality.TEXT: (texts, text_rows(tuple(dataset.texts[row] for row in texts))),
        Modality.IMAGE: (
            pictures,
            picture_rows(
                tuple(dataset.pictures[row] for row in pictures), cache(lambda: picture_readers(album or "", store))
            ),
        ),
    }
    total = float(sum(rows.costs.sum() for _, rows in parts.values()))
    vectors: Matrix | None = None
    reused, before = 0, 0.0
    for modality, (places, rows) in parts.items():
        if not len(places):
            continue
        cost = float(rows.costs.sum())

        def within(done: float, whole: float, before: float = before, cost: float = cost) -> None:
            progress(before + cost * done / max(whole, 1e-9), total)

        kind = rows_kind(spec.name, spec.revision, modality)
        embedded = embed_rows(rows, kind, lambda: loaded_encoder(spec.name), store, within)
        vectors = np.empty((len(dataset), embedded.vectors.shape[1]), np.float32) if vectors is None else vectors
        vectors[places] = embedded.vectors
        reused, before = reused + embedded.reused, before + cost
    return cast("Matrix", vectors), reused


def _at_once(dataset: Dataset, fitted: FittedEncoder, store: Store, progress: Progress) -> Matrix:
    """Return the vectors of an encoder that learns from the whole data set."""
    if Modality.IMAGE not in fitted.spec.reads:
        return fitted.encode_documents(list(dataset.texts), progress)
    return _pictures_at_once(dataset, fitted, store, progress)


def _pictures_at_once(dataset: Dataset, fitted: FittedEncoder, store: Store, progress: Progress) -> Matrix:
    rows = picture_rows(dataset.pictures, lambda: picture_readers(dataset.album or "", store))
    return rows.encode(fitted, np.arange(len(dataset)), progress)


@dataclass(frozen=True)
class Centered(Stage[Matrix]):
    """The same vectors without the gap between pictures and texts."""

    space: Embed
    kind = "centred"
    title = "Centering pictures and texts"

    def compute(self, store: Store, progress: Progress) -> Matrix:
        dataset = load_dataset(self.space.dataset, store)
        return centered(np.asarray(self.space.load(store)), dataset.is_picture)


Space = Embed | Centered
"""Where items lie."""


@dataclass(frozen=True)
class EncodeQueries(Stage[Matrix]):
    """Texts and uploaded pictures as query vectors, texts first, in the space of an embedded data set."""

    texts: tuple[str, ...]
    space: Embed
    pictures: tuple[Key, ...] = ()
    """Uploads."""
    kind = "queries"
    title = "Embedding the query"

    def key_parts(self) -> tuple[object, ...]:
        spec = encoders.resolve(self.space.encoder)
        space = (spec.name, self.space.revision) if spec.per_row else self.space.key
        return self.texts, space, *([self.pictures] if self.pictures else [])

    def needs(self) -> tuple[Stage, ...]:
        return () if encoders.resolve(self.space.encoder).per_row else (self.space,)

    def compute(self, store: Store, progress: Progress) -> Matrix:
        per_row = encoders.resolve(self.space.encoder).per_row
        encoder = loaded_encoder(self.space.encoder) if per_row else self.space.fitted_encoder(store)
        parts = [encoder.encode_queries(list(self.texts), progress)] if self.texts else []
        if self.pictures:
            files = [(store.open("upload", key) / "bytes").read_bytes for key in self.pictures]
            found = cast("ImageEncoder", encoder).encode_images(files, progress)
            if found.unread:
                reason = next(iter(found.unread.values()))
                raise InputError(f"The picture cannot be read: it is {reason}.", "Use another picture.")
            parts.append(found.vectors)
        return np.concatenate(parts)
