"""What a model does inside, made in the worker that holds the model."""

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, InputError
from embedding_core.base.keys import fingerprint
from embedding_core.base.stage import Lane, Stage
from embedding_core.base.store import Store, save_arrays
from embedding_core.base.types import Key, Matrix, Progress
from embedding_core.data.stages import load_dataset
from embedding_core.encoders.spec import Reading, TextReader
from embedding_core.encoders.stages import loaded_encoder
from embedding_core.encoders.text import multi_vector, sparse
from embedding_core.encoders.text.sparse import SparseReader
from embedding_core.encoders.text.tokens import MultiVectorReader
from embedding_core.inspect import Interaction, WordCounts, count_words, find_word, interact, word_layers

_READING = ("ids", "spans", "special", "layers")


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
class OfEncoder(Stage):
    """What one encoder does."""

    encoder: str
    revision: str

    @property
    def lane(self) -> Lane:
        return Lane.ENCODE


@dataclass(frozen=True)
class ReadText(OfEncoder):
    """One text token by token."""

    text: str
    kind: ClassVar[str] = "reading"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.text)

    @property
    def title(self) -> str:
        return "Computing token vectors"

    def make(self, store: Store, progress: Progress) -> None:
        made = _reader(self.encoder).read(self.text)
        about = {"pieces": made.pieces, "pooling": str(made.pooling), "left_out": made.left_out}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {name: getattr(made, name) for name in _READING})

    def load(self, store: Store) -> Reading:
        about = store.about(self.kind, self.key)
        ids, spans, special, layers = (store.array(self.kind, self.key, name) for name in _READING)
        return Reading(tuple(about["pieces"]), ids, spans, special, layers, about["pooling"], about["left_out"])


@dataclass(frozen=True)
class ReadWord(OfEncoder):
    """The vectors of one word in some texts, each of which has it."""

    word: str
    texts: tuple[str, ...]
    kind: ClassVar[str] = "word"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.word, self.texts)

    @property
    def title(self) -> str:
        return f"Reading a word in {len(self.texts):,} texts"

    def make(self, store: Store, progress: Progress) -> None:
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
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"layers": np.stack(layers, axis=1)})

    def load(self, store: Store) -> NDArray[np.float32]:
        """Return (layers + 1, texts, dim)."""
        return store.array(self.kind, self.key, "layers")


@dataclass(frozen=True)
class Interact(OfEncoder):
    """A query and a document by late interaction."""

    query: str
    document: str
    kind: ClassVar[str] = "interaction"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.query, self.document)

    @property
    def title(self) -> str:
        return "Matching tokens"

    def make(self, store: Store, progress: Progress) -> None:
        reader = token_reader(self.encoder, self.revision)
        asked, found = reader.read(self.query, query=True), reader.read(self.document, query=False)
        made = interact(asked.pieces, asked.vectors, found.pieces, found.vectors)
        with store.write(self.kind, self.key, {"query": made.query, "document": made.document}) as folder:
            save_arrays(folder, {"cosines": made.cosines})

    def load(self, store: Store) -> Interaction:
        about = store.about(self.kind, self.key)
        cosines = store.array(self.kind, self.key, "cosines")
        return Interaction(tuple(about["query"]), tuple(about["document"]), cosines)


@dataclass(frozen=True)
class CountWords(Stage):
    """How common each word is in a data set."""

    dataset: Key
    items: Key
    kind: ClassVar[str] = "counts"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.items)

    @property
    def title(self) -> str:
        return "Counting words"

    def make(self, store: Store, progress: Progress) -> None:
        counts = count_words(load_dataset(self.dataset, store).texts, progress)
        about = {"rows": counts.rows, "words_a_row": counts.words_a_row, "words": list(counts.rows_with)}
        with store.write(self.kind, self.key, about) as folder:
            save_arrays(folder, {"rows_with": np.array(list(counts.rows_with.values()), np.int32)})

    def load(self, store: Store) -> WordCounts:
        about = store.about(self.kind, self.key)
        rows_with = store.array(self.kind, self.key, "rows_with").tolist()
        return WordCounts(dict(zip(about["words"], rows_with, strict=True)), about["rows"], about["words_a_row"])


@dataclass(frozen=True)
class WeighWords(OfEncoder):
    """A text as a learned sparse encoder weighs it."""

    text: str
    kind: ClassVar[str] = "weights"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.text)

    @property
    def title(self) -> str:
        return "Weighing words"

    def make(self, store: Store, progress: Progress) -> None:
        found = _words(self.encoder, self.revision).read(self.text)
        with store.write(self.kind, self.key, {"weights": found}):
            pass

    def load(self, store: Store) -> tuple[tuple[str, float], ...]:
        """Return words and weights, the weightiest first."""
        return tuple((word, weight) for word, weight in store.about(self.kind, self.key)["weights"])


@dataclass(frozen=True)
class EncodePhrases(OfEncoder):
    """Some phrases as vectors, without any data set."""

    texts: tuple[str, ...]
    kind: ClassVar[str] = "phrases"

    @property
    def key(self) -> Key:
        return fingerprint(self.kind, 1, self.encoder, self.revision, self.texts)

    @property
    def title(self) -> str:
        return "Embedding the texts"

    def make(self, store: Store, progress: Progress) -> None:
        vectors = loaded_encoder(self.encoder).encode_queries(list(self.texts), progress)
        with store.write(self.kind, self.key) as folder:
            save_arrays(folder, {"vectors": vectors})

    def load(self, store: Store) -> Matrix:
        return store.array(self.kind, self.key, "vectors")
