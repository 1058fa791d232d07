"""What a trained MobileNetV2 sees in each training picture: its features and class scores, computed once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from embedding_core.base.types import Progress, no_progress
from recipes.pocket.data import Corpus, file_digest

FEATURES = 1280
CLASSES = 1001
"""Class 0 is background; the rest are the 1,000 ImageNet classes in their usual order."""
EDGE = 224
BATCH = 16


@dataclass(frozen=True)
class Lessons:
    """A teacher's outputs, one row a picture."""

    features: NDArray[np.float16]
    """(n, 1280), before the classifier."""
    logits: NDArray[np.float16]
    """(n, 1000), background left out."""


def load_lessons(model: Path, corpus: Corpus, cache: Path, progress: Progress = no_progress) -> Lessons:
    """Return the teacher's outputs for all pictures; computed on first use and kept in `cache`."""
    pieces = []
    for pixels, digest in zip(corpus.pixels, corpus.digests, strict=True):
        target = cache / f"teacher-{file_digest(model)[:16]}-{digest[:16]}.npy"
        if not target.is_file():
            _teach(model, pixels, target, progress)
        pieces.append(np.load(target, mmap_mode="r"))
    outputs = np.concatenate(pieces)
    return Lessons(outputs[:, :FEATURES], outputs[:, FEATURES + 1 :])


def _teach(model: Path, pixels: NDArray[np.uint8], target: Path, progress: Progress) -> None:
    compiled = _compile(model)
    partial = target.with_suffix(".partial")
    outputs = open_memmap(partial, mode="w+", dtype=np.float16, shape=(len(pixels), FEATURES + CLASSES))
    for start in range(0, len(pixels), BATCH):
        batch = _enlarge(np.asarray(pixels[start : start + BATCH]))
        count = len(batch)
        results = compiled([np.pad(batch, ((0, BATCH - count), (0, 0), (0, 0), (0, 0)))])
        for columns, result in ((slice(None, FEATURES), results[0]), (slice(FEATURES, None), results[1])):
            outputs[start : start + count, columns] = result.reshape(BATCH, -1)[:count]
        progress(start, len(pixels))
    outputs.flush()
    partial.rename(target)


def _compile(model: Path) -> Any:
    """Cut the graph at its last convolution, a 1x1 one that is the classifier: its input and its output."""
    import openvino

    core = openvino.Core()
    graph = core.read_model(model)
    operations = graph.get_ordered_ops()
    classifier = [node for node in operations if node.get_type_name() == "Convolution"][-1]
    reshape = [node for node in operations if node.get_type_name() == "Reshape"][-1]
    cut = openvino.Model([classifier.input_value(0), reshape.input_value(0)], graph.get_parameters(), "teacher")
    cut.reshape([BATCH, EDGE, EDGE, 3])
    return core.compile_model(cut, "CPU")


def _enlarge(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import torch
    from torch.nn import functional

    batch = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    batch = functional.interpolate(batch, (EDGE, EDGE), mode="bicubic").clamp(0, 255).round().byte()
    enlarged: NDArray[np.uint8] = batch.permute(0, 2, 3, 1).contiguous().numpy()
    return enlarged
