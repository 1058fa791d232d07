"""Sentence Transformers models, from the hub or a local folder.

Most are a BERT-like encoder with a pooling: those run through `bert.Bert`, which needs neither `sentence_transformers`
nor `transformers` and starts in a fraction of their time. All others run through the stock library.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.base.errors import EncoderUnavailableError
from embedding_core.base.lines import without_surrogates
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.layout import Layout, model_type, modules_of, read_layout, read_prompts
from embedding_core.encoders.spec import Encoder, EncoderSpec, Origin, Reading, TokenVectors
from embedding_core.encoders.text import bert
from embedding_core.encoders.text import sentence_transformer_names as names

if TYPE_CHECKING:
    from pathlib import Path

    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_CHUNK = 128


class _TextEncoder(ABC):
    """Prompts, and the counting of tokens, which needs no model."""

    def __init__(self, spec: EncoderSpec, folder: Path, tokenizer: Path, lower_case: bool = False) -> None:
        self.spec = spec
        self._folder = folder
        self._tokenizer_file = tokenizer / "tokenizer.json"
        self._lower_case = lower_case
        self._prompts = read_prompts(folder, spec)
        self._lock = threading.RLock()

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return (n, dim) vectors of texts behind the model's prompt for documents; progress is in tokens."""
        return self._encode([without_surrogates(text) for text in texts], "document", progress)

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return (n, dim) vectors of texts behind the model's prompt for queries; progress is in tokens."""
        return self._encode([without_surrogates(text) for text in texts], "query", progress)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return each text's length as a document, uncut: with its prompt and special tokens."""
        prompt = self._prompts["document"]
        return [
            len(encoding.ids)
            for encoding in self._counter.encode_batch_fast([prompt + without_surrogates(t) for t in texts])
        ]

    @cached_property
    def _counter(self) -> Tokenizer:
        return self._tokenizer(None)

    def _tokenizer(self, cut_at: int | None) -> Tokenizer:
        from tokenizers import Tokenizer
        from tokenizers.normalizers import Lowercase, Sequence

        tokenizer = Tokenizer.from_file(str(self._tokenizer_file))
        tokenizer.no_padding()
        if self._lower_case:
            tokenizer.normalizer = Sequence([Lowercase(), *filter(None, [tokenizer.normalizer])])
        if cut_at is None:
            tokenizer.no_truncation()
        else:
            tokenizer.enable_truncation(cut_at)
        return tokenizer

    @abstractmethod
    def _encode(self, texts: list[str], task: str, progress: Progress) -> Matrix: ...


class PlainEncoder(_TextEncoder):
    """A BERT-like model; torch is imported with the first text."""

    def __init__(self, spec: EncoderSpec, folder: Path, layout: Layout) -> None:
        super().__init__(names.with_layout(spec, layout), folder, layout.transformer, layout.lower_case)
        self._layout = layout

    @cached_property
    def _cutter(self) -> Tokenizer:
        return self._tokenizer(self._layout.max_tokens)

    @cached_property
    def _model(self) -> bert.Bert:
        layout = self._layout
        return bert.Bert(layout.config, layout.transformer, layout.pooling, layout.normalize)

    def _encode(self, texts: list[str], task: str, progress: Progress) -> Matrix:
        with self._lock:
            model, tokenizer = self._model, self._cutter
        encodings = tokenizer.encode_batch_fast([self._prompts[task] + text for text in texts])
        return model.encode([encoding.ids for encoding in encodings], progress)

    def encode_tokens(self, texts: list[str], progress: Progress = no_progress) -> TokenVectors:
        """Return a vector a token, without the tokens that the model adds; progress is in tokens."""
        with self._lock:
            model, tokenizer = self._model, self._cutter
        encodings = tokenizer.encode_batch([without_surrogates(text) for text in texts])
        vectors = model.encode_tokens([encoding.ids for encoding in encodings], progress)
        own = [~np.array(encoding.special_tokens_mask, dtype=bool) for encoding in encodings]
        spans = [np.array(encoding.offsets, np.int32).reshape(-1, 2) for encoding in encodings]
        starts = np.cumsum([0, *(np.count_nonzero(part) for part in own)])
        kept = np.concatenate([np.zeros(0, bool), *own])
        return TokenVectors(vectors[kept], starts, np.concatenate([np.zeros((0, 2), np.int32), *spans])[kept])

    def read(self, text: str) -> Reading:
        """Return a document as the model sees it, the tokens of its prompt and those the model adds marked special."""
        with self._lock:
            model, tokenizer = self._model, self._cutter
        prompt, whole = self._prompts["document"], without_surrogates(text)
        encoding = tokenizer.encode(prompt + whole)
        spans = np.maximum(np.array(encoding.offsets, np.int32).reshape(-1, 2) - len(prompt), 0)
        special = np.array(encoding.special_tokens_mask, dtype=bool) | ((spans == 0).all(axis=1) & bool(prompt))
        left_out = self.count_tokens([whole])[0] - len(encoding.ids)
        return Reading(
            tuple(encoding.tokens),
            np.array(encoding.ids, np.int32),
            spans,
            special,
            model.layers(encoding.ids),
            self._layout.pooling,
            left_out,
        )


class StockEncoder(_TextEncoder):
    """Any other model, through the stock library, which is imported with the first text.

    Progress is in characters: it says nothing of tokens before it has done its work.
    """

    @cached_property
    def _model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = SentenceTransformer(str(self._folder), local_files_only=True)
        except (OSError, ValueError, KeyError, ImportError) as error:
            if "trust_remote_code" in str(error):
                why, hint = "it requires custom code", "Vectorscope does not run code that comes with a model."
            else:
                why, hint = (str(error) or type(error).__name__).splitlines()[0], "Choose another encoder."
            raise EncoderUnavailableError(f"{self.spec.name} could not be loaded: {why.rstrip('.')}.", hint) from error
        self.spec = replace(
            self.spec,
            dim=model.get_embedding_dimension(),
            max_tokens=model.max_seq_length,
            unit_norm=type(model[-1]).__name__ == "Normalize",
        )
        return model

    @cached_property
    def _counter(self) -> Tokenizer:
        if not self._tokenizer_file.is_file():
            raise EncoderUnavailableError(f"{self.spec.name} has no tokenizer.json for counting tokens.")
        return super()._counter

    def _encode(self, texts: list[str], task: str, progress: Progress) -> Matrix:
        with self._lock:
            model = self._model
        bert.use_all_cores()
        encode = model.encode_query if task == "query" else model.encode_document
        costs = np.array([1 + len(text) for text in texts], dtype=np.int64)
        out = np.zeros((len(texts), self.spec.dim or 0), dtype=np.float32)
        order = np.argsort(-costs, kind="stable")
        done, total = 0, int(costs.sum())
        for start in range(0, len(texts), _CHUNK):
            rows = order[start : start + _CHUNK]
            out[rows] = encode([texts[i] for i in rows], prompt=self._prompts[task], show_progress_bar=False)
            done += int(costs[rows].sum())
            progress(done, total)
        return out


def load_folder(spec: EncoderSpec, folder: Path) -> Encoder:
    """Return the encoder of a model's folder.

    Raises:
        EncoderUnavailableError: it is a model that gives no dense vector a text.
    """
    if (kind := model_type(folder)) != "SentenceTransformer":
        raise EncoderUnavailableError(
            f"{spec.name} is a {kind}, which has no dense text vectors.", "Choose a Sentence Transformers model."
        )
    if layout := read_layout(folder):
        return PlainEncoder(spec, folder, layout)
    modules = modules_of(folder)
    return StockEncoder(spec, folder, modules[0][1] if modules else folder)


def load(spec: EncoderSpec) -> Encoder:
    """Return the encoder of a local folder, or of a name on the hub, fetched unless it is there."""
    folder = names.fetch(spec)
    if spec.origin is Origin.HUB:
        spec = replace(spec, revision=folder.name)
    return load_folder(spec, folder)
