"""What a model does inside, made in the worker that holds the model."""

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, InputError
from embedding_core.base.stage import Lane, Result_co, Stage
from embedding_core.base.store import Store
from embedding_core.base.types import Key, Matrix, Progress
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.spec import Reading, TextReader
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.encoders.text import multi_vector, sparse
from embedding_core.encoders.text.sparse import SparseReader
from embedding_core.encoders.text.tokens import MultiVectorReader
from embedding_core.inspect import Interaction, WordCounts, count_words, find_word, interact, word_layers


@lru_cache(maxsize=1)
def token_reader(name: str, _revision: str) -> MultiVectorReader:
    """Return what reads texts, and maybe pictures, token by token; one stays in memory."""
    return multi_vector.load(multi_vector.resolve(name))


@lru_cache(maxsize=1)
def _words(name: str, _revision: str) -> SparseReader:
    return sparse.load(encoders.resolve(name))


def _reader(name: str) -> TextReader:
    encoder = loaded_encoder(name)
    if not encoder.spec.shows_tokens:
        raise EncoderError(
            f"{name} does not show its tokens.",
            f"Choose {encoders.DEFAULT_ENCODER} or {encoders.DEFAULT_STATIC_ENCODER}.",
        )
    return cast("TextReader", encoder)


@dataclass(frozen=True)
class OfEncoder(Stage[Result_co]):
    """What one encoder does."""

    encoder: str
    revision: str
    lane = Lane.ENCODE


@dataclass(frozen=True)
class ReadText(OfEncoder[Reading]):
    """One text token by token."""

    text: str
    kind = "reading"
    title = "Computing token vectors"

    def compute(self, store: Store, progress: Progress) -> Reading:
        return _reader(self.encoder).read(self.text)


@dataclass(frozen=True)
class ReadWord(OfEncoder[NDArray[np.float32]]):
    """The vectors of one word in some texts, each of which has it."""

    word: str
    texts: tuple[str, ...]
    kind = "word"
    result_name = "layers"

    @property
    def title(self) -> str:
        return f"Reading a word in {len(self.texts):,} texts"

    def compute(self, store: Store, progress: Progress) -> NDArray[np.float32]:
        """Return (layers + 1, texts, dim)."""
        reader = _reader(self.encoder)
        found = find_word(self.texts, self.word, len(self.texts))
        layers = []
        for place in found:
            progress(place.text, len(self.texts))
            vectors = word_layers(reader.read(self.texts[place.text]), place.start, place.stop)
            if vectors is not None:
                layers.append(vectors)
        if len(layers) < len(self.texts) or not layers:
            raise InputError(
                (
                    f"{self.word!r} was found in {len(layers):,} of {len(self.texts):,} texts only, because the "
                    "others are truncated before it."
                ),
                "Shorten the texts.",
            )
        return np.stack(layers, axis=1)


@dataclass(frozen=True)
class Interact(OfEncoder[Interaction]):
    """A query and a document by late interaction."""

    query: str
    document: str
    kind = "interaction"
    title = "Matching tokens"

    def compute(self, store: Store, progress: Progress) -> Interaction:
        reader = token_reader(self.encoder, self.revision)
        asked, found = reader.read(self.query, query=True), reader.read(self.document, query=False)
        return interact(asked.pieces, asked.vectors, found.pieces, found.vectors)


@dataclass(frozen=True)
class CountWords(Stage[WordCounts]):
    """How common each word is in a data set."""

    dataset: Key
    items: Key
    kind = "counts"
    version = 2
    title = "Counting words"

    def key_parts(self) -> tuple[object, ...]:
        return (self.items,)

    def compute(self, store: Store, progress: Progress) -> WordCounts:
        return count_words(load_dataset(self.dataset, store).texts, progress)


@dataclass(frozen=True)
class WeighWords(OfEncoder[tuple[tuple[str, float], ...]]):
    """A text as a learned sparse encoder weighs it."""

    text: str
    kind = "weights"
    result_name = "weights"
    title = "Weighing words"

    def compute(self, store: Store, progress: Progress) -> tuple[tuple[str, float], ...]:
        """Return words and weights, the weightiest first."""
        return _words(self.encoder, self.revision).read(self.text)


@dataclass(frozen=True)
class EncodePhrases(OfEncoder[Matrix]):
    """Some phrases as vectors, without any data set."""

    texts: tuple[str, ...]
    kind = "phrases"
    title = "Embedding the texts"

    def compute(self, store: Store, progress: Progress) -> Matrix:
        return loaded_encoder(self.encoder).encode_queries(list(self.texts), progress)
