"""Encoders with a vector a token, for late interaction: MiniLM's own tokens, or a ColBERT from a folder or the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from embedding_core.encoders import bert, hub, registry
from embedding_core.encoders.layout import model_type
from embedding_core.encoders.minilm import MINILM
from embedding_core.encoders.spec import Origin
from embedding_core.errors import EncoderError, EncoderUnavailableError

if TYPE_CHECKING:
    from sentence_transformers import MultiVectorEncoder

    from embedding_core.encoders.spec import EncoderSpec, TokenEncoder
    from embedding_core.types import Matrix

MINILM_TOKENS = "minilm-tokens"
_KIND = "MultiVectorEncoder"


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of a text that are compared."""

    pieces: tuple[str, ...]
    vectors: Matrix
    """(tokens, dim) float32."""


class MultiVectorReader(Protocol):
    """Reads a text as a question or as a document."""

    def read(self, text: str, *, query: bool) -> Tokens:
        """Return the tokens that late interaction compares."""
        ...


class OwnTokens:
    """The token vectors of a plain encoder, without a projection: questions and documents alike."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder

    def read(self, text: str, *, query: bool) -> Tokens:
        """Return a vector for every token that stands for characters of the text."""
        found = self._encoder.encode_tokens([text])
        pieces = tuple(text[start:stop] for start, stop in found.spans.tolist())
        return Tokens(pieces, found.vectors.astype(np.float32))


class StockTokens:
    """A model of the stock library, with its own markers, expansion and projection."""

    def __init__(self, model: MultiVectorEncoder) -> None:
        self._model = model

    def read(self, text: str, *, query: bool) -> Tokens:
        """Return what the model compares: its markers and the tokens it adds to a question are among it."""
        bert.use_all_cores()
        encode = self._model.encode_query if query else self._model.encode_document
        found = encode(text, output_value=None, show_progress_bar=False)
        compared = found["attention_mask"].bool()
        pieces = self._model.tokenizer.convert_ids_to_tokens(found["input_ids"][compared].tolist())
        return Tokens(tuple(pieces), found["token_embeddings"][compared].float().numpy())


def resolve(name: str) -> EncoderSpec:
    """Return the spec behind the name of an encoder of tokens.

    Raises:
        UnknownEncoderError: there is none of that name.
        EncoderUnavailableError: only the hub could know, and it cannot be reached.
    """
    return registry.resolve(MINILM.name if name == MINILM_TOKENS else name)


def load(spec: EncoderSpec) -> MultiVectorReader:
    """Return the reader of a spec: its own tokens, or what a ColBERT makes of them.

    Raises:
        EncoderError: it gives no vector a token.
        EncoderUnavailableError: it cannot be loaded.
    """
    folder = None
    if spec.origin is not Origin.EMBEDDED:
        folder = Path(spec.name) if spec.origin is Origin.FOLDER else hub.fetch(spec.name, spec.revision)
    if folder is not None and model_type(folder) == _KIND:
        return StockTokens(_stock(folder, spec.name))
    encoder = registry.load(spec)
    if not hasattr(encoder, "encode_tokens"):
        raise EncoderError(f"{spec.name} gives no vector a token.", f"Choose {MINILM_TOKENS}, or a ColBERT.")
    return OwnTokens(cast("TokenEncoder", encoder))


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
            f"{name} could not be loaded: it wants to run code of its own.",
            "Vectorscope runs no code that comes with a model.",
        )
    why = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return EncoderUnavailableError(f"{name} could not be loaded: {why}.", "Choose another encoder.")
