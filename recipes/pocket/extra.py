"""Pictures this project draws itself, for the pocket encoder: shapes to learn counting, colors and places; digits.

What is kept back for evaluation is never trained on: a fifth of the digits, and every kind of shapes (count, size,
color, shape and background together) that the drawings kept back show.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embedding_core.data.samples.digits import NAMES, draw_digits
from embedding_core.data.samples.shapes import ATTRIBUTES, DrawnPicture, caption_of, draw_shapes
from recipes.pocket.data import CAPTION_SEPARATOR, STORED_SIZE, Pictures

SHAPES, DIGITS = "shapes", "digits"
TRAIN_SEED, TEST_SEED = 1_000, 2_000
TRAIN_SHAPES, TEST_SHAPES = 6_000, 500
MORE = 1.2
"""Times as many are drawn to train on: about a tenth is of a kind that is kept back."""
TEST_SHARE = 0.2
"""Of the digits of each kind."""
KIND = ("count", "size", "color", "shape", "background")
PHRASINGS = (ATTRIBUTES, KIND, ("count", "color"), ("size", "color"), ("color", "position"))
"""Which attributes each caption of a training picture says."""


def train_shapes(count: int = TRAIN_SHAPES) -> Pictures:
    """Return drawings to learn from, five captions each; none of a kind that is kept back."""
    kept_back = {_kind(picture) for picture in _shapes_kept_back()}
    drawn = draw_shapes(round(count * MORE), TRAIN_SEED, STORED_SIZE)
    fresh = [picture for picture in drawn if _kind(picture) not in kept_back]
    return _labeled_shapes(fresh[:count], PHRASINGS)


def train_digits() -> Pictures:
    """Return the digits to learn from."""
    return _labeled_digits(test=False)


def held_out_drawings() -> Pictures:
    """Return what is kept back: shapes with two captions each (with and without the place), and digits."""
    return _labeled_shapes(_shapes_kept_back(), (ATTRIBUTES, KIND)) + _labeled_digits(test=True)


def _shapes_kept_back() -> tuple[DrawnPicture, ...]:
    return draw_shapes(TEST_SHAPES, TEST_SEED, STORED_SIZE)


def _kind(picture: DrawnPicture) -> tuple[str, ...]:
    return tuple(picture.attributes[name] for name in KIND)


def _labeled_shapes(found: Sequence[DrawnPicture], phrasings: tuple[tuple[str, ...], ...]) -> Pictures:
    return Pictures(
        (SHAPES,) * len(found),
        tuple(f"{picture.attributes['color']} {picture.attributes['shape']}" for picture in found),
        tuple(tuple(caption_of(picture.attributes, named) for named in phrasings) for picture in found),
        tuple(picture.png for picture in found),
    )


def _labeled_digits(*, test: bool) -> Pictures:
    digits = draw_digits()
    truth = np.array([int(picture.attributes["digit"]) for picture in digits])
    rng = np.random.default_rng(0)
    held_out: set[int] = set()
    for digit in range(len(NAMES)):
        rows = rng.permutation(np.flatnonzero(truth == digit))
        held_out.update(rows[: round(TEST_SHARE * len(rows))].tolist())
    found = [picture for row, picture in enumerate(digits) if (row in held_out) == test]
    return Pictures(
        (DIGITS,) * len(found),
        tuple(f"handwritten digit {NAMES[int(picture.attributes['digit'])]}" for picture in found),
        tuple((picture.caption,) for picture in found),
        tuple(picture.png for picture in found),
    )


def write_pictures(pictures: Pictures, split: str, path: Path) -> None:
    """Write a Parquet file that `read_pictures` reads."""
    columns = {
        "set": list(pictures.sets),
        "label": list(pictures.labels),
        "caption": [CAPTION_SEPARATOR.join(own) for own in pictures.captions],
        "split": [split] * len(pictures.sets),
        "image": list(pictures.encoded),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def main(arguments: list[str] | None = None) -> int:
    """Write shapes.parquet and digits.parquet to train on, and test.parquet with what evaluation draws for itself."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the three files")
    out = parser.parse_args(arguments).out
    write_pictures(train_shapes(), "train", out / "shapes.parquet")
    write_pictures(train_digits(), "train", out / "digits.parquet")
    write_pictures(held_out_drawings(), "test", out / "test.parquet")
    return 0


if __name__ == "__main__":
    sys.exit(main())
