"""A browser is sent no more than it can take, and nothing that it cannot show."""

import numpy as np
import pandas as pd
import pyarrow as pa

from components.widgets.tables import MAX_CHARS, MAX_COLUMNS, bounded


def test_many_columns_are_cut() -> None:
    frame = pd.DataFrame(np.zeros((2, 5_000)), columns=[f"c{i}" for i in range(5_000)])
    assert list(bounded(frame).columns) == [f"c{i}" for i in range(MAX_COLUMNS)]


def test_long_texts_are_cut_and_say_so() -> None:
    shown = bounded(pd.DataFrame({"text": ["x" * 10_000_000, "short"]}))["text"]
    assert len(shown[0]) == MAX_CHARS + 1
    assert shown[0].endswith("…")
    assert shown[1] == "short"


def test_numbers_stay_numbers_and_gaps_stay_gaps() -> None:
    frame = pd.DataFrame(
        {"n": pd.array([1, None], dtype="Int64"), "t": ["a", None], "d": pd.to_datetime(["2020", None])}
    )
    shown = bounded(frame)
    assert pd.api.types.is_integer_dtype(shown["n"])
    assert shown["n"].isna().tolist() == [False, True]
    assert shown["t"].isna().tolist() == [False, True]
    assert pd.api.types.is_datetime64_any_dtype(shown["d"])


def test_vectors_and_mixed_values_can_be_sent() -> None:
    frame = pd.DataFrame({"v": [np.zeros(3), np.ones(3)], "m": [1, "two"], "l": [{"a": 1}, [2]]}, dtype=object)
    pa.Table.from_pandas(bounded(frame))
