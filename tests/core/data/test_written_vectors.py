"""Vectors that stand in cells as text are read as vectors, whatever wrote them; other text is left alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from embedding_core.data.export import to_csv
from embedding_core.data.read import read_table
from embedding_core.data.vectors.lists import ListColumn
from embedding_core.data.vectors.read import row_vectors, vector_columns
from embedding_core.data.vectors.written import written_vectors

MATRIX = np.random.default_rng(0).normal(size=(6, 9)).astype(np.float32)


def column(cells: list[str | None]) -> ListColumn:
    return written_vectors(pa.chunked_array([pa.array(cells, type=pa.large_string())]))


def joined(row: Any, mark: str) -> str:
    return mark.join(str(number) for number in row)


@pytest.mark.parametrize(
    "write",
    [
        lambda row: json.dumps(row.tolist()),
        lambda row: f"[{joined(row, ',')}]",
        lambda row: f"[{joined(row, ' ')}]",
        lambda row: f"[ {joined(row, '  ')} ]",
        lambda row: f"[{joined(row[:4], ' ')}\n {joined(row[4:], ' ')}]",
        lambda row: f"({joined(row, ', ')})",
        lambda row: f"{{{joined(row, ',')}}}",
        lambda row: f"[{joined(row, '; ')}]",
        lambda row: f"array([{joined(row, ', ')}], dtype=float32)",
        lambda row: f"np.array([{joined(row, ', ')}])",
        lambda row: f"tensor([{joined(row, ', ')}], device='cpu')",
        lambda row: f"[{joined(row, ', ')},]",
        lambda row: joined(row, ","),
        lambda row: joined(row, " "),
        lambda row: joined(row, "|"),
        lambda row: f"[[{joined(row, ', ')}]]",
    ],
)
def test_every_way_to_write_a_vector(write: Callable[[Any], str]) -> None:
    found = column([write(row) for row in MATRIX])
    assert found.column is not None
    assert not found.warning
    np.testing.assert_array_equal(np.stack(found.column.to_pandas().to_list()).astype(np.float32), MATRIX)


@pytest.mark.parametrize(
    "cells",
    [
        ["one text", "another"],
        ["[Verse 1] la la la", "[Chorus] la"],
        ["[1, 2]", "[3, 4]"],
        ["(12.5, 41.9)", "(2.3, 48.8)"],
        ["2020-01-01 10:00:00", "2021-01-01 11:00:00"],
        ["06 12 34 56 78 90 12 34", "06 12 34 56 78 90 12 35"],
        ["192.168.0.1", "10.0.0.1"],
        ["[1] see below", "[2] see above"],
        ["1.5", "2.5"],
        ['["a", "b", "c"]', '["d", "e", "f"]'],
        ["[1.0, 2.0, 3.0]", "text", "text", "text"],
        ["", None],
        [],
    ],
)
def test_text_that_is_no_vector(cells: list[str | None]) -> None:
    assert column(cells).column is None


def test_cells_that_hold_no_vector_are_missing() -> None:
    good = [json.dumps(row.tolist()) for row in MATRIX] * 5
    found = column([*good, "", None, "see below", "[1.0, 2.0, 3.0]"])
    assert found.column is not None
    assert found.column.null_count == 4
    assert found.warning == (
        "has 1 cell that is no vector (first: row 32, counting from 0), taken for missing. It has 1 list of another "
        "length than 9 (first: row 33, counting from 0), taken for missing."
    )


def test_words_for_none_inside_a_vector_are_nan() -> None:
    found = column(["[1.5, null, 2.0]", "[1.0, NaN, 2.0]", "[0.5, None, 1.0]", "[1, 2, 3]"])
    assert found.column is not None
    assert np.isnan(np.stack(found.column.to_pandas().to_list())).sum() == 3


def test_vectors_that_were_cut_short_are_said_and_not_used() -> None:
    found = column(["[ 0.0032 -0.0034  0.0165 ... -0.0390]", "[ 0.1 0.2 0.3 ... 0.4]"])
    assert found.column is None
    assert "cut short" in found.warning


def test_lists_of_vectors_as_text() -> None:
    found = column(["[[1, 2], [3, 4]]", "[[ 5. 6.]\n [ 7. 8.]\n [ 9. 10.]]"])
    assert found.column is not None
    assert found.column.to_pylist() == [[2, 3], [7, 8]]
    assert found.warning == "contains 2 to 3 vectors per row; the mean of each row is used."


@pytest.mark.parametrize("dim", [3, 12, 1_000, 1_536, 4_096])
def test_csv_keeps_every_bit_at_any_width(tmp_path: Path, dim: int) -> None:
    rng = np.random.default_rng(1)
    matrix = (rng.normal(size=(7, dim)) * 10.0 ** rng.integers(-30, 30, size=(7, dim))).astype(np.float32)
    matrix[0, :3] = [np.float32(1) / 3, np.finfo(np.float32).max, np.finfo(np.float32).smallest_subnormal]
    path = tmp_path / "x.csv"
    path.write_bytes(
        to_csv(pd.DataFrame({"id": range(7), "embedding": list(matrix), "text": [f"=a{i}" for i in range(7)]}))
    )
    table = read_table(path, "x.csv")
    assert vector_columns(table) == ["embedding"]
    np.testing.assert_array_equal(row_vectors(table.frame, "embedding", "x").matrix, matrix)


def test_csv_of_vectors_with_gaps_and_of_other_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"v": [np.array([0.1, 0.2, 0.3]), None, np.array([1.0, 2.0, 3.0])], "half": [MATRIX[0].astype("f2")] * 3}
    )
    text = to_csv(frame).decode("utf-8-sig").splitlines()
    assert text[1].startswith('"[0.1, 0.2, 0.3]",')
    assert text[2].startswith(',"[')
    (tmp_path / "x.csv").write_bytes(to_csv(frame))
    back = read_table(tmp_path / "x.csv", "x.csv").frame
    np.testing.assert_array_equal(back["half"][0], MATRIX[0].astype("f2"))
