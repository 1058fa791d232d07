import io
from collections import Counter

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from embedding_core.data.samples.digits import NAMES, draw_digits


def test_every_digit_is_there_with_its_name() -> None:
    digits, truth = draw_digits(), load_digits().target
    assert [picture.attributes["digit"] for picture in digits] == list(map(str, truth))
    assert all(
        picture.caption == f"the handwritten digit {NAMES[digit]}" for picture, digit in zip(digits, truth, strict=True)
    )
    assert Counter(picture.attributes["digit"] for picture in digits).most_common(1)[0][1] < 200


def test_the_ink_is_where_the_scan_has_it() -> None:
    for picture, mode in list(zip(draw_digits(), load_digits().images, strict=True))[::50]:
        seen = Image.open(io.BytesIO(picture.png))
        assert seen.size == (64, 64)
        small = 255 - np.asarray(seen.resize((10, 10), Image.Resampling.BOX), float)
        assert small[[0, -1]].mean() < 40
        assert np.corrcoef(small[1:-1, 1:-1].ravel(), mode.ravel())[0, 1] > 0.97


def test_drawing_again_gives_the_same_bytes() -> None:
    assert draw_digits() == draw_digits()
