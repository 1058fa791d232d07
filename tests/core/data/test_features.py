"""Columns as vectors: standardized, imputed, one-hot."""

import numpy as np
import pandas as pd
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.vectors.features import MAX_CATEGORIES, can_be_feature, column_features, numeric_columns


def test_numbers_are_standardized_and_gaps_take_the_median() -> None:
    frame = pd.DataFrame(
        {"a": pd.array([1, 2, None, 9], "Int64"), "b": [1000.0, 2000.0, 3000.0, np.inf], "k": [5.0] * 4}
    )
    found = column_features(frame, ("a", "b", "k"), "t.csv")
    assert found.names == ("a", "b", "k")
    assert found.matrix.dtype == np.float32
    np.testing.assert_allclose(found.matrix.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(found.matrix[:, :2].std(axis=0), 1, atol=1e-6)
    filled = np.array([1.0, 2.0, 2.0, 9.0])
    np.testing.assert_allclose(found.matrix[:, 0], (filled - filled.mean()) / filled.std(), atol=1e-6)
    assert not found.matrix[:, 2].any()
    assert found.warnings == (
        "1 value was missing in column 'a' and taken for its median, 2.",
        "1 value was missing in column 'b' and taken for its median, 2000.",
    )


def test_categories_booleans_and_times() -> None:
    frame = pd.DataFrame(
        {
            "color": pd.array(["red", "blue", None, "red"], "str"),
            "yes": pd.array([True, False, None, True], "boolean"),
            "day": pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]),
        }
    )
    found = column_features(frame, ("color", "yes", "day"), "t.csv")
    assert found.names == ("color = (empty)", "color = blue", "color = red", "yes", "day")
    np.testing.assert_array_equal(found.matrix[:, 2], [1, 0, 0, 1])
    np.testing.assert_array_equal(found.matrix[:, 0], [0, 0, 1, 0])
    np.testing.assert_array_equal(found.matrix[:, 3], [1, 0, 1, 1])
    np.testing.assert_allclose(found.matrix[:, 4], (np.arange(4) - 1.5) / np.arange(4).std(), atol=1e-6)


def test_many_categories_share_a_dimension_and_texts_are_refused() -> None:
    values = [f"c{i % 80}" for i in range(400)] + ["c0"] * 10
    found = column_features(pd.DataFrame({"c": values}), ("c",), "t.csv")
    assert len(found.names) == MAX_CATEGORIES == found.matrix.shape[1]
    assert found.names[-1] == "c = other"
    np.testing.assert_array_equal(found.matrix.sum(axis=1), 1)
    assert "80 categories" in found.warnings[0]
    texts = pd.DataFrame({"text": [f"text {i}" for i in range(100)], "n": range(100)})
    with pytest.raises(InputError, match=r"'text' of t.csv has 100 different values in 100 rows"):
        column_features(texts, ("n", "text"), "t.csv")


def test_what_cannot_be_a_vector_is_said() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "none": [np.nan, np.nan], "v": [np.ones(3), np.ones(3)]})
    for columns, message in (
        (("a",), "make 1 dimension"),
        (("a", "none"), "'none' of t.csv has no values"),
        (("a", "v"), "neither numbers nor categories"),
    ):
        with pytest.raises(InputError, match=message):
            column_features(frame, columns, "t.csv")
    assert numeric_columns(frame.assign(b=True, i=1)) == ["a", "none", "i"]


def test_which_columns_can_be_part_of_a_vector() -> None:
    frame = pd.DataFrame(
        {
            "n": [1, 2],
            "yes": [True, False],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            "class": ["a", "b"],
            "none": [np.nan, np.nan],
            "v": [np.ones(3), np.ones(3)],
        }
    )
    assert [name for name in frame if can_be_feature(frame[name])] == ["n", "yes", "day", "class"]
    assert not can_be_feature(pd.Series([f"text {i}" for i in range(60)]))
