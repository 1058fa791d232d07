"""Dataclasses survive the way into JSON and files, with their types."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from embedding_core.base.codec import decode, encode, load_result, save_result


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Point:
    x: float
    color: Color = Color.RED


@dataclass(frozen=True)
class Circle:
    radius: float


@dataclass(frozen=True)
class Plain:
    points: tuple[Point, ...]
    pair: tuple[str, int]
    by_name: Mapping[str, Point]
    by_number: dict[int, tuple[float, ...]]
    color: Color | None = None
    size: int | float | str = 1
    anything: Any = None


@dataclass(frozen=True, eq=False)
class Inner:
    values: NDArray[np.float32]
    note: str = ""


@dataclass(frozen=True, eq=False)
class Full:
    inner: Inner
    labels: NDArray[np.int32] = field(metadata={"key": "labelled"})
    grid: NDArray[np.int32] | None
    layers: tuple[NDArray[np.float32], ...]
    scores: dict[str, NDArray[np.float64]]
    frame: pd.DataFrame


def test_plain_values_keep_their_types() -> None:
    value = Plain((Point(1.5, Color.BLUE),), ("a", 2), {"p": Point(0.0)}, {3: (1.0, float("inf"))}, Color.BLUE, "big")
    found = decode(Plain, json.loads(json.dumps(encode(value))))
    assert found == value
    assert found.color is Color.BLUE
    assert isinstance(found.points, tuple)


def test_arrays_and_tables_become_files(tmp_path: Path) -> None:
    value = Full(
        Inner(np.ones((2, 3), np.float32), "inside"),
        np.arange(4, dtype=np.int32),
        None,
        (np.zeros(2, np.float32), np.ones(3, np.float32)),
        {"ndcg@10": np.ones(2)},
        pd.DataFrame({"text": ["a", "b"]}),
    )
    about = json.loads(json.dumps(save_result(value, tmp_path, "")))
    assert {path.name for path in tmp_path.iterdir()} == {
        "inner.values.npy",
        "labelled.npy",
        "layers.0.npy",
        "layers.1.npy",
        "scores.0.npy",
        "frame.parquet",
    }
    found = load_result(Full, tmp_path, about, "")
    np.testing.assert_array_equal(found.inner.values, value.inner.values)
    assert found.inner.note == "inside"
    assert found.labels.tolist() == [0, 1, 2, 3]
    assert found.grid is None
    assert [layer.tolist() for layer in found.layers] == [[0, 0], [1, 1, 1]]
    assert found.scores["ndcg@10"].tolist() == [1, 1]
    pd.testing.assert_frame_equal(found.frame, value.frame, check_dtype=False)
    assert not found.labels.flags.writeable


def test_a_result_that_is_no_dataclass_has_a_name(tmp_path: Path) -> None:
    about = save_result(np.arange(3), tmp_path, "rows")
    assert (tmp_path / "rows.npy").exists()
    assert load_result(NDArray[np.int64], tmp_path, about, "rows").tolist() == [0, 1, 2]
    about = json.loads(json.dumps(save_result((("rain", 0.5),), tmp_path, "weights")))
    assert load_result(tuple[tuple[str, float], ...], tmp_path, about, "weights") == (("rain", 0.5),)


def test_a_field_that_came_later_takes_its_default(tmp_path: Path) -> None:
    assert decode(Point, {"x": 2.0}) == Point(2.0)
    np.save(tmp_path / "values.npy", np.ones(2, np.float32))
    assert load_result(Inner, tmp_path, {"note": "as before the codec"}, "").values.tolist() == [1, 1]


def test_json_in_files_of_its_own_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{}")
    (tmp_path / "point.json").write_text(json.dumps(asdict(Point(3.0, Color.BLUE))))
    assert load_result(Point, tmp_path, {}, "") == Point(3.0, Color.BLUE)
    (tmp_path / "point.json").rename(tmp_path / "words.json")
    (tmp_path / "words.json").write_text('[["a", "b"], []]')
    assert load_result(tuple[tuple[str, ...], ...], tmp_path, {}, "words") == (("a", "b"), ())


def test_one_of_several_dataclasses_is_told_by_its_name() -> None:
    assert decode(Point | Circle, {"is": "Circle", "radius": 2.0}) == Circle(2.0)
    with pytest.raises(KeyError, match="Square"):
        decode(Point | Circle, {"is": "Square"})


def test_an_array_needs_a_folder() -> None:
    with pytest.raises(TypeError, match="values is an array"):
        encode(Inner(np.ones(1, np.float32)))
