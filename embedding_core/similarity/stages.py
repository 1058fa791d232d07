"""From vectors to near-duplicates, and to the order of a matrix."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.base.errors import EncoderError
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Indices, Progress
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.health import blank_rows
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
class FindDuplicates(Stage[Duplicates]):
    """Items that are nearly the same."""

    space: Embed
    params: DuplicatesParams = field(default_factory=DuplicatesParams)
    kind = "duplicates"
    version = 2
    title = "Finding near-duplicates"

    def compute(self, store: Store, progress: Progress) -> Duplicates:
        blank = blank_rows(load_dataset(self.space.dataset, store), encoders.resolve(self.space.encoder))
        return find_duplicates(self.space.load(store), self.params, progress, ~blank)


@dataclass(frozen=True)
class OrderItems(Stage[Indices]):
    """Some items in an order that puts like beside like."""

    space: Embed
    rows: tuple[int, ...]
    kind = "order"
    result_name = "order"
    title = "Ordering the matrix"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.rows))

    def compute(self, store: Store, progress: Progress) -> Indices:
        """Return the rows in their new order."""
        vectors = self.space.load(store)[list(self.rows)]
        order: Indices = np.array(self.rows, np.int32)[clustered_order(cosine_matrix(vectors))]
        return order


@dataclass(frozen=True)
class AlignTokens(Stage[Alignment]):
    """Two texts token by token."""

    left: str
    right: str
    encoder: str
    revision: str
    kind = "alignment"
    title = "Comparing tokens"
    lane = Lane.ENCODE

    def compute(self, store: Store, progress: Progress) -> Alignment:
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
        return align(words[first], vectors[first], words[second], vectors[second])


def _parts(starts: NDArray[np.int64]) -> tuple[slice, slice]:
    """Return where the tokens of each of two texts lie."""
    return slice(int(starts[0]), int(starts[1])), slice(int(starts[1]), int(starts[2]))
