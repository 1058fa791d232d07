"""What late interaction compares: the tokens of a text, or the patches of a picture, each with its vector."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import EncoderError
from embedding_core.base.types import Indices, Matrix


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of a text that are compared."""

    pieces: tuple[str, ...]
    vectors: Matrix
    """(tokens, dim) float32."""
    own: NDArray[np.bool_]
    """(tokens,): of the text itself; the others are the model's prompt, markers and fillers."""


@dataclass(frozen=True, eq=False)
class PictureTokens:
    """The tokens of a picture that are compared."""

    pieces: tuple[str, ...]
    """Patches by their place; around them stand words of the model's own."""
    vectors: Matrix
    """(tokens, dim) float32."""
    grid: Indices | None
    """(rows, columns): which token each patch is; None where their places cannot be known."""
    seen: NDArray[np.uint8]
    """(height, width, 3): the picture, upright and small; the grid covers all of it."""


class MultiVectorReader(Protocol):
    """Reads a text as a question or as a document, and maybe a picture as a document."""

    def read(self, text: str, *, query: bool) -> Tokens:
        """Return the tokens that late interaction compares."""
        ...

    def read_picture(self, data: bytes) -> PictureTokens:
        """Return the tokens of the picture in a file's bytes.

        Raises:
            EncoderError: it reads texts only.
            InputError: the picture cannot be read.
        """
        ...


def reads_texts_only(name: str) -> EncoderError:
    """Return the error of a model that is to read a picture and cannot."""
    return EncoderError(f"{name} reads texts only.", "Choose a ColPali model: its folder, or its name on the Hub.")
