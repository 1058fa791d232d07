"""Encoders with a vector a token, for late interaction: MiniLM's own tokens; ColBERT and ColPali from folder or hub.

A ColPali reads pictures as documents: each patch of one is a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from embedding_core.base.errors import EncoderError, EncoderUnavailableError
from embedding_core.encoders import registry
from embedding_core.encoders.layout import model_type
from embedding_core.encoders.spec import Origin
from embedding_core.encoders.text.minilm import MINILM
from embedding_core.encoders.text.stock_tokens import StockTokens
from embedding_core.encoders.text.tokens import MultiVectorReader, PictureTokens, Tokens, reads_texts_only

if TYPE_CHECKING:
    from pathlib import Path

    from sentence_transformers import MultiVectorEncoder

    from embedding_core.encoders.spec import EncoderSpec, TokenEncoder

MINILM_TOKENS = "minilm-tokens"
_KINDS = ("MultiVectorEncoder", "ColBERT")


class OwnTokens:
    """The token vectors of a plain encoder, without a projection: questions and documents alike."""

    def __init__(self, encoder: TokenEncoder, name: str) -> None:
        self._encoder = encoder
        self._name = name

    def read(self, text: str, *, query: bool) -> Tokens:
        """Return a vector for every token that stands for characters of the text."""
        found = self._encoder.encode_tokens([text])
        pieces = tuple(text[start:stop] for start, stop in found.spans.tolist())
        return Tokens(pieces, found.vectors.astype(np.float32), np.ones(len(pieces), dtype=bool))

    def read_picture(self, data: bytes) -> PictureTokens:
        """Refuse."""
        raise reads_texts_only(self._name)


def resolve(name: str) -> EncoderSpec:
    """Return the spec behind the name of an encoder of tokens.

    Raises:
        UnknownEncoderError: there is none of that name.
        EncoderUnavailableError: only the hub could know, and it cannot be reached.
    """
    return registry.resolve(MINILM.name if name == MINILM_TOKENS else name)


def load(spec: EncoderSpec) -> MultiVectorReader:
    """Return the reader of a spec: its own tokens, or what a ColBERT or ColPali makes of them.

    Raises:
        EncoderError: it gives no vector a token.
        EncoderUnavailableError: it cannot be loaded.
    """
    folder = None
    if spec.origin is not Origin.EMBEDDED:
        folder = registry.fetch(spec)
    if folder is not None and model_type(folder) in _KINDS:
        return StockTokens(_stock(folder, spec.name), spec.name)
    encoder = registry.load(spec)
    if not encoder.spec.token_vectors:
        raise EncoderError(f"{spec.name} has no token vectors.", f"Choose {MINILM_TOKENS}, or a ColBERT.")
    name = MINILM_TOKENS if spec is MINILM else spec.name
    return OwnTokens(cast("TokenEncoder", encoder), name)


def _stock(folder: Path, name: str) -> MultiVectorEncoder:
    from sentence_transformers import MultiVectorEncoder

    try:
        return MultiVectorEncoder(str(folder), local_files_only=True, device="cpu")
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise unloadable(name, error) from error


def unloadable(name: str, error: Exception) -> EncoderUnavailableError:
    """Return the error of a model that the stock library cannot load."""
    if "trust_remote_code" in str(error):
        return EncoderUnavailableError(
            f"{name} could not be loaded: it requires custom code.",
            "Vectorscope does not run code that comes with a model.",
        )
    why = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return EncoderUnavailableError(f"{name} could not be loaded: {why}.", "Choose another encoder.")
