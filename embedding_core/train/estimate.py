"""An estimate of how long fine-tuning takes, before it starts."""

import os
import time
from functools import cache
from pathlib import Path

import numpy as np

from embedding_core.encoders.spec import EncoderSpec, Origin
from embedding_core.train.params import Loss, TuneParams
from embedding_core.train.training_data import Pairing, TrainingData

_DEFAULT_PARAMETERS = 11e6
"""Of MiniLM, without its table of tokens, which is looked up and not multiplied."""
_VOCABULARY = 30_522
_PASSES = 6
"""Multiplications and additions a weight and token: two forwards, twice as many backwards."""
_EFFICIENCY = 0.5
"""Of the speed of a plain matrix product in float32; bfloat16 gains what padding wastes: docs/decisions/0045."""
_SIZE, _TIMES = 512, 10
_CHARS_A_TOKEN = 4.0


@cache
def multiply_speed() -> float:
    """Return the floating-point operations per second of this machine in a float32 matrix product.

    Processor time is taken, not time: what else runs now may be gone by then.
    """
    a = np.ones((_SIZE, _SIZE), dtype=np.float32)
    a @ a
    best = np.inf
    for _ in range(_TIMES):
        start = time.process_time()
        a @ a
        best = min(best, time.process_time() - start)
    return (os.cpu_count() or 1) * 2 * _SIZE**3 / max(best, 1e-6)


def parameters(spec: EncoderSpec) -> float:
    """Return about how many weights of an encoder each token is multiplied with."""
    size = spec.size_mb
    if spec.origin is Origin.FOLDER:
        size = sum(path.stat().st_size for path in Path(spec.name).rglob("*.safetensors")) / 1e6
    if not size or spec.dim is None:
        return _DEFAULT_PARAMETERS
    return float(max(size * 1e6 / 4 - _VOCABULARY * spec.dim, 1e4))


def count_examples(training_data: TrainingData, rows: int, params: TuneParams) -> tuple[int, int]:
    """Return the number of examples in an epoch over some rows, and the number of texts in each example."""
    count = rows * (params.positives if training_data.pairing is Pairing.LABELS else 1)
    targets = params.loss in (Loss.CONTRASTIVE, Loss.COSINE)
    if targets and training_data.pairing is not Pairing.SCORED:
        return 2 * count, 2
    third = params.loss is Loss.TRIPLET or params.mines or training_data.pairing is Pairing.TRIPLETS
    return count, 2 if targets or not third else 3


def seconds(
    training_data: TrainingData, rows: int, params: TuneParams, spec: EncoderSpec, speed: float | None = None
) -> float:
    """Return an estimate in seconds of fine-tuning on some rows, on this machine when it is otherwise idle."""
    letters = sum(len(text) for column in training_data.texts for text in column) / sum(map(len, training_data.texts))
    tokens = min(2 + letters / _CHARS_A_TOKEN, params.max_seq_length)
    count, texts = count_examples(training_data, rows, params)
    work = params.epochs * count * texts * tokens * _PASSES * parameters(spec)
    return work / ((speed or multiply_speed()) * _EFFICIENCY)
