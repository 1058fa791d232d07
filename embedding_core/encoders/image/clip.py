"""CLIP and its kin through open_clip: one encoder for pictures, one for texts, one space.

Each core takes a few pictures at a time for itself: reads, decodes, scales and encodes them. So decoding overlaps with
the model, no core waits for another, and never more than a batch a core is in memory, however many pictures there are.

Radford et al. 2021, https://arxiv.org/abs/2103.00020; SigLIP: Zhai et al. 2023, https://arxiv.org/abs/2303.15343.
"""

from __future__ import annotations

import math
import re
import threading
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.base.lines import without_surrogates
from embedding_core.base.parallel import in_batches
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.encoders.image import open_clip_names as names
from embedding_core.encoders.image.clip_model import Blueprint, Towers, tokenizer_of
from embedding_core.encoders.image.picture_input import PictureInput, read_pictures
from embedding_core.encoders.spec import EncodedImages, EncoderSpec, ImageEncoder, Origin
from embedding_core.encoders.text import bert, minilm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from embedding_core.encoders.spec import Encoder

MOST_PICTURES, MOST_PIXELS = 48, 16 * 224 * 224
"""Of a batch: a core is as fast with 8 pictures of 224 x 224 as with 32, and larger ones take memory by their pixels.
64 x 64 gain a tenth from 32 to 48, and nothing from there on."""
MOST_TEXTS = 32
CHARS_A_TOKEN = 16
"""No text of words has so many on average; the rest is never looked at, nor waited for."""
LONGEST_WORD = 200
"""Letters without a space. The time of open_clip's tokenizer grows with the square of a word."""


class ClipEncoder:
    """A model with two towers; torch works on the first picture or text."""

    def __init__(self, spec: EncoderSpec, blueprint: Blueprint) -> None:
        scale = blueprint.log_scale
        self._blueprint = blueprint
        self._lock = threading.RLock()
        self._borrowed: Encoder | None = minilm.load(minilm.MINILM) if blueprint.borrows_minilm else None
        self.spec = replace(
            names.described(spec, blueprint.model),
            max_tokens=self._borrowed.spec.max_tokens if self._borrowed else blueprint.context,
            logit_scale=None if scale is None else math.exp(scale),
            logit_bias=blueprint.bias,
        )

    @property
    def picture_input(self) -> PictureInput:
        """How this model wants to see pictures."""
        return self._loaded().picture_input

    def encode_images(self, pictures: Sequence[Callable[[], bytes]], progress: Progress = no_progress) -> EncodedImages:
        """Return unit vectors of pictures, (n, dim), zeros for those that cannot be read."""
        towers = self._loaded()
        seen = towers.picture_input
        most = max(1, min(MOST_PICTURES, MOST_PIXELS // (seen.height * seen.width)))
        found = EncodedImages(np.zeros((len(pictures), self.spec.dim or 0), dtype=np.float32))

        def work(rows: range) -> None:
            pixels, read = read_pictures(pictures, rows, seen.read, found.unread)
            if read:
                found.vectors[read] = _see(towers, pixels)

        _on_each_core(work, len(pictures), most, progress)
        return found

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return unit vectors of texts, (n, dim); longer ones are cut."""
        if self._borrowed:
            return self._borrowed.encode_documents(texts, progress)
        towers, tokenizer = self._loaded(), self._tokenizer
        vectors = np.zeros((len(texts), self.spec.dim or 0), dtype=np.float32)

        def work(rows: range) -> None:
            tokens = tokenizer([_head(texts[row], self._blueprint.context) for row in rows])
            vectors[rows.start : rows.stop] = _unit(towers.read, tokens)

        _on_each_core(work, len(texts), MOST_TEXTS, progress)
        return vectors

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Return what `encode_documents` does: these models know no difference."""
        return self.encode_documents(texts, progress)

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return each text's number of tokens, uncut, special ones included."""
        if self._borrowed:
            return self._borrowed.count_tokens(texts)
        return [self._length(without_surrogates(text)) for text in texts]

    def _length(self, text: str) -> int:
        tokenizer = self._tokenizer
        text = re.sub(rf"\S{{{LONGEST_WORD}}}(?=\S)", r"\g<0> ", text)
        if hasattr(tokenizer, "tokenizer"):  # of the Hugging Face kind
            return len(tokenizer.tokenizer(tokenizer.clean_fn(text), verbose=False).input_ids)
        return len(tokenizer.encode(text)) + 2

    @cached_property
    def _tokenizer(self) -> Any:
        return tokenizer_of(self._blueprint)

    @cached_property
    def _towers(self) -> Towers:
        return self._blueprint.build()

    def _loaded(self) -> Towers:
        with self._lock:
            return self._towers


def _on_each_core(work: Callable[[range], None], rows: int, most: int, progress: Progress) -> None:
    """Call `work` for all rows in batches, torch with one core for each."""
    import torch

    bert.use_all_cores()
    try:
        in_batches(work, rows, most, progress, bert.core_count(), lambda: torch.set_num_threads(1))
    finally:
        bert.use_all_cores()


def _see(towers: Towers, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> Matrix:
    """Return (n, dim) unit vectors of (n, height, width, 3) pictures."""
    import torch

    seen = towers.picture_input
    mean, std = (torch.tensor(values)[:, None, None] for values in (seen.mean, seen.std))
    # Channels stay last in memory, as Pillow has them and as convolutions are fastest.
    picture = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    return _unit(towers.see, picture.float().div_(255).sub_(mean).div_(std))


def _unit(tower: Any, inputs: Any) -> Matrix:
    import torch

    with torch.inference_mode():
        unit: Matrix = torch.nn.functional.normalize(tower(inputs).float(), dim=1).numpy()
    return unit


def _head(text: str, context: int) -> str:
    """Return as much of a text as can be read."""
    return without_surrogates(" ".join(text.split())[: context * CHARS_A_TOKEN])


def load(spec: EncoderSpec) -> ImageEncoder:
    """Return the encoder of a local folder, or of a name on the hub, fetched unless it is there.

    Raises:
        EncoderUnavailableError: the hub cannot be reached, or the files are not those of an open_clip model.
    """
    folder = names.fetch(spec)
    if spec.origin is Origin.HUB:
        spec = replace(spec, revision=folder.name)
    return ClipEncoder(spec, Blueprint.of(spec, folder))
