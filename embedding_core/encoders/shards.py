"""What encoders made of single rows, kept in the store: shards of arrays, each row known by the hash of its content.

So a run killed half-way goes on at its last whole shard, and a row that was encoded for one data set is not encoded
again for another.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import ArtifactMissingError
from embedding_core.base.keys import ROW_HASH_BYTES, hash_array, hash_rows
from embedding_core.base.store import Store, save_arrays


def row_names(contents: Sequence[str]) -> NDArray[np.bytes_]:
    """Return the hash of each row's content, (n,)."""
    return hash_rows(contents).view(f"S{ROW_HASH_BYTES}").ravel()


def read_shards(
    store: Store, kind: str, names: NDArray[np.bytes_], arrays: Sequence[str]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], list[NDArray[Any]]]]:
    """Yield the rows that each shard of a kind holds, no row twice.

    Args:
        store: holds the shards.
        kind: names the encoder and its revision.
        names: (n,) sorted, each once.
        arrays: the names of the arrays to read.

    Yields:
        Places in `names`, the rows of the shard they are in, and the shard's arrays.
    """
    taken = np.zeros(len(names), dtype=bool)
    for key in store.keys(kind):
        if taken.all():
            return
        try:
            shard = np.array(store.array(kind, key, "hashes")).view(names.dtype).ravel()
            places = np.minimum(np.searchsorted(names, shard), len(names) - 1)
            rows = np.flatnonzero((names[places] == shard) & ~taken[places])
            if not len(rows):
                continue
            found = [store.array(kind, key, name) for name in arrays]
        except ArtifactMissingError:
            continue  # Damaged or just evicted: its rows are encoded again.
        taken[places[rows]] = True
        yield places[rows], rows, found


def write_shard(store: Store, kind: str, names: NDArray[np.bytes_], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Keep the arrays of some rows, which have these names."""
    hashes = names.view(np.uint8).reshape(-1, ROW_HASH_BYTES)
    with store.write(kind, hash_array(hashes)) as folder:
        save_arrays(folder, {"hashes": hashes, **arrays})
