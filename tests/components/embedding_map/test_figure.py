"""The map in three dimensions, and the colors of both maps: rows stay themselves, text stays text."""

import numpy as np
import pandas as pd
import pytest

from components.embedding_map import MapPoints
from components.embedding_map.plotly_map import hover_texts, label_text, map_figure, read_selection
from components.widgets.palette import SHOWN_CATEGORIES, Categories, Numbers, Theme, coloring


def points(n: int, column: pd.Series | None = None, dims: int = 3) -> MapPoints:
    coordinates = np.random.default_rng(0).normal(size=(n, dims)).astype(np.float32)
    return MapPoints(coordinates, tuple(f"text {i}" for i in range(n)), None if column is None else coloring(column))


def test_every_row_is_drawn_once_whatever_the_colors() -> None:
    names = pd.Series([f"class {i % 30}" if i % 7 else None for i in range(500)])
    for column in (None, names, pd.Series(np.linspace(0, 1, 500)), pd.Series([np.nan] * 500)):
        shown = points(500, column)
        figure = map_figure(shown, Theme.LIGHT, 400)
        rows = np.concatenate([trace.customdata for trace in figure.data])
        assert sorted(rows.tolist()) == list(range(500))
        for trace in figure.data:
            np.testing.assert_array_equal(trace.x, shown.coordinates[trace.customdata, 0])
            assert trace.text[0] == f"text {trace.customdata[0]}"


def test_the_same_points_give_the_same_bytes() -> None:
    column = pd.Series([f"class {i % 5}" for i in range(50)])
    first, second = (map_figure(points(50, column), Theme.DARK, 400).to_json() for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<a href='x'>y</a>"]
)
def test_markup_in_data_is_escaped(hostile: str) -> None:
    assert "<" not in hover_texts((hostile,))[0].replace("<br>", "")
    assert "<" not in label_text(hostile)


def test_long_texts_are_wrapped_and_cut() -> None:
    (shown,) = hover_texts(("word " * 10_000,))
    assert len(shown) < 600
    assert shown.endswith("…")


def test_coloring_orders_classes_by_count_then_name() -> None:
    found = coloring(pd.Series(["b", "a", "b", "c", None, ""]))
    assert isinstance(found, Categories)
    assert found.names == ("b", "a", "c")
    assert found.codes.tolist() == [0, 1, 0, 2, -1, -1]


def test_many_classes_share_one_gray() -> None:
    found = coloring(pd.Series([f"class {i:03d}" for i in range(300)]))
    assert isinstance(found, Categories)
    assert len(found.names) == len(found.counts) == 300
    assert found.others == 300 - SHOWN_CATEGORIES
    assert found.codes.max() == 299
    traces = map_figure(MapPoints(points(300).coordinates, ("",) * 300, found), Theme.LIGHT, 400).data
    assert len(traces) == SHOWN_CATEGORIES + 1


def test_few_different_numbers_are_classes_many_are_a_scale() -> None:
    assert isinstance(coloring(pd.Series([1, 2, 3] * 5)), Categories)
    assert isinstance(coloring(pd.Series([True, False])), Categories)
    scale = coloring(pd.Series([*range(100), 10_000]))
    assert isinstance(scale, Numbers)
    assert scale.high < 200


def test_a_click_carries_the_row_number_not_the_position_in_a_trace() -> None:
    event = read_selection({"selection": {"points": [{"customdata": [3]}]}})
    assert event is not None
    assert (event.rows, event.how, event.row) == ((3,), "click", 3)
    assert read_selection({"selection": {"points": []}}) is None


def test_long_class_names_keep_their_two_ends() -> None:
    assert label_text("card_payment_wrong_exchange_rate") != label_text("card_payment_wrong_other_rate_x")
    assert len(label_text("a_very_" * 50)) <= 24
