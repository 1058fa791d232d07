"""Pixels: each picture shrunk to a few colors, then PCA: what a space of pictures without meaning looks like."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embedding_core.base.errors import EncoderError
from embedding_core.base.parallel import in_batches
from embedding_core.base.types import Matrix, Progress, no_progress
from embedding_core.data.pictures.decode import decode
from embedding_core.encoders.family import EncoderFamily
from embedding_core.encoders.image.picture_input import read_pictures
from embedding_core.encoders.spec import EncodedImages, EncoderSpec, Modality, Origin

SIDE = 16
"""Of the shrunk picture; its shape is lost, as is everything smaller than a sixteenth of it."""
MAX_DIM = 128
MOST_PICTURES = 64
BLOCK_ROWS = 8_192
FEATURES = SIDE * SIDE * 3
FLAT = 1e-9
"""A color that differs less than this from picture to picture, and an axis along which the data set does."""

PIXELS = EncoderSpec(
    name="pixels",
    title="Pixels",
    reads=(Modality.IMAGE,),
    origin=Origin.EMBEDDED,
    summary=(
        "Compares small versions of the pictures pixel by pixel. Fitted on your data; knows nothing about what "
        "they show."
    ),
    loader=f"{__name__}:load",
    revision="1",
    license="MIT",
    size_mb=0.0,
    unit_norm=False,
    per_row=False,
    requires=("PIL",),
    image_size=(SIDE, SIDE),
    source="https://en.wikipedia.org/wiki/Eigenface",
)
FAMILY = EncoderFamily((PIXELS,), position=40)


class PixelEncoder:
    """PCA of the standardized colors of pictures shrunk to 16 x 16; `encode_images` fits it the first time."""

    def __init__(self, spec: EncoderSpec) -> None:
        self.spec = spec
        self._mean = self._deviation = np.zeros(FEATURES, dtype=np.float32)
        self._components: Matrix | None = None

    def encode_images(self, pictures: Sequence[Callable[[], bytes]], progress: Progress = no_progress) -> EncodedImages:
        """Return the vectors of pictures, (n, dim), after fitting on them unless something was fitted or restored.

        `dim` is at most 128 and the number of pictures that can be read; 1 when they are all alike.
        """
        colors, unread = _shrunk(pictures, progress)
        read = np.array([row not in unread for row in range(len(pictures))], dtype=bool)
        if self._components is None:
            self._fit(colors[read])
        components = self._fitted()
        vectors = np.zeros((len(pictures), len(components)), dtype=np.float32)
        for rows in _blocks(len(pictures)):
            vectors[rows] = ((colors[rows] - self._mean) / self._deviation) @ components.T
        vectors[~read] = 0
        return EncodedImages(vectors, unread)

    def encode_documents(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Raise EncoderError."""
        raise _no_texts()

    def encode_queries(self, texts: list[str], progress: Progress = no_progress) -> Matrix:
        """Raise EncoderError."""
        raise _no_texts()

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Raise EncoderError."""
        raise _no_texts()

    def state(self) -> dict[str, NDArray[Any]]:
        """Return mean (features,), deviation (features,) and components (dim, features).

        Raises:
            EncoderError: nothing was fitted or restored before.
        """
        return {"mean": self._mean, "deviation": self._deviation, "components": self._fitted()}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Take up what `state` of another one returned."""
        self._learned(state["mean"], state["deviation"], state["components"])

    def _fit(self, colors: NDArray[np.uint8]) -> None:
        """Learn from (n, features) colors; in float64, block by block."""
        n = max(1, len(colors))
        sums, products = np.zeros(FEATURES), np.zeros((FEATURES, FEATURES))
        for rows in _blocks(len(colors)):
            block = colors[rows].astype(np.float64)
            sums += block.sum(axis=0)
            products += block.T @ block
        mean = sums / n
        covariance = products / n - np.outer(mean, mean)
        deviation = np.sqrt(np.maximum(covariance.diagonal(), 0))
        deviation[deviation < FLAT] = 1
        values, axes = np.linalg.eigh(covariance / np.outer(deviation, deviation))
        dim = max(1, min(MAX_DIM, len(colors), int((values > FLAT * FEATURES).sum())))
        components = axes[:, ::-1][:, :dim].T
        # An axis has no sign of its own: its largest entry is positive, so that two machines agree.
        largest = np.abs(components).argmax(axis=1)
        self._learned(mean, deviation, components * np.sign(components[range(dim), largest])[:, None])

    def _learned(self, mean: NDArray[Any], deviation: NDArray[Any], components: NDArray[Any]) -> None:
        self._mean, self._deviation = (np.asarray(values, dtype=np.float32) for values in (mean, deviation))
        self._components = np.asarray(components, dtype=np.float32)
        self.spec = replace(self.spec, dim=len(components))

    def _fitted(self) -> Matrix:
        if self._components is None:
            raise EncoderError(
                "The pixels encoder has not been fitted on a data set yet.", "Encode the data set first."
            )
        return self._components


def load(spec: EncoderSpec) -> PixelEncoder:
    """Return an encoder that has yet to be fitted."""
    return PixelEncoder(spec)


def _shrunk(pictures: Sequence[Callable[[], bytes]], progress: Progress) -> tuple[NDArray[np.uint8], dict[int, str]]:
    """Return the colors of pictures, (n, features), and why some could not be read, by row."""
    colors = np.zeros((len(pictures), FEATURES), dtype=np.uint8)
    unread: dict[int, str] = {}

    def work(rows: range) -> None:
        found, read = read_pictures(pictures, rows, _shrink, unread)
        if read:
            colors[read] = found

    in_batches(work, len(pictures), MOST_PICTURES, progress, os.cpu_count() or 1)
    return colors, unread


def _shrink(data: bytes) -> NDArray[np.uint8]:
    image = decode(data, wanted=SIDE).image
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX)).ravel()


def _blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK_ROWS):
        yield slice(start, start + BLOCK_ROWS)


def _no_texts() -> EncoderError:
    return EncoderError(
        "The pixels encoder has no text input.",
        "Choose an encoder that reads pictures and texts, or search with a picture.",
    )
