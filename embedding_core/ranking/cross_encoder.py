"""Ranking by a cross-encoder, which reads query and text together: slow, so for reranking only."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.base.errors import EncoderUnavailableError, UnknownEncoderError
from embedding_core.base.types import Progress, Vector, no_progress
from embedding_core.encoders import hub
from embedding_core.encoders.layout import folder_revision

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

SUGGESTED = "cross-encoder/ms-marco-MiniLM-L6-v2"
_BATCH = 16


def cross_encoder_revision(name: str) -> str:
    """Return the revision of a cross-encoder in a folder or on the hub.

    Raises:
        UnknownEncoderError: there is none of that name.
        EncoderUnavailableError: only the hub could know, and it cannot be reached.
    """
    if (folder := _folder(name)) is not None:
        return folder_revision(folder)
    if name.count("/") != 1:
        raise UnknownEncoderError(
            f"Unknown model or folder {name!r}.",
            f"Choose a cross-encoder from the Hugging Face Hub, such as {SUGGESTED}.",
        )
    there = hub.cached(name)
    try:
        return there.name if there else hub.commit(name)
    except EncoderUnavailableError as error:
        raise EncoderUnavailableError(error.message, "Late interaction reranks without a network.") from error


def _folder(name: str) -> Path | None:
    folder = Path(name)
    return folder.resolve() if name and (folder / "config.json").is_file() else None


@lru_cache(maxsize=1)
def load_cross_encoder(name: str, revision: str) -> CrossEncoder:
    """Return a cross-encoder, loaded once a process.

    Raises:
        EncoderUnavailableError: it cannot be had, or is none.
    """
    folder = _folder(name) or hub.fetch(name, revision)
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model: CrossEncoder = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        why = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise EncoderUnavailableError(f"{name} could not be loaded: {why}.", "Choose another cross-encoder.") from error
    if model.num_labels != 1:
        raise EncoderUnavailableError(
            f"{name} returns {model.num_labels} scores per pair.", "Choose a cross-encoder with one score per pair."
        )
    return model


def score_pairs(model: CrossEncoder, query: str, texts: list[str], progress: Progress = no_progress) -> Vector:
    """Return the relevance of each text to a query: (n,) float32; progress is in texts."""
    scores = np.zeros(len(texts), np.float32)
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        scores[start : start + _BATCH] = model.predict([(query, text) for text in part], show_progress_bar=False)
        progress(start + len(part), len(texts))
    return scores
