"""From vectors to near-duplicates, and to the order of a matrix."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.base.errors import EncoderError
from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Indices, Key, Progress
from embedding_core.encoders.stages import Embed, loaded_encoder
from embedding_core.similarity import (
    Alignment,
    Duplicates,
    DuplicatesParams,
    align,
    clustered_order,
    cosine_matrix,
    find_duplicates,
)

if TYPE_CHECKING:
    from embedding_core.encoders.spec import TokenEncoder

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
        return "Finding near-duplicates"

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


@dataclass(frozen=True)
class AlignTokens(Stage):
    """Two texts token by token."""

    left: str
    right: str
    encoder: str
    revision: str
    kind: ClassVar[str] = "alignment"

    @property
    def lane(self) -> Lane:
        return Lane.ENCODE

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.left, self.right, self.encoder, self.revision)

    @property
    def title(self) -> str:
        return "Comparing tokens"

    def make(self, store: Store, progress: Progress) -> None:
        encoder = loaded_encoder(encoders.resolve(self.encoder).name)
        if not encoder.spec.token_vectors:
            message = f"{self.encoder} has no token vectors."
            raise EncoderError(message, f"Choose an encoder such as {encoders.DEFAULT_ENCODER}.")
        found = cast("TokenEncoder", encoder).encode_tokens([self.left, self.right], progress)
        words = [
            text[start:stop]
            for text, part in zip((self.left, self.right), _parts(found.starts), strict=True)
            for start, stop in found.spans[part].tolist()
        ]
        (first, second), vectors = _parts(found.starts), found.vectors.astype(np.float32)
        made = align(words[first], vectors[first], words[second], vectors[second])
        with store.write(self.kind, self.key, {"left": made.left, "right": made.right}) as folder:
            save_arrays(folder, {"cosines": made.cosines})

    def load(self, store: Store) -> Alignment:
        about = store.about(self.kind, self.key)
        return Alignment(tuple(about["left"]), tuple(about["right"]), store.array(self.kind, self.key, "cosines"))


def _parts(starts: NDArray[np.int64]) -> tuple[slice, slice]:
    """Return where the tokens of each of two texts lie."""
    return slice(int(starts[0]), int(starts[1])), slice(int(starts[1]), int(starts[2]))
