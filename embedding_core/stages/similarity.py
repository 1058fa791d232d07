"""From vectors to near-duplicates, and to the order of a matrix."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from embedding_core.fingerprint import fingerprint
from embedding_core.similarity import Duplicates, DuplicatesParams, clustered_order, cosine_matrix, find_duplicates
from embedding_core.stages.base import Stage
from embedding_core.stages.space import Embed
from embedding_core.store import Store, save_arrays
from embedding_core.types import Indices, Key, Progress

_NUMBERS = ("threshold", "pairs", "by_chance", "raised")
_ARRAYS = ("groups", "keep", "weakest", "weakest_cosines")


@dataclass(frozen=True)
class FindDuplicates(Stage):
    """Items that are nearly the same."""

    space: Embed
    params: DuplicatesParams = field(default_factory=DuplicatesParams)
    kind: ClassVar[str] = "duplicates"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.params)

    @property
    def title(self) -> str:
        return "Looking for near-duplicates"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        found = find_duplicates(self.space.load(store), self.params, progress)
        about = {name: getattr(found, name) for name in _NUMBERS}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {name: getattr(found, name) for name in _ARRAYS})

    def load(self, store: Store) -> Duplicates:
        about = store.about(self.kind, self.key)
        groups, keep, weakest, cosines = (store.array(self.kind, self.key, name) for name in _ARRAYS)
        threshold, pairs, by_chance, raised = (about[name] for name in _NUMBERS)
        return Duplicates(threshold, pairs, by_chance, raised, groups, keep, weakest, cosines)


@dataclass(frozen=True)
class OrderItems(Stage):
    """Some items in an order that puts like beside like."""

    space: Embed
    rows: tuple[int, ...]
    kind: ClassVar[str] = "order"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.rows))

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.space.key, self.rows)

    @property
    def title(self) -> str:
        return "Ordering the matrix"

    def needs(self) -> tuple[Stage, ...]:
        return (self.space,)

    def make(self, store: Store, progress: Progress) -> None:
        vectors = self.space.load(store)[list(self.rows)]
        order = np.array(self.rows, np.int32)[clustered_order(cosine_matrix(vectors))]
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"order": order})

    def load(self, store: Store) -> Indices:
        """Return the rows in their new order."""
        return store.array(self.kind, self.key, "order")
