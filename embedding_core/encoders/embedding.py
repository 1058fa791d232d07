"""Texts and pictures to vectors through an encoder and the store: only rows never seen before are encoded.

Vectors of encoders that treat each row by itself are kept in shards under the encoder's own key. A data set that grew
by a hundred rows encodes a hundred rows, and equal rows are encoded once, whatever order they come in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Matrix, Progress, no_progress
from embedding_core.encoders.shards import read_shards, row_names, write_shard
from embedding_core.encoders.spec import Encoder, ImageEncoder, Modality

SHARD_COST = 150_000
"""A few seconds' work for a transformer on two cores."""
SHARD_ROWS = 4_096
_COST_FLOOR, _COST_CEILING = 8, 2_000
_PICTURE_COST = 600
"""Whatever it shows, a model sees it at one size."""


@dataclass(frozen=True, eq=False)
class Rows:
    """What is to be encoded, whatever it is."""

    names: NDArray[np.bytes_]
    """(n,) the hash of each row's content."""
    costs: NDArray[np.int64]
    """(n,) how long each takes, in characters of text."""
    encode: Callable[[Encoder, NDArray[np.intp], Progress], Matrix]
    """Returns the vectors of some rows."""


def text_rows(texts: tuple[str, ...]) -> Rows:
    """Return texts as rows to encode."""

    def encode(encoder: Encoder, rows: NDArray[np.intp], progress: Progress) -> Matrix:
        return encoder.encode_documents([texts[row] for row in rows], progress)

    # A text costs about its characters: even an empty one something, and one that is cut no more than what is read.
    costs = np.clip([len(text) for text in texts], _COST_FLOOR, _COST_CEILING)
    return Rows(row_names(texts), costs, encode)


def picture_rows(keys: tuple[Key, ...], readers: Callable[[], Mapping[Key, Callable[[], bytes]]]) -> Rows:
    """Return pictures as rows to encode; `readers` is called when one has to be read, and says how.

    Encoding raises InputError when a picture can no longer be read.
    """

    def encode(encoder: Encoder, rows: NDArray[np.intp], progress: Progress) -> Matrix:
        ways = readers()
        found = cast("ImageEncoder", encoder).encode_images([ways[keys[row]] for row in rows], progress)
        if found.unread:
            reason = next(iter(found.unread.values()))
            message = f"{len(found.unread):,} of the pictures can no longer be read: {reason}."
            raise InputError(message, "Import them again.")
        return found.vectors

    return Rows(row_names(keys), np.full(len(keys), _PICTURE_COST), encode)


@dataclass(frozen=True)
class Embedded:
    """The vectors of some texts, and how many of them came from the store."""

    vectors: Matrix
    """(n, dim)"""
    reused: int
    """Rows that were not encoded this time: stored before, or equal to another row."""


def rows_kind(name: str, revision: str, modality: Modality = Modality.TEXT) -> str:
    """Return the kind under which an encoder's shards are stored."""
    parts = (name, revision) if modality is Modality.TEXT else (name, revision, modality)
    return f"rows/{fingerprint('rows', *parts)[:32]}"


def embed_rows(
    rows: Rows, kind: str, load: Callable[[], Encoder], store: Store, progress: Progress = no_progress
) -> Embedded:
    """Return the vectors of rows, from the store where they are there, from the encoder where not.

    The encoder is loaded only when a row is missing.
    """
    names, first, inverse = np.unique(rows.names, return_index=True, return_inverse=True)
    parts = [(places, arrays[0][held]) for places, held, arrays in read_shards(store, kind, names, ("vectors",))]
    known = np.zeros(len(names), dtype=bool)
    for places, _ in parts:
        known[places] = True
    missing = np.flatnonzero(~known)
    if len(missing):
        encoder = load()
        # In the order they came in, which is the order files are read fastest in.
        missing = missing[np.argsort(first[missing], kind="stable")]
        for places, vectors in _encoded(encoder, rows, first, missing, progress):
            write_shard(store, kind, names[places], {"vectors": vectors})
            parts.append((places, vectors))
    unique_vectors = np.empty((len(names), parts[0][1].shape[1]), dtype=np.float32)
    for places, vectors in parts:
        unique_vectors[places] = vectors
    return Embedded(unique_vectors[inverse], reused=len(rows.names) - len(missing))


def _encoded(
    encoder: Encoder, rows: Rows, first: NDArray[np.intp], missing: NDArray[np.intp], progress: Progress
) -> Iterator[tuple[NDArray[np.intp], Matrix]]:
    """Encode the missing rows, the costliest first, a shard at a time; `first` is the row that bears each name."""
    costs = rows.costs[first[missing]]
    order = np.argsort(-costs, kind="stable")
    total = float(costs.sum())
    done = 0.0
    for shard in _shards(order, costs):
        start, size = done, float(costs[shard].sum())

        def within(part: float, whole: float, start: float = start, size: float = size) -> None:
            progress(start + (size * part / whole if whole else 0), total)

        places = missing[shard]
        yield places, rows.encode(encoder, first[places], within)
        done += size
        progress(done, total)


def _shards(order: NDArray[np.intp], costs: NDArray[np.int64]) -> Iterator[NDArray[np.intp]]:
    """Cut rows into pieces of a few seconds' work each."""
    start = cost = 0
    for end, row in enumerate(order, start=1):
        cost += int(costs[row])
        if cost >= SHARD_COST or end - start >= SHARD_ROWS:
            yield order[start:end]
            start, cost = end, 0
    if start < len(order):
        yield order[start:]
