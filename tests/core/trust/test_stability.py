"""Maps laid over each other."""

import numpy as np
import pytest

from embedding_core.base.errors import InputError
from embedding_core.trust import stability


def test_the_point_that_moves_is_found() -> None:
    rng = np.random.default_rng(2)
    first = rng.normal(size=(200, 2)).astype(np.float32)
    moved = first.copy()
    moved[17] += 5
    found = stability(first, [moved, first])
    assert found.moved.argmax() == 17
    assert found.moved[17] > 10 * found.median
    assert found.disparity[1] == pytest.approx(0, abs=1e-6)
    assert len(found.aligned) == 2


def test_maps_without_extent_and_maps_that_do_not_fit() -> None:
    point = np.zeros((5, 2), np.float32)
    assert stability(point, [point]).median == 0
    with pytest.raises(InputError, match="at least two maps"):
        stability(point, [])
