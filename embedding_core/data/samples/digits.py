"""Handwritten digits: the 1,797 of scikit-learn, from https://archive.ics.uci.edu/dataset/80."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embedding_core.data.samples.shapes import DrawnPicture

NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SIDE = 64
"""Edge in pixels of the pictures; the scans have 8."""
_MOST_INK = 16
_BORDER = 1


def draw_digits() -> tuple[DrawnPicture, ...]:
    """Return every digit, dark on white, in scikit-learn's order; attribute `digit`, "0" to "9"."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return tuple(
        DrawnPicture(_picture(mode), f"the handwritten digit {NAMES[digit]}", {"digit": str(digit)})
        for mode, digit in zip(digits.images, digits.target, strict=True)
    )


def _picture(mode: NDArray[np.float64]) -> bytes:
    """Return a scan of ink, (8, 8) from 0 to 16, as a PNG with a white border."""
    paper = np.pad(255 - mode * (255 / _MOST_INK), _BORDER, constant_values=255).round().astype(np.uint8)
    target = io.BytesIO()
    Image.fromarray(paper).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(target, "PNG")
    return target.getvalue()
