"""JSON, Parquet, XLSX, and files that are not what they are called."""

import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from embedding_core.base.errors import InputError
from embedding_core.data.read import read_table
from embedding_core.data.table import Format, ReadOptions, ReadReport, Table
from embedding_core.data.vectors.read import vector_columns

Read = Callable[..., Table]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a function that reads bytes or text as a file of a name."""

    def go(content: bytes | str, name: str, **options: object) -> Table:
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, name, ReadOptions(**options))

    return go


@pytest.mark.parametrize(
    "document",
    [
        [{"text": "One", "n": 1}, {"text": "Two", "n": 2}],
        {"text": ["One", "Two"], "n": [1, 2]},
        {"data": [{"text": "One", "n": 1}, {"text": "Two", "n": 2}]},
        {"columns": ["text", "n"], "index": [0, 1], "data": [["One", 1], ["Two", 2]]},
        {"text": {"0": "One", "1": "Two"}, "n": {"0": 1, "1": 2}},
        {"version": 3, "rows": [{"text": "One", "n": 1}, {"text": "Two", "n": 2}]},
        [["text", "n"], ["One", 1], ["Two", 2]],
    ],
)
def test_json_in_its_usual_shapes(read: Read, document: object) -> None:
    table = read(json.dumps(document), "x.json")
    assert table.frame.to_dict("list") == {"text": ["One", "Two"], "n": [1, 2]}
    assert table.how.format is Format.JSON


def test_json_values_keep_their_types(read: Read) -> None:
    rows = [
        {"s": "001", "i": 1, "f": 1.5, "b": True, "mixed": 1, "nested": {"a": [1]}, "tags": ["x", "y"], "big": 10**30},
        {"s": "NA", "i": None, "f": 2, "b": False, "mixed": "a", "nested": None, "tags": [], "big": 1},
    ]
    frame = read(json.dumps(rows), "x.json").frame
    assert frame["s"].tolist() == ["001", "NA"]
    assert [str(dtype) for dtype in frame[["i", "f", "b"]].dtypes] == ["Int64", "float64", "bool"]
    assert frame["mixed"].tolist() == ["1", "a"]
    assert frame["nested.a"][0] == "[1]"
    assert frame["tags"].tolist() == ["x, y", ""]
    assert frame["big"].tolist() == [str(10**30), "1"]


def test_lists_of_strings_and_of_numbers(read: Read) -> None:
    assert read('["One", "Two"]', "x.json").frame["text"].tolist() == ["One", "Two"]
    table = read(json.dumps([{"text": "One", "emb": [1, 2, 3]}, {"text": "Two", "emb": [4, 5, 6]}]), "x.json")
    assert vector_columns(table) == ["emb"]
    ragged = read(json.dumps([{"text": "One", "emb": [1, 2, 3]}, {"text": "Two", "emb": [4, 5]}]), "x.json")
    assert vector_columns(ragged) == []
    assert ragged.how.warnings == ("Column 'emb' contains lists of 2 to 3 numbers, so it was not read as vectors.",)


def test_a_lone_surrogate_is_replaced(read: Read) -> None:
    assert read('["\\ud800 alone", "fine \\ud83d\\ude00"]', "x.json").frame["text"].tolist() == ["? alone", "fine 😀"]


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        ('[{"text": "One",}]', "line 1, column 17"),
        ('{"a": [1, 2], "b": [1]}', "a (a list of 2: int); b (a list of 1: int)"),
        ('[{"text": "One"}, 5]', "item 2 is 5"),
        ("{}", "empty object"),
        ("3", "single int"),
        ('{"a": 1, "b": [1, 2]}', "No table can be seen"),
        ("[]", "no columns"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_json_without_a_table_is_refused(read: Read, content: str, summary: str) -> None:
    with pytest.raises(InputError) as caught:
        read(content, "x.json")
    assert summary in caught.value.message
    assert caught.value.hint


def test_json_lines(read: Read) -> None:
    content = '{"text": "One"}\n\n{"text": "Two", "n": 1}\n'
    for name in ("x.jsonl", "x.json", "x.txt"):
        table = read(content, name)
        assert table.how.format is Format.JSONL
        assert table.frame["text"].tolist() == ["One", "Two"]
    with pytest.raises(InputError, match=r"Line 3 of x.jsonl is not valid JSON"):
        read('{"text": "One"}\n{"text": "Two"}\n{"text": "Thr\n', "x.jsonl")


def parquet(columns: dict[str, object]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


def test_parquet_types(read: Read) -> None:
    table = read(
        parquet(
            {
                "text": pa.array(["001", None]),
                "category": pa.array(["a", "b"]).dictionary_encode(),
                "small": pa.array([1, None], pa.int8()),
                "huge": pa.array([2**64 - 1, 0], pa.uint64()),
                "half": pa.array([np.float16(1.5), None], pa.float16()),
                "money": pa.array([Decimal("1.25"), None]),
                "day": pa.array([date(2024, 2, 29), None]),
                "clock": pa.array([time(12, 30), None]),
                "zoned": pa.array([datetime(2024, 1, 1, tzinfo=UTC), None]),
                "far": pa.array([2**50, None], pa.timestamp("ms")),
                "bytes": pa.array([b"plain", b"text"]),
                "picture": pa.array([b"\xff\xd8", b"\xff"]),
                "file": pa.array([{"bytes": b"\xff", "path": "a"}, None]),
                "map": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int32())),
                "nothing": pa.nulls(2),
            }
        ),
        "x.parquet",
    )
    frame = table.frame
    types = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert frame["text"][0] == "001"
    assert (types["category"], types["small"], types["half"], types["money"]) == ("str", "Int64", "float64", "float64")
    assert frame["huge"][0] == str(2**64 - 1)
    assert frame["day"][0] == pd.Timestamp("2024-02-29")
    assert frame["clock"][0].startswith("12:30")
    assert frame["zoned"][0] == pd.Timestamp("2024-01-01", tz="UTC")
    assert types["far"] == "str"
    assert frame["bytes"].tolist() == ["plain", "text"]
    assert "picture" not in frame and "file" not in frame
    assert [name for name, _ in table.how.left_out] == ["picture", "file"]
    assert frame["map"][0] == '[["a", 1]]'
    assert frame["nothing"].isna().all()


def test_a_table_survives_the_way_jobs_keep_it(read: Read, tmp_path: Path) -> None:
    vectors = pa.array([[1.0, 2.0], [3.0, 4.0]])
    table = read(parquet({"text": ["a", None], "n": pa.array([1, None]), "v": vectors}), "x.parquet")
    table.frame.to_parquet(tmp_path / "kept.parquet", index=False)
    back = pd.read_parquet(tmp_path / "kept.parquet")
    assert vector_columns(Table(back, table.how)) == ["v"]
    pd.testing.assert_series_equal(back["n"], table.frame["n"])
    plain = json.loads(json.dumps({"format": table.how.format, "sheets": table.how.sheets, "notes": ["x"]}))
    assert ReadReport(**plain) == ReadReport(Format.PARQUET, notes=("x",))


BROKEN_PARQUET = {
    *("ARROW-GH-41317", "ARROW-GH-41321", "ARROW-GH-45185", "ARROW-GH-47662", "ARROW-RS-GH-6229-DICTHEADER"),
    *(
        "ARROW-RS-GH-6229-LEVELS",
        "PARQUET-1481",
        "datapage_v1-corrupt-checksum",
    ),
    *("fixed_length_byte_array", "incorrect_map_schema", "large_string_map.brotli", "column_chunk_key_value_metadata"),
}
"""Files that are damaged, unpack to 2 GB, or hold no row or nothing but bytes."""


@pytest.mark.shared
def test_hostile_parquet(shared_data: Path) -> None:
    refused = set()
    for path in sorted((shared_data / "hostile" / "parquet").glob("*.parquet")):
        try:
            table = read_table(path, path.name)
        except InputError as error:
            assert error.hint
            refused.add(path.stem)
        else:
            assert len(table.frame) == pq.read_metadata(path).num_rows, path.name
    assert refused == BROKEN_PARQUET


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path.read_bytes()


ROWS: list[list[object]] = [
    ["text", "code", "n", "day", None],
    ["One, two", "001", 1, datetime(2024, 1, 2), None],
    [None, None, None, None, None],
    ["Three", "NA", None, None, "surplus"],
]


def test_xlsx(read: Read, tmp_path: Path) -> None:
    content = workbook(tmp_path / "made.xlsx", {"Empty": [], "Data": ROWS, "Other": [["a"], ["b"]]})
    table = read(content, "x.xlsx")
    assert (table.how.sheet, table.how.sheets, table.how.header) == ("Data", ("Empty", "Data", "Other"), True)
    assert table.frame["text"].tolist() == ["One, two", "Three"]
    assert table.frame["code"].tolist() == ["001", "NA"]
    assert table.frame["n"].isna().tolist() == [False, True]
    assert table.frame["day"][0] == pd.Timestamp("2024-01-02")
    assert table.frame["column 5"][1] == "surplus"
    assert read(content, "x.xlsx", sheet="Other", header=False).frame["column 1"].tolist() == ["a", "b"]
    with pytest.raises(InputError, match="no sheet 'Gone'"):
        read(content, "x.xlsx", sheet="Gone")
    with pytest.raises(InputError, match="only empty cells"):
        read(content, "x.xlsx", sheet="Empty")


def test_xlsx_called_csv_is_read_with_a_note(read: Read, tmp_path: Path) -> None:
    table = read(workbook(tmp_path / "made.xlsx", {"Data": ROWS}), "export.csv")
    assert table.how.format is Format.XLSX
    assert table.how.notes[0] == "export.csv is XLSX by its content and was read as such."


def test_a_damaged_workbook_is_refused(read: Read, tmp_path: Path) -> None:
    content = workbook(tmp_path / "made.xlsx", {"Data": ROWS})
    with pytest.raises(InputError, match="damaged"):
        read(content[:-200], "x.xlsx")
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(tmp_path / "made.xlsx") as good, zipfile.ZipFile(broken, "w") as bad:
        for member in good.namelist():
            data = good.read(member)
            bad.writestr(member, data[: len(data) // 2] if "sheet1" in member else data)
    with pytest.raises(InputError, match="damaged"):
        read(broken.read_bytes(), "x.xlsx")


def test_a_bomb_is_refused_before_it_is_unpacked(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from embedding_core.base.config import Config

    content = workbook(tmp_path / "made.xlsx", {"Data": [["text"], *(["x" * 100] for _ in range(2_000))]})
    small = Config(tmp_path, max_file_bytes=len(content) + 1)
    monkeypatch.setattr("embedding_core.data.detect.load_config", lambda: small)
    with pytest.raises(InputError, match="unpacks to"):
        read(content, "x.xlsx")


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "a PNG image"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "an old Office file"),
        (b"\x1f\x8b\x08\x00abc", "cannot be unpacked by gzip"),
        (b"Obj\x01\x04\x16avro.schema", "is an Avro file, not a table"),
        (b"FEA1 and more", "a Feather file of the first version"),
        (b"ARROW1\0\0 and nothing else", "a damaged ARROW file"),
        (b"ORC and nothing else", "a damaged ORC file"),
        (b"PARE and nothing else\x04\0\0\0PARE", "is an encrypted Parquet file"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (np.random.default_rng(0).bytes(5_000), "binary data"),
        (b"text\x00\x00\x00\x00\x01\x00\x00" * 50, "binary data"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"PK\x03\x04 not really a zip", "damaged ZIP"),
        (b"PAR1 not really parquet", "damaged Parquet"),
    ],
)
def test_a_binary_called_csv_is_refused(read: Read, content: bytes, summary: str) -> None:
    with pytest.raises(InputError, match=summary) as caught:
        read(content, "x.csv")
    assert caught.value.message.startswith("x.csv")


def test_pickles_are_refused(read: Read, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pickle"):
        read(b"\x80\x04\x95.", "model.pkl")
    with pytest.raises(InputError, match="no file"):
        read_table(tmp_path / "gone.csv", "gone.csv")
