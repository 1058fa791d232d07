"""The parts of pictures: where pooling is a mean they add up to the whole, and they stand where things are."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, InputError, ParameterError
from embedding_core.data.samples.shapes import draw_shapes
from embedding_core.encoders.image import patches
from embedding_core.encoders.image.clip import ClipEncoder
from embedding_core.inspect import find_phrase
from tests.core.encoders.test_clip import TINY, save_tiny

_NAMED = ("color", "shape")
TINY_AVERAGE = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 64, "head_width": 32, "patch_size": 8, "pool_type": "avg"},
    "text_cfg": TINY["ViT"]["text_cfg"],
}


SIDE = (encoders.resolve("pocket-clip").image_size or (0, 0))[0]
STRIDE = 32
"""How many pixels of its input pocket-clip's tower makes one part of."""


def picture(box: tuple[int, int, int, int] = (8, 8, 40, 40), side: int = 96) -> bytes:
    image = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(image).rectangle(box, fill=(200, 30, 30))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def pocket() -> patches.PatchReader:
    return patches.load(encoders.resolve("pocket-clip"))


def test_pocket_clips_parts_add_up_to_the_picture(pocket: patches.PatchReader) -> None:
    found = pocket.read(picture())
    assert found.vectors.shape == (-(-SIDE // STRIDE), -(-SIDE // STRIDE), 384)
    assert found.seen.shape == (SIDE, SIDE, 3)
    assert found.agreement == pytest.approx(1, abs=1e-5)
    encoder = encoders.load(encoders.resolve("pocket-clip"))
    assert isinstance(encoder, ClipEncoder)
    assert found.whole @ encoder.encode_images([picture]).vectors[0] == pytest.approx(1, abs=5e-3)


def test_a_convolution_sees_more_parts_of_a_larger_picture(pocket: patches.PatchReader) -> None:
    assert pocket.scales == (1, 2, 3)
    found = pocket.read(picture(), scale=2)
    assert found.vectors.shape == (-(-2 * SIDE // STRIDE), -(-2 * SIDE // STRIDE), 384)
    np.testing.assert_array_equal(found.whole, pocket.read(picture()).whole)


def test_parts_that_changed_are_where_the_picture_changed(pocket: patches.PatchReader) -> None:
    bare, marked = (pocket.read(picture(box), scale=3).vectors for box in ((0, 0, 1, 1), (70, 70, 95, 95)))
    changed = np.linalg.norm(bare - marked, axis=2)
    down, across = np.unravel_index(changed.argmax(), changed.shape)
    least = int(70 / 96 * len(changed)) - 1
    assert down >= least and across >= least


@pytest.mark.parametrize(("name", "shape"), [("ViT", (4, 4, 32)), ("SigLIP", (10, 10, 64))])
def test_transformers_have_fixed_places(name: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    reader = patches.load(encoders.resolve(str(save_tiny(name, tmp_path))))
    found = reader.read(picture())
    assert found.vectors.shape == shape
    assert np.isfinite(found.vectors).all()
    assert np.linalg.norm(found.whole) == pytest.approx(1, abs=1e-5)
    with pytest.raises(ParameterError):
        reader.read(picture(), scale=2)


def test_a_transformer_that_averages_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TINY, "average", TINY_AVERAGE)
    reader = patches.load(encoders.resolve(str(save_tiny("average", tmp_path))))
    assert reader.read(picture()).agreement == pytest.approx(1, abs=1e-4)


def test_what_has_no_parts_says_so(tmp_path: Path, pocket: patches.PatchReader) -> None:
    with pytest.raises(EncoderError, match="cannot be separated"):
        patches.load(encoders.resolve(str(save_tiny("ResNet", tmp_path))))
    with pytest.raises(EncoderError, match="no image patches"):
        patches.load(encoders.resolve("all-MiniLM-L6-v2"))
    with pytest.raises(InputError):
        pocket.read(b"not a picture")


@pytest.mark.slow
def test_of_two_shapes_side_by_side_pocket_clip_mostly_knows_which_is_which(pocket: patches.PatchReader) -> None:
    encoder = encoders.load(encoders.resolve("pocket-clip"))
    pairs = list(side_by_side(30))
    phrases = encoder.encode_queries([name for _, names in pairs for name in names]).reshape(len(pairs), 2, -1)
    right = 0
    for (sheet, _), (own, other) in zip(pairs, phrases, strict=True):
        values = find_phrase(pocket.read(sheet, scale=2).vectors, own, other).values
        half = values.shape[1] // 2
        right += bool(values[:, :half].mean() > values[:, half:].mean())
    # Measured: 30. A coin puts 15, and 20 or more once in twenty times.
    assert right >= 25


def side_by_side(count: int) -> Iterator[tuple[bytes, tuple[str, str]]]:
    """Yield pictures of two drawn shapes on one background, and what each is, the left one first."""
    rng = np.random.default_rng(0)
    alone = {"count": "1", "size": "large", "position": "in the centre"}
    drawn = [one for one in draw_shapes(3_000) if alone.items() <= one.attributes.items()]
    while count:
        left, right = (drawn[i] for i in rng.choice(len(drawn), 2))
        own, other = left.attributes, right.attributes
        if own["background"] == other["background"] and not any(own[name] == other[name] for name in _NAMED):
            sheet = Image.new("RGB", (96, 96))
            for x, one in ((0, left), (48, right)):
                sheet.paste(Image.open(io.BytesIO(one.png)).convert("RGB").crop((24, 0, 72, 96)), (x, 0))
            buffer = io.BytesIO()
            sheet.save(buffer, "PNG")
            names = [f"a {of['color']} {of['shape']}" for of in (own, other)]
            yield buffer.getvalue(), (names[0], names[1])
            count -= 1
