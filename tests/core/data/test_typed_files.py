"""Which formats say the types of their columns, and in which they are read from the cells."""

import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedding_core.base.config import load_config
from embedding_core.data.columns import clean_column
from embedding_core.data.read import read_table

BIG = 1234567890123456789
RECORDS = [
    {"text": "one", "n": 1, "price": "1,5", "day": "2020-01-05T10:00:00Z", "user": BIG, "zip": "01234", "mixed": 1},
    {"text": "two", "n": "NA", "price": "2,25", "day": None, "user": None, "zip": "99999", "mixed": "many"},
    {"text": "three", "n": 3, "price": "-", "day": "2021-01-05T10:00:00Z", "user": BIG + 1, "zip": "12345", "mixed": 2},
]
TYPES = {"n": "Int64", "price": "float64", "day": "datetime64[us, UTC]", "user": "Int64", "zip": "str", "mixed": "str"}


def test_text_in_json_and_workbooks_is_read_as_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(json.dumps(RECORDS))
    (tmp_path / "b").write_text("\n".join(map(json.dumps, RECORDS)))
    pd.DataFrame(RECORDS).drop(columns="user").to_excel(tmp_path / "c", index=False, engine="openpyxl")
    for file, name in (("a", "a.json"), ("b", "b.jsonl"), ("c", "c.xlsx")):
        table = read_table(tmp_path / file, name)
        frame = table.frame
        assert {column: str(frame[column].dtype) for column in TYPES if column in frame} == {
            column: kind for column, kind in TYPES.items() if column in frame
        }
        assert frame["price"].tolist()[:2] == [1.5, 2.25]
        assert "Column 'price' was read as numbers with a decimal comma." in table.how.notes
    exact = read_table(tmp_path / "a", "a.json").frame["user"]
    assert exact.tolist()[::2] == [BIG, BIG + 1]


def test_text_in_parquet_is_text(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    pq.write_table(pa.table({"text": ["a", "b"], "n": ["1", "NA"], "user": pa.array([BIG, None], pa.int64())}), path)
    frame = read_table(path, "t.parquet").frame
    assert frame["n"].tolist() == ["1", "NA"]
    assert frame["user"].dtype == "Int64"
    assert frame["user"][0] == BIG


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([Decimal(BIG), None], pa.decimal128(38, 0), [BIG, None]),
        ([Decimal(10**30), None], pa.decimal128(38, 0), [str(10**30), None]),
        ([Decimal("1.25"), None], pa.decimal128(38, 2), [1.25, None]),
        ([2**64 - 1, 1], pa.uint64(), [str(2**64 - 1), "1"]),
    ],
)
def test_whole_numbers_stay_exact(values: list[object], kind: pa.DataType, expected: list[object]) -> None:
    cleaned = clean_column(pa.chunked_array([pa.array(values, type=kind)]), load_config())
    assert cleaned.column is not None
    assert cleaned.column.to_pylist() == expected
