"""Pictures as a model reads them: decoded, cropped and scaled to its size, as its own settings say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.decode import DecodedPicture, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

Box = tuple[float, float, float, float]


class Fit(StrEnum):
    """How a picture of any shape gets the model's shape; the values are open_clip's."""

    SHORTEST = "shortest"
    """Scaled until it covers the model's shape, the rest cut off on both sides."""
    LONGEST = "longest"
    """Scaled until it lies inside the model's shape, the rest filled."""
    SQUASH = "squash"


@dataclass(frozen=True)
class PictureInput:
    """What a model wants to see: open_clip's `preprocess_cfg`."""

    height: int
    width: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    resampling: Image.Resampling = Image.Resampling.BICUBIC
    fit: Fit = Fit.SHORTEST
    fill: int = 0

    @classmethod
    def from_open_clip(cls, settings: Mapping[str, Any]) -> PictureInput:
        """Take up a full `preprocess_cfg`."""
        size = settings["size"]
        height, width = (size, size) if isinstance(size, int) else tuple(size)
        fit = Fit(settings["resize_mode"])
        # open_clip takes bicubic for what is not square and not squashed, whatever was asked for.
        bilinear = settings["interpolation"] == "bilinear" and (height == width or fit is not Fit.SHORTEST)
        mean, std = (tuple(np.broadcast_to(settings[name], 3).tolist()) for name in ("mean", "std"))
        resampling = Image.Resampling.BILINEAR if bilinear else Image.Resampling.BICUBIC
        return cls(height, width, mean, std, resampling, fit, int(settings["fill_color"]))

    def read(self, data: bytes) -> NDArray[np.uint8]:
        """Return the picture in a file's bytes, (height, width, 3).

        Raises:
            InputError: it cannot be read; the message is the reason.
        """
        return self.place(decode(data, wanted=max(self.height, self.width), uneven=True))

    def place(self, picture: DecodedPicture) -> NDArray[np.uint8]:
        """Return a decoded picture in the model's shape, (height, width, 3).

        Cropping and scaling are one step: what is cut off is never scaled, so a picture of 20,000 x 10 stays small.
        """
        box, size = self._box(picture.width, picture.height)
        across, down = picture.extent[0] / picture.width, picture.extent[1] / picture.height
        scaled = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
        image = picture.image.resize(size, self.resampling, box=scaled)
        if size != (self.width, self.height):
            sheet = Image.new("RGB", (self.width, self.height), (self.fill,) * 3)
            sheet.paste(image, ((self.width - size[0]) // 2, (self.height - size[1]) // 2))
            image = sheet
        return np.asarray(image)

    def _box(self, width: int, height: int) -> tuple[Box, tuple[int, int]]:
        """Return which part of a picture is seen, in its own pixels, and the size that part gets."""
        if self.fit is Fit.SQUASH:
            return (0, 0, width, height), (self.width, self.height)
        ratios = width / self.width, height / self.height
        if self.fit is Fit.LONGEST:
            size = (max(1, round(width / max(ratios))), max(1, round(height / max(ratios))))
            return (0, 0, width, height), (min(size[0], self.width), min(size[1], self.height))
        across, down = self._covering(width, height)
        left, top = round((across - self.width) / 2), round((down - self.height) / 2)
        x, y = width / across, height / down
        return (left * x, top * y, (left + self.width) * x, (top + self.height) * y), (self.width, self.height)

    def _covering(self, width: int, height: int) -> tuple[int, int]:
        """Return the size of the whole picture when it just covers the model's shape, rounded as open_clip does."""
        if self.width == self.height:
            long = int(self.width * max(width, height) / min(width, height))
            return (self.width, long) if width <= height else (long, self.height)
        ratio = min(width / self.width, height / self.height)
        return round(width / ratio), round(height / ratio)


def read_pictures(
    pictures: Sequence[Callable[[], bytes]],
    rows: Iterable[int],
    read: Callable[[bytes], NDArray[np.uint8]],
    unread: dict[int, str],
) -> tuple[NDArray[np.uint8], list[int]]:
    """Return what `read` makes of some pictures, stacked, and their rows; `unread` gets the others with the reason."""
    found: dict[int, NDArray[np.uint8]] = {}
    for row in rows:
        try:
            found[row] = read(pictures[row]())
        except InputError as error:
            unread[row] = error.message
    return np.array(list(found.values()), dtype=np.uint8), list(found)
