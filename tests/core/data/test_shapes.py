import hashlib
import io
import re

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from embedding_core.base.errors import ParameterError
from embedding_core.data.samples.shapes import (
    ATTRIBUTES,
    COLORS,
    NUMBERS,
    PLACES,
    SHAPES,
    SIZES,
    DrawnPicture,
    caption_of,
    draw_shapes,
)

PICTURES = draw_shapes(400, seed=3)
SENTENCE = re.compile(
    rf"(?:an?|{'|'.join(NUMBERS[1:])}) (?P<size>{'|'.join(SIZES)}) (?P<color>{'|'.join(COLORS)}) "
    rf"(?P<shape>{'|'.join(SHAPES)})(?:e?s)? (?P<position>{'|'.join(PLACES)}) "
    rf"of an? (?P<background>{'|'.join(COLORS)}) background"
)
RED = {
    "count": "1",
    "size": "small",
    "color": "orange",
    "shape": "cross",
    "position": "at the top",
    "background": "blue",
}


def pixels_of(picture: DrawnPicture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGB"), int)


def painted(picture: DrawnPicture) -> np.ndarray:
    """Return where a picture is nearer to its shapes' color than to its background."""
    pixels = pixels_of(picture)
    ground, color = (np.array(COLORS[picture.attributes[name]]) for name in ("background", "color"))
    return np.abs(pixels - color).sum(axis=2) < np.abs(pixels - ground).sum(axis=2)


def groups(mask: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the pieces of a mask; pixels that touch at a corner belong together, as in the tip of a star."""
    numbered, count = ndimage.label(mask, np.ones((3, 3)))
    return numbered, count


def test_counts_are_in_the_pixels() -> None:
    for picture in PICTURES:
        assert groups(painted(picture))[1] == int(picture.attributes["count"]), picture.caption


def test_colors_are_in_the_pixels_and_nothing_else_is() -> None:
    for picture in PICTURES:
        shades, counts = np.unique(pixels_of(picture).reshape(-1, 3), axis=0, return_counts=True)
        by_count = [tuple(shade) for shade in shades[np.argsort(-counts)]]
        assert by_count[0] == COLORS[picture.attributes["background"]]
        assert COLORS[picture.attributes["color"]] in by_count
        plain = counts[[tuple(shade) in COLORS.values() for shade in shades]].sum()
        assert plain > 0.85 * counts.sum()


def test_sizes_and_positions_are_in_the_pixels() -> None:
    for picture in PICTURES:
        mask = painted(picture)
        box = ndimage.find_objects(groups(mask)[0])[0]
        extent = max(part.stop - part.start for part in box) / len(mask)
        assert (extent > 0.155) == (picture.attributes["size"] == "large"), picture.caption
        rows, columns = np.nonzero(mask)
        middle = ((columns.min() + columns.max()) / 2 / len(mask), (rows.min() + rows.max()) / 2 / len(mask))
        assert middle == pytest.approx(PLACES[picture.attributes["position"]], abs=0.08), picture.caption
        for place, values in zip(PLACES[picture.attributes["position"]], (columns, rows), strict=True):
            assert place == 0.5 or ((values / len(mask) < 0.5) == (place < 0.5)).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_looks_the_same_wherever_it_stands_and_unlike_the_others(shape: str) -> None:
    def filled(picture: DrawnPicture) -> float:
        mask = painted(picture)
        box = ndimage.find_objects(groups(mask)[0])[0]
        return float(mask[box].mean())

    large = [picture for picture in draw_shapes(300, side=192) if picture.attributes["size"] == "large"]
    shares = {name: [filled(picture) for picture in large if picture.attributes["shape"] == name] for name in SHAPES}
    assert max(shares[shape]) - min(shares[shape]) < 0.25
    assert shares["square"] and min(shares["square"]) > max(shares["star"])
    assert min(shares["circle"]) > max(shares["triangle"])
    assert min(shares["circle"]) > max(shares["ring"])


def test_captions_say_what_the_attributes_say() -> None:
    for picture in PICTURES:
        found = SENTENCE.fullmatch(picture.caption)
        assert found, picture.caption
        assert found.groupdict() == {name: picture.attributes[name] for name in found.groupdict()}
        number = picture.caption.split()[0]
        assert picture.attributes["count"] == str(NUMBERS.index(number) + 1 if number in NUMBERS else 1)


def test_no_two_captions_contradict() -> None:
    by_caption: dict[str, dict[str, str]] = {}
    for picture in draw_shapes(2_000, side=32):
        assert by_caption.setdefault(picture.caption, picture.attributes) == picture.attributes


def test_every_value_is_drawn() -> None:
    drawn = draw_shapes(2_000, side=32)
    kinds = (map(str, range(1, 6)), SIZES, COLORS, SHAPES, PLACES, COLORS)
    for name, values in zip(ATTRIBUTES, kinds, strict=True):
        assert {picture.attributes[name] for picture in drawn} == set(values)


@pytest.mark.parametrize(
    ("named", "count", "sentence"),
    [
        (ATTRIBUTES, "1", "a small orange cross at the top of a blue background"),
        (ATTRIBUTES, "3", "three small orange crosses at the top of a blue background"),
        (("count", "size", "color", "background"), "2", "two small orange crosses on a blue background"),
        (("color",), "1", "an orange cross"),
        (("color",), "2", "orange crosses"),
        (("count", "position"), "4", "four crosses at the top of the picture"),
        ((), "1", "a cross"),
    ],
)
def test_a_caption_says_only_what_it_is_asked_for(named: tuple[str, ...], count: str, sentence: str) -> None:
    assert caption_of(RED | {"count": count}, named) == sentence


def test_the_same_seed_draws_the_same_whatever_the_number() -> None:
    assert draw_shapes(20, seed=3) == PICTURES[:20]
    assert draw_shapes(20, seed=4) != PICTURES[:20]
    digest = hashlib.sha256("\n".join(picture.caption for picture in PICTURES).encode()).hexdigest()
    assert digest[:12] == "8652fcae1172"


@pytest.mark.parametrize("wrong", [{"count": -1}, {"count": 1, "side": 31}])
def test_what_cannot_be_drawn_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ParameterError):
        draw_shapes(**wrong)
    assert draw_shapes(0) == ()
