"""A class has its name where most of what lies there is of it, and nowhere else."""

import numpy as np
import pandas as pd

from components.embedding_map import MapLabel
from components.embedding_map.labels import class_labels
from components.widgets.palette import Categories, coloring

MIDDLES = {"one": (0.0, 0.0), "two": (8.0, 0.0), "three": (0.0, 6.0)}


def clumps(each: int = 100) -> tuple[np.ndarray, list[str]]:
    draw = np.random.default_rng(0)
    names = [name for name in MIDDLES for _ in range(each)]
    return np.array([draw.normal(MIDDLES[name], 0.3) for name in names], dtype=np.float32), names


def labels(xy: np.ndarray, names: list[str | None]) -> dict[str, MapLabel]:
    classes = coloring(pd.Series(names, name="kind"))
    assert isinstance(classes, Categories)
    found = class_labels(xy, classes)
    assert all(label.code == classes.names.index(label.text) for label in found)
    return {label.text: label for label in found}


def test_names_stand_in_the_middle_of_their_classes() -> None:
    found = labels(*clumps())
    assert set(found) == set(MIDDLES)
    for name, middle in MIDDLES.items():
        np.testing.assert_allclose((found[name].x, found[name].y), middle, atol=0.2)
        assert found[name].weight == 100


def test_a_class_in_two_places_is_named_where_most_of_it_lies() -> None:
    xy, names = clumps()
    names[:100] = ["one"] * 70 + ["two"] * 30
    found = labels(xy, names)
    np.testing.assert_allclose((found["two"].x, found["two"].y), MIDDLES["two"], atol=0.2)


def test_a_class_spread_thinly_over_others_has_no_name() -> None:
    xy, names = clumps()
    assert set(labels(xy, ["rare" if i % 5 == 0 else name for i, name in enumerate(names)])) == set(MIDDLES)


def test_odd_maps_are_named_too() -> None:
    xy, names = clumps()
    xy[::3] = np.nan
    assert set(labels(xy, names)) == set(MIDDLES)
    assert labels(np.full((4, 2), np.nan, dtype=np.float32), ["a", "b", "a", "b"]) == {}
    assert labels(np.ones((9, 2), dtype=np.float32), [None] * 9) == {}
    spot = labels(np.ones((9, 2), dtype=np.float32), ["a"] * 8 + [None])
    assert (spot["a"].x, spot["a"].y) == (1, 1)
