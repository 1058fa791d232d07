"""TF-IDF: the words themselves, weighted by how rare they are in the data set."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import EncoderError
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.spec import EncoderSpec, FittedEncoder, Modality, Origin

TF_IDF = EncoderSpec(
    name="tf-idf",
    title="TF-IDF",
    reads=(Modality.TEXT,),
    origin=Origin.EMBEDDED,
    summary="Counts words; rare words weigh more. Fitted on your data; matches shared words, knows no synonyms.",
    loader="embedding_core.encoders.text.lexical:load",
    contextual=False,
    revision="1",
    license="Apache-2.0",
    size_mb=0.0,
    unit_norm=False,
    per_row=False,
    requires=("sklearn",),
    source="https://scikit-learn.org/stable/modules/feature_extraction.html#tfidf-term-weighting",
)
FAMILY = EncoderFamily((TF_IDF,), position=20)

MAX_DIM = 256
MAX_TERMS = 50_000
"""The most frequent ones are kept: with 256 dimensions the fitted state stays near 50 MB."""
MAX_TERM_CHARS = 64
"""A longer run of letters (base64, a hash) is cut into terms of this length."""
REPORT_EVERY = 500
NEGLIGIBLE = 1e-6
"""A shorter row is rounding noise: it becomes zero instead of a random direction of length 1."""

# Thai, Lao, Burmese, Khmer, kana, Han: scripts written without spaces.
UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+)"
)


@cache
def _runs() -> re.Pattern[str]:
    # `\w` leaves out combining marks and joiners, and so would cut Hindi and Tamil words at every vowel sign.
    marks = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c)[0] == "M")
    return re.compile(rf"[\w\u200c\u200d{marks}]{{1,{MAX_TERM_CHARS}}}")


def terms(text: str) -> list[str]:
    """Return a text's words, lower-cased; of scripts without spaces the pairs of neighboring characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    words: list[str] = _runs().findall(text)
    if not UNSPACED.search(text):
        return words
    return [term for word in words for piece in UNSPACED.split(word) for term in _pairs(piece)]


def _pairs(piece: str) -> list[str]:
    if len(piece) < 2 or not UNSPACED.match(piece):
        return [piece] if piece else []
    return [piece[i : i + 2] for i in range(len(piece) - 1)]


class TfIdfEncoder:
    """TF-IDF with sublinear counts, reduced by truncated SVD; rows have length 1, or 0 without a known word."""

    def __init__(self, spec: EncoderSpec) -> None:
        self.spec = spec
        self._vocabulary: list[str] = []
        self._idf: NDArray[np.float32] = np.empty(0, dtype=np.float32)
        self._components: Matrix | None = None

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Fit on these texts and return their vectors, (n, dim).

        `dim` is at most 256, the number of texts and the number of terms; (n, 1) zeros when there is no term at all.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.utils.extmath import randomized_svd

        if not any(map(terms, texts)):
            self._learned([], np.empty(0, dtype=np.float32), np.zeros((1, 0), dtype=np.float32))
            return self.encode_queries(texts, progress)
        vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, max_features=MAX_TERMS, dtype=np.float32)
        counted = vectorizer.fit_transform(_reported(texts, progress, 2 * len(texts)))
        dim = min(MAX_DIM, *counted.shape)
        _, _, components = randomized_svd(counted, dim, random_state=0)
        self._learned(vectorizer.get_feature_names_out().tolist(), vectorizer.idf_, components)
        progress(2 * len(texts), 2 * len(texts))
        return _unit(counted @ components.T)

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return the vectors of texts in the space of the fitted ones, (n, dim).

        Raises:
            EncoderError: nothing was fitted or restored before.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer

        components = self._fitted()
        if not texts or not self._vocabulary:
            return np.zeros((len(texts), len(components)), dtype=np.float32)
        vectorizer = TfidfVectorizer(analyzer=terms, sublinear_tf=True, vocabulary=self._vocabulary, dtype=np.float32)
        vectorizer.idf_ = self._idf
        return _unit(vectorizer.transform(_reported(texts, progress, len(texts))) @ components.T)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return each text's number of terms."""
        return [len(terms(text)) for text in texts]

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the vocabulary (JSON as bytes), idf (terms,) and components (dim, terms).

        Raises:
            EncoderError: nothing was fitted or restored before.
        """
        components = self._fitted()
        vocabulary = np.frombuffer(json.dumps(self._vocabulary).encode(), dtype=np.uint8)
        return {"vocabulary": vocabulary, "idf": self._idf, "components": components}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Take up what `state` of another one returned."""
        self._learned(json.loads(state["vocabulary"].tobytes()), state["idf"], state["components"])

    def _learned(self, vocabulary: list[str], idf: NDArray[Any], components: NDArray[Any]) -> None:
        self._vocabulary = vocabulary
        self._idf = np.asarray(idf, dtype=np.float32)
        self._components = np.asarray(components, dtype=np.float32)
        self.spec = replace(self.spec, dim=len(components))

    def _fitted(self) -> Matrix:
        if self._components is None:
            raise EncoderError("TF-IDF has not been fitted on a data set yet.", "Encode the data set first.")
        return self._components


def load(spec: EncoderSpec) -> FittedEncoder:
    """Return an encoder that has yet to be fitted."""
    return TfIdfEncoder(spec)


def _reported(texts: list[str], progress: Progress, total: float) -> Iterator[str]:
    for done, text in enumerate(texts):
        if done % REPORT_EVERY == 0:
            progress(done, total)
        yield text


def _unit(rows: NDArray[Any]) -> Matrix:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = np.divide(rows, norms, out=np.zeros(rows.shape, dtype=np.float32), where=norms > NEGLIGIBLE)
    return unit
