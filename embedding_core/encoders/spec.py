"""What an encoder is, as data: listing encoders loads none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Halves, Indices, Matrix, Progress, no_progress


class Modality(StrEnum):
    """What an encoder reads."""

    TEXT = "text"
    IMAGE = "image"
    VECTORS = "vectors"


class Origin(StrEnum):
    """Where an encoder's weights come from."""

    EMBEDDED = "embedded"
    HUB = "hub"
    FOLDER = "folder"
    TUNED = "tuned"
    """Fine-tuned here, by a name of its own."""


@dataclass(frozen=True)
class EncoderSpec:
    """One encoder: what it is, what it can do, and how to load it."""

    name: str
    title: str
    reads: tuple[Modality, ...]
    origin: Origin
    summary: str
    """One or two sentences for a card: what it sees, what it is good for."""
    loader: str
    """`module:attribute` of a callable `(spec) -> Encoder`."""
    revision: str
    """Names the exact weights; part of every key. A hash where there is one."""
    files: str = ""
    """A module with `cached(spec) -> Path | None` and `fetch(spec) -> Path`, the folder of its files as it is on this
    machine, or fetched first; empty when it has none. `cached` is asked only about encoders of the hub."""
    dim: int | None = None
    """Vector length; None when it is known only after loading or fitting."""
    max_tokens: int | None = None
    """Longer texts are cut at this many tokens; None when there is no limit."""
    license: str = "unknown"
    size_mb: float | None = None
    unit_norm: bool = True
    """Rows have Euclidean length 1."""
    per_row: bool = True
    """A row's vector depends on that row alone, so rows can be stored and reused one by one. Where it does not, the
    encoder is fitted on the data set: a `FittedEncoder`."""
    contextual: bool = True
    """A token's vector depends on the tokens around it."""
    token_vectors: bool = False
    """It gives the token vectors that it pools: a `TokenEncoder`."""
    shows_tokens: bool = False
    """It shows how it reads a text: a `TextReader`."""
    tunable: bool = False
    """Sentence Transformers can fine-tune the model in the folder of its files."""
    patch_scale: int | None = None
    """How many times enlarged a picture is best read patch by patch; None when the encoder gives no patches."""
    zero_shot_template: str = "This text is about {}."
    """The sentence that stands for a class in zero-shot classification, {} for its label."""
    temperature: float = 0.05
    """What cosines are divided by before they become probabilities, where `logit_scale` is not known; 0.05 is the scale
    of 20 that Sentence Transformers train with."""
    query_prompt: str = ""
    document_prompt: str = ""
    """What its card asks to be put before a query and a document; prompts in the model's own folder take precedence."""
    requires: tuple[str, ...] = field(default=())
    """Packages to import, for the message when one is missing."""
    source: str = ""
    """A page or paper to read."""
    repository: str = ""
    """Where on the hub its files lie, when its name does not say so."""
    image_size: tuple[int, int] | None = None
    """Height and width in pixels of what it sees of a picture."""
    logit_scale: float | None = None
    """What a model of pictures and texts multiplies cosines by before they become probabilities: 1 / temperature."""
    logit_bias: float | None = None
    """What it adds then, when it was trained with a sigmoid for each pair; None of one trained with a softmax."""


class Encoder(Protocol):
    """A loaded encoder."""

    spec: EncoderSpec
    """As resolved after loading: `dim`, `max_tokens` and `revision` are filled in."""

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return (n, dim) float32 vectors of texts as they are stored and searched."""
        ...

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return (n, dim) float32 vectors of texts as questions; for many a model the same as of documents."""
        ...

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return each text's length in the encoder's own tokens, uncut, special tokens included."""
        ...


@dataclass(frozen=True, eq=False)
class EncodedImages:
    """The vectors of some pictures."""

    vectors: Matrix
    """(n, dim) float32, in the order of the pictures; zeros for one that could not be read."""
    unread: dict[int, str] = field(default_factory=dict)
    """Why not, by row."""


class ImageEncoder(Encoder, Protocol):
    """An encoder whose `reads` has IMAGE."""

    def encode_images(self, pictures: Sequence[Callable[[], bytes]], progress: Progress = no_progress) -> EncodedImages:
        """Return the vectors of pictures, each given as a way to its file's bytes; progress is in pictures.

        Bytes are asked for a few pictures at a time, from several threads. A picture that raises InputError, here or
        when it is decoded, is left unread and the others go on.
        """
        ...


@dataclass(frozen=True, eq=False)
class TokenVectors:
    """Every token of some texts as a vector of its own, text after text."""

    vectors: Halves
    """(tokens, dim) float16, of length 1."""
    starts: NDArray[np.int64]
    """(n + 1,): where each text's tokens begin, and the end."""
    spans: NDArray[np.int32]
    """(tokens, 2): where in its text a token begins and ends, in characters."""


class TokenEncoder(Encoder, Protocol):
    """An encoder that also gives the vectors it pools."""

    def encode_tokens(self, texts: list[str], progress: Progress = no_progress) -> TokenVectors:
        """Return the vectors of all tokens that stand for characters of their text."""
        ...


@dataclass(frozen=True, eq=False)
class Reading:
    """One text as an encoder sees it, before anything is pooled."""

    pieces: tuple[str, ...]
    """The tokens as the vocabulary writes them."""
    ids: Indices
    """(tokens,): their places in the vocabulary."""
    spans: NDArray[np.int32]
    """(tokens, 2): where in the text each begins and ends, in characters; 0, 0 for one that stands for none."""
    special: NDArray[np.bool_]
    """(tokens,): added by the encoder."""
    layers: NDArray[np.float32]
    """(layers + 1, tokens, dim): as looked up in the table, then after each layer."""
    pooling: str
    """How the encoder makes one vector of them."""
    left_out: int = 0
    """How many tokens at the end were not read."""

    @property
    def vectors(self) -> Matrix:
        """The token vectors that are pooled, (tokens, dim), of any length."""
        last: Matrix = self.layers[-1]
        return last


class TextReader(Encoder, Protocol):
    """An encoder that shows how it reads."""

    def read(self, text: str) -> Reading:
        """Return a text token by token."""
        ...


class FittedEncoder(Encoder, Protocol):
    """An encoder that learns from the data set (`per_row` is False): `encode_documents` fits it."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what was learned, as arrays that are no objects."""
        ...

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Take up what another one learned, so that queries can be encoded."""
        ...
