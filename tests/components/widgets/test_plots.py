"""What charts have in common: bins that invent no peaks."""

import numpy as np
import pytest

from components.widgets.plots import histogram


@pytest.mark.parametrize("most", [1, 59, 60, 70, 500])
def test_bins_of_counts_hold_as_many_whole_numbers_each(most: int) -> None:
    bars = histogram(np.arange(most + 1, dtype=np.int32), "count").data[0]
    assert sum(bars.y) == most + 1
    assert len(bars.y) <= 61
    assert set(bars.width) == {bars.width[0]}
    # One of each number: every bar is as high but the last, which may reach beyond.
    assert len(set(bars.y[:-1])) <= 1


def test_bins_of_measurements() -> None:
    bars = histogram(np.linspace(0, 1, 600), "share", mark=0.5).data[0]
    assert list(bars.y) == [10] * 60


def test_all_counts_equal() -> None:
    assert list(histogram(np.full(9, 4), "count").data[0].y) == [9]
