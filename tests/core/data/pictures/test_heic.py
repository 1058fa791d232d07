from pathlib import Path

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.pictures.decode import decode

FOLDER = Path(__file__).parent
COLORS = np.array([[[200, 30, 30], [30, 160, 30], [30, 30, 200]], [[250, 250, 250], [90, 90, 90], [240, 200, 20]]])
UPRIGHT = COLORS.repeat(32, axis=0).repeat(32, axis=1)


@pytest.mark.parametrize("name", ["upright.heic", "sideways.heic"])
def test_a_photo_is_read_upright(name: str) -> None:
    picture = decode((FOLDER / name).read_bytes())
    assert (picture.width, picture.height) == (96, 64)
    assert np.abs(np.asarray(picture.image, float) - UPRIGHT).mean() < 5


def test_transparent_parts_are_white() -> None:
    assert np.asarray(decode((FOLDER / "transparent.heic").read_bytes()).image).min() > 250


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_truncated_photo_is_refused(share: float) -> None:
    data = (FOLDER / "upright.heic").read_bytes()
    with pytest.raises(InputError, match=r"damaged|truncated"):
        decode(data[: int(share * len(data))])
