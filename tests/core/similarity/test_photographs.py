"""Near-duplicates among real photographs: each with a crop of 90% and a copy saved again."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedding_core import encoders
from embedding_core.similarity import find_duplicates
from tests.core.encoders.test_pixels import ways


def jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def crop(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return nine tenths of its width and of its height, cut out somewhere."""
    width, height = (round(0.9 * side) for side in picture.size)
    x, y = rng.integers(picture.width - width + 1), rng.integers(picture.height - height + 1)
    return picture.crop((x, y, x + width, y + height))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_copies_are_found_among_the_others(shared_data: Path) -> None:
    rng, files = np.random.default_rng(0), []
    photographs = sorted((shared_data / "images/photos").glob("*.JPEG"))
    for path in photographs:
        picture = Image.open(path).convert("RGB")
        files += [path.read_bytes(), jpeg(crop(picture, rng), 90), jpeg(picture, 50)]
    which = np.repeat(np.arange(len(photographs)), 3)
    vectors = encoders.load(encoders.resolve("pocket-clip")).encode_images(ways(files)).vectors
    above = np.triu_indices(len(files), 1)
    cosines, copies = (vectors @ vectors.T)[above], (which[:, None] == which)[above]

    order = np.argsort(-cosines, kind="stable")
    found = np.cumsum(copies[order])
    precise = np.flatnonzero(found / np.arange(1, len(order) + 1) >= 0.95)[-1]
    assert found[precise] / copies.sum() >= 0.96  # 0.990 measured

    # The threshold that is suggested knows nothing of all that.
    groups = find_duplicates(vectors)
    hits = cosines >= groups.threshold
    assert copies[hits].mean() >= 0.95
    assert hits[copies].mean() >= 0.9
    assert all(len(set(which[list(groups.rows_of(group))])) == 1 for group in range(groups.count))
